"""Every address by everybody who has no business there: nothing leaks, and what is not theirs looks as if not there."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from chatserver.http import Route, Who
from chatserver.nouns import EVENTS, ROUTES
from chatserver.wire.binary import to_base64url
from tests.api.house import House
from tests.attacks.matrix import NAMING, OF_ONES_OWN, Ids, name_of, names_something, tried
from tests.attacks.scene import Answer, absent, everything, furnished, send
from tests.people import Client, Counsellor
from tests.person_web import Browser

CLOSED = tuple(route for route in ROUTES if route.who is not Who.ANYONE)
# Nothing of anybody's is in these, nor changed by them: one's own empty shelf, and what is gone already.
NOTHING_OF_OTHERS = {
    "GET /api/keyring/{room}",
    "PUT /api/keyring/{room}/{epoch}",
    "POST /api/attachments/{attachment}/discard",
    "POST /api/calendar/imports/{calendar}/drop",
    "POST /api/news",
}
# What an answer repeats of the request, and the line of this page.
_ECHO = re.compile(rb'"(room|attachment|line)":"[0-9a-f]{32}"')
# By event what a stranger who knows the room says.
SAID: Final[dict[str, Callable[[Ids], dict[str, Any]]]] = {
    "message": lambda ids: {"room": ids["room"], "envelope": ids["commit"]},
    "since": lambda ids: {"room": ids["room"], "after": 0},
    "before": lambda ids: {"room": ids["room"]},
    "enter": lambda ids: {"room": ids["room"]},
    "leave": lambda ids: {"room": ids["room"]},
    "typing": lambda ids: {"room": ids["room"]},
    "call": lambda ids: {"room": ids["room"], "signal": ids["commit"]},
}


def test_every_address_that_names_something_has_a_row() -> None:
    """Whoever adds a route says what a stranger would send there; and an event, too."""
    # The rooms of which news is asked stand in a list.
    naming = {name_of(route) for route in CLOSED if names_something(route)} | {"POST /api/news"}
    assert naming - OF_ONES_OWN == set(NAMING)
    assert {event.name for event in EVENTS} == set(SAID)


async def answers(browser: Browser, routes: Iterable[Route], ids: Ids) -> dict[str, Answer]:
    """By address what this browser gets to see."""
    return {name_of(route): await send(browser, tried(route, ids)) for route in routes}


def code(body: bytes) -> bytes:
    """`not_found` and the like, without reading what is no JSON."""
    return body.partition(b'"code":"')[2].partition(b'"')[0]


async def test_nobody_gets_anywhere_without_a_session(house: House) -> None:
    """Every address of every noun, whether there is something or not."""
    ids, nobody = await furnished(house), house.client("niemand").browser
    real, missing = await answers(nobody, CLOSED, ids), await answers(nobody, CLOSED, absent(ids))
    assert real == missing
    assert {name for name, one in real.items() if (one.status, code(one.body)) != (401, b"session_expired")} == set()


async def test_whoever_has_left_gets_nowhere(house: House) -> None:
    """With the cookie of a moment ago, at what was their own."""
    ids, berger = await furnished(house), await house.counsellor("berger")
    await (await house.coordinator("hagemann")).let_go(berger.account_id)
    real = await answers(berger.browser, CLOSED, ids)
    assert {name for name, one in real.items() if (one.status, code(one.body)) != (401, b"session_expired")} == set()


async def test_what_is_for_another_role_is_not_there(house: House) -> None:
    """Not even the form of a request is looked at."""
    ids = await furnished(house)
    people = {"client": await house.signed_up("luisa7"), "counsellor": await house.counsellor("okafor")}
    async with house.client("niemand").browser.http.get(f"{house.url}/api/nirgends") as answer:
        nowhere = await answer.read()
    for role, person in people.items():
        not_theirs = [route for route in CLOSED if role not in route.who.value]
        assert len(not_theirs) > 10
        got = await answers(person.browser, not_theirs, ids)
        assert {name for name, one in got.items() if (one.status, one.body) != (404, nowhere)} == set()


async def test_not_yours_and_not_there_are_one_answer(house: House) -> None:
    """Byte for byte, headers and all, for a stranger, and for counsellor and coordinator of another agency."""
    ids = await furnished(house)
    people: dict[str, Client | Counsellor] = {
        "client": await house.signed_up("luisa7"),
        "counsellor": await house.counsellor("okafor"),
        "coordinator": await house.coordinator("brandt"),
    }
    before = await everything(house)
    for role, person in people.items():
        auth = {"auth": to_base64url((await person.keys()).auth)}
        naming = [route for route in CLOSED if name_of(route) in NAMING and role in route.who.value]
        real = await answers(person.browser, naming, {**ids, **auth})
        missing = await answers(person.browser, naming, {**absent(ids), **auth})
        told = {name: replace(one, body=_ECHO.sub(b"", one.body)) for name, one in real.items()}
        told_of_nothing = {name: replace(one, body=_ECHO.sub(b"", one.body)) for name, one in missing.items()}
        assert {name for name, one in told.items() if one != told_of_nothing[name]} == set()
        refused = {name: (one.status, code(one.body)) for name, one in real.items() if name not in NOTHING_OF_OTHERS}
        assert {name: why for name, why in refused.items() if why != (404, b"not_found")} == {}
    assert await everything(house) == before


async def test_over_the_socket_as_well(house: House) -> None:
    """The same commands by another way; and nothing of the room is pushed to them."""
    ids = await furnished(house)
    nowhere = absent(ids)
    people = [await house.signed_up("luisa7"), await house.counsellor("okafor"), await house.counsellor("brandt")]
    for person in people:
        await person.connect()
        socket = person.browser.socket
        assert socket is not None
        for event, said in SAID.items():
            real, missing = await socket.call(event, said(ids)), await socket.call(event, said(nowhere))
            assert real == missing
            assert (real["ok"], real["code"]) == (False, "not_found")
        assert [person.browser.heard_already(name) for name in ("posted", "presence", "typing", "clock")] == [0] * 4
