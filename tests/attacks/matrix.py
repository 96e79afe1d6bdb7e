"""Who may not do what: every address that names something, and what a stranger would send there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import fields

from chatserver.http import Route

# What does not exist has this id, or this number.
NOBODY: Final = "00" * 16
NO_NUMBER: Final = 2**31 - 1
REQUEST: Final = "ab" * 16
BYTES: Final = "AAAA"
# Within the hour after the house opens.
SOON: Final = "2026-11-23T08:30:00.000000Z"
LATER: Final = "2026-11-30T09:00:00.000000Z"
WALL: Final = "2026-12-01T09:00"
Ids = dict[str, Any]
Body = Callable[[Ids], dict[str, Any]]


def name_of(route: Route) -> str:
    """As people say it."""
    return f"{route.method} {route.path}"


def _empty(_: Ids) -> dict[str, Any]:
    return {}


def _always(**fields: Any) -> Body:
    return lambda _: fields


def _hold(_: Ids) -> dict[str, Any]:
    return {"kind": "chat", "starts_at": LATER, "request_id": REQUEST}


# By address what is sent there besides its path. Each names something that is somebody's.
NAMING: Final[dict[str, Body]] = {
    "POST /api/factors/{id}/remove": _empty,
    "POST /api/sessions/{id}/end": _empty,
    "POST /api/threads/{room}/propose": _always(reason="topic"),
    "POST /api/threads/{room}/stay": _empty,
    "POST /api/threads/{room}/give-back": lambda ids: {"commit": ids["commit"], "reason": "topic"},
    "POST /api/threads/{room}/another": lambda ids: {"commit": ids["commit"]},
    "GET /api/threads/{room}/help": _empty,
    "POST /api/threads/{room}/help": _always(wished=True),
    "POST /api/help-calls/{call}/ready": _empty,
    "GET /api/keyring/{room}": _empty,
    "PUT /api/keyring/{room}/{epoch}": _always(sealed=BYTES),
    "POST /api/agency/invitations/{id}/withdraw": _empty,
    "GET /api/absences/outlook": lambda ids: {"begins": WALL, "account": ids["account"]},
    "POST /api/absences": lambda ids: {"request_id": REQUEST, "begins": WALL, "account": ids["account"]},
    "POST /api/absences/{absence}/change": _always(begins=WALL),
    "POST /api/absences/{absence}/end": _empty,
    "POST /api/agency/places/{place}/change": _always(name="Fremd"),
    "POST /api/agency/places/{place}/close": _empty,
    "GET /api/enquiries/{room}": _empty,
    "POST /api/enquiries/{room}/take": lambda ids: {"commit": ids["commit"]},
    "POST /api/enquiries/{room}/decline": _always(reason="topic"),
    "GET /api/rooms/{room}/sealed": _empty,
    "POST /api/rooms/{room}/takeover": lambda ids: {"commit": ids["commit"]},
    "POST /api/threads/{room}/assign": lambda ids: {"to": ids["account"]},
    "GET /api/threads/{room}": _empty,
    "POST /api/rooms/{room}/commits": lambda ids: {"commit": ids["commit"]},
    "GET /api/threads/{room}/openings": _empty,
    "POST /api/threads/{room}/waive": _always(reason="abuse", block=True),
    "POST /api/waivers/{waiver}/review": _always(put_back=True, lift=True),
    "POST /api/threads/{room}/danger": _always(there=True),
    "POST /api/rooms/{room}/messages": lambda ids: {"envelope": ids["commit"]},
    "GET /api/rooms/{room}/items": _always(after=0),
    "GET /api/rooms/{room}/items/before": _empty,
    "POST /api/rooms/{room}/attachments": _always(attachment=REQUEST, size=1024),
    "GET /api/attachments/{attachment}": _empty,
    "PUT /api/attachments/{attachment}/parts/{number}": _empty,
    "POST /api/attachments/{attachment}/complete": _empty,
    "GET /api/attachments/{attachment}/parts/{number}": _empty,
    "POST /api/attachments/{attachment}/discard": _empty,
    "GET /api/threads/{room}/slots": _empty,
    "GET /api/threads/{room}/relay": _empty,
    "POST /api/threads/{room}/holds": _hold,
    "POST /api/threads/{room}/appointments": lambda ids: {"hold": ids["hold"], "request_id": REQUEST},
    "POST /api/appointments/{appointment}/cancel": _empty,
    "POST /api/appointments/{appointment}/begin": _empty,
    "POST /api/appointments/{appointment}/end": _empty,
    "POST /api/threads/{room}/holds/{hold}/extend": _empty,
    "POST /api/threads/{room}/holds/{hold}/release": _empty,
    "POST /api/appointments/{appointment}/longer": _always(ends_at=SOON),
    "POST /api/appointments/{appointment}/nobody-came": _empty,
    "POST /api/appointments/{appointment}/move": _always(starts_at=LATER, request_id=REQUEST),
    "POST /api/appointments/{appointment}/missed": _always(missed=True),
    "POST /api/groups/{group}/seat": _always(name="Fremde"),
    "POST /api/groups/{group}/leave": _empty,
    "POST /api/calendar/groups/{group}/cancel": _empty,
    "GET /api/threads/{room}/waiting": _empty,
    "POST /api/threads/{room}/waiting": _empty,
    "POST /api/threads/{room}/waiting/leave": _empty,
    "GET /api/appointments/{appointment}/file": _empty,
    "POST /api/calendar/imports/{calendar}/read": _empty,
    "POST /api/calendar/imports/{calendar}/drop": _empty,
    "GET /api/agency/departures/{account}": _empty,
    "POST /api/agency/departures": lambda ids: {
        "account": ids["account"],
        "roster": BYTES,
        "duty_seeds": [],
        "hand_over": [],
    },
    "POST /api/agency/renewals": lambda ids: {
        "account": ids["account"],
        "renewed_as": ids["account"],
        "roster": BYTES,
        "duty_seeds": [],
    },
    "POST /api/threads/{room}/delete": lambda ids: {"auth": ids["auth"]},
    "POST /api/ways/browsers/{way}/removal": _empty,
    "POST /api/news": lambda ids: {"rooms": [{"room": ids["room"], "after": 0}], "wait": 0},
}

# Each begins something of the asker's own under an id that they choose, or names what only they could know.
OF_ONES_OWN: Final = frozenset(
    {
        "PUT /api/calendar/imports/files/{request_id}",
        "POST /api/calendar/imports",
        "POST /api/calendar/groups",
        "POST /api/enquiries",
        "POST /api/identity",
        # A roster names the people, and is signed: tests/api/test_invitations.py and test_rosters.py.
        "POST /api/agency/invitations",
        # Whom it names is looked for in the log of one's own agency: tests/api/test_audit.py.
        "GET /api/agency/audit",
        "GET /api/agency/audit.csv",
        # `seen` is what the form was filled from.
        "POST /api/agency/profile",
        "POST /api/agency/terms",
    }
)
_ID: Final = re.compile(r"\^\[0-9a-f\]\{32\}")


def names_something(route: Route) -> bool:
    """Whether an id is part of the request, by path or by field."""
    return "{" in route.path or any(_ID.search(str(one.type)) for one in fields(route.command))


@dataclass(frozen=True, slots=True)
class Try:
    """One request, ready to be sent."""

    method: str
    path: str
    body: dict[str, Any]
    raw: bytes | None = None


def _own_word(route: Route, ids: Ids) -> str:
    """Several nouns say just `id`."""
    noun = route.path.split("/")[-3]
    return str(ids[{"invitations": "invitation", "factors": "factor", "sessions": "session"}[noun]])


def tried(route: Route, ids: Ids) -> Try:
    """What somebody would send there who knows these ids."""
    words = {**ids, "request_id": REQUEST, "number": 0, "epoch": 1}
    if "{id}" in route.path:
        words["id"] = _own_word(route, ids)
    path = route.path.format_map(words)
    body = NAMING.get(name_of(route), _empty)(ids)
    return Try(route.method, path, body, b"\0" * 64 if route.takes_bytes else None)
