"""AsyncAPI 3.0 of every event over Socket.IO (https://www.asyncapi.com/docs/reference/specification/v3.0.0)."""

from collections.abc import Iterable
from typing import Any

import msgspec

from chatserver import __version__
from chatserver.live import PATH, Event, Pushed
from chatserver.wire.openapi import REFUSED
from chatserver.wire.schemas import Schema, reference, schemas_of


def asyncapi(events: Iterable[Event], pushed: Iterable[Pushed]) -> dict[str, Any]:
    """The whole document. `receive` and `send` are the server's side."""
    received, sent = tuple(events), tuple(pushed)
    structs = [one for event in received for one in (event.command, event.reply)] + [one.body for one in sent]
    messages = {
        **{f"{one.name}.ask": _message(one.name, one.summary, one.command) for one in received},
        **{f"{one.name}.acknowledged": _acknowledged(one) for one in received},
        **{f"{one.name}.pushed": _message(one.name, one.summary, one.body) for one in sent},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sprechraum, live",
            "version": __version__,
            "description": "Socket.IO over WebSocket only, signed in by the session cookie, from our own Origin.",
        },
        "channels": {
            "socket": {
                "address": PATH,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {**_received(received), **_sent(sent)},
        "components": {"messages": messages, "schemas": {**schemas_of(structs), "Refused": REFUSED}},
    }


def _received(events: tuple[Event, ...]) -> dict[str, Any]:
    return {
        f"{one.name}.receive": {
            "action": "receive",
            "channel": {"$ref": "#/channels/socket"},
            "messages": [{"$ref": f"#/channels/socket/messages/{one.name}.ask"}],
            "reply": {
                "channel": {"$ref": "#/channels/socket"},
                "messages": [{"$ref": f"#/channels/socket/messages/{one.name}.acknowledged"}],
            },
        }
        for one in events
    }


def _sent(pushed: tuple[Pushed, ...]) -> dict[str, Any]:
    return {
        f"{one.name}.send": {
            "action": "send",
            "channel": {"$ref": "#/channels/socket"},
            "messages": [{"$ref": f"#/channels/socket/messages/{one.name}.pushed"}],
        }
        for one in pushed
    }


def _message(name: str, summary: str, struct: type[msgspec.Struct]) -> Schema:
    return {"name": name, "summary": summary, "payload": reference(struct)}


def _acknowledged(event: Event) -> Schema:
    done = {"allOf": [_ok(answer=True), reference(event.reply)]}
    refused = {"allOf": [_ok(answer=False), {"$ref": "#/components/schemas/Refused"}]}
    return {"name": event.name, "summary": "The acknowledgement", "payload": {"oneOf": [done, refused]}}


def _ok(*, answer: bool) -> Schema:
    return {"type": "object", "properties": {"ok": {"const": answer}}, "required": ["ok"]}
