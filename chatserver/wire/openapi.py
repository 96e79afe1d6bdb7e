"""OpenAPI 3.1 of every route (https://spec.openapis.org/oas/v3.1.1)."""

import re
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from chatserver import __version__
from chatserver.http import Route, Who
from chatserver.wire.schemas import Schema, properties_of, reference, required_of, schemas_of

_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_WITH_BODY: Final = frozenset({"POST", "PUT"})
REFUSED: Final[Schema] = {
    "type": "object",
    "description": "`code` is stable; `message` is English and for people; `field` names what is at fault.",
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "field": {"type": "string"}},
    "required": ["code", "message"],
}


def openapi(routes: Iterable[Route]) -> dict[str, Any]:
    """The whole document."""
    listed = tuple(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    structs = [struct for route in listed for struct in (route.command, route.reply) if issubclass(struct, Struct)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sprechraum",
            "version": __version__,
            "description": "Binary values are base64url without padding, instants RFC 3339. Requests that change"
            " something and carry the session cookie need this server's own Origin. Unknown fields are refused.",
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas_of(structs), "Refused": REFUSED},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.action.__name__,
        "summary": route.summary,
        "tags": [route.action.__module__.split(".")[1]],
        "parameters": _parameters(route),
        "responses": {
            "200": _answer(route),
            "default": _content("refused", {"$ref": "#/components/schemas/Refused"}),
        },
    }
    if route.who is not Who.ANYONE:
        operation["security"] = [{"session": []}]
        operation["x-roles"] = sorted(route.who.value)
    if route.method in _WITH_BODY:
        operation["requestBody"] = {"required": True, "content": _content_in(route)}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    in_path = _PARAMETER.findall(route.path)
    required = required_of(route.command)
    properties = properties_of(route.command)
    names = in_path if route.method in _WITH_BODY else [*in_path, *(name for name in properties if name not in in_path)]
    return [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in required or name in in_path,
            "schema": properties[name],
        }
        for name in names
    ]


def _body(route: Route) -> Schema:
    in_path = set(_PARAMETER.findall(route.path))
    if not in_path:
        return reference(route.command)
    properties = {name: one for name, one in properties_of(route.command).items() if name not in in_path}
    required = [name for name in required_of(route.command) if name not in in_path]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _content_in(route: Route) -> dict[str, Any]:
    if route.takes_bytes:
        return {"application/octet-stream": {"schema": {"maxLength": route.largest_body}}}
    return {"application/json": {"schema": _body(route)}}


def _answer(route: Route) -> dict[str, Any]:
    if issubclass(route.reply, Struct):
        return _content("done", reference(route.reply))
    return {"description": "done", "content": {route.media: {}}}


def _content(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
