"""A house in which there is one of everything that somebody could want to get at, and who is after it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from booking.tables import metadata
from chatserver.absences.wire import Absence, EnterAbsence
from chatserver.attachments.wire import BeginUpload, PartStored, PutPart, Upload
from chatserver.groups.wire import AnnounceGroup, GroupTimes, ListGroupTimes, OwnGroup
from chatserver.places.wire import AddPlace, Places
from chatserver.tables import clocks, counsellors, factors, help_calls, imports, sessions, ways
from chatserver.threads.wire import Thread
from chatserver.waivers.wire import ListWaivers, Waive, Waivers
from chatserver.wire.binary import to_base64url
from crypto import Text
from tests.api.house import House
from tests.api.story import talk
from tests.attacks.matrix import NO_NUMBER, NOBODY, REQUEST, Ids, Try
from tests.person_web import Browser

WAY, CALENDAR, ATTACHMENT, CALL = "c1" * 16, "c2" * 16, "c3" * 16, "c4" * 16
PART = "/api/attachments/{attachment}/parts/{number}"


@dataclass(frozen=True, slots=True)
class Answer:
    """All that whoever asks can see of it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def send(browser: Browser, one: Try) -> Answer:
    """As no page of ours would."""
    more: dict[str, Any] = {"json": one.body}
    if one.method == "GET":
        more = {"params": one.body}
    elif one.raw is not None:
        more = {"data": one.raw, "headers": {"Content-Type": "application/octet-stream"}}
    async with browser.http.request(one.method, browser.url + one.path, **more) as answer:
        headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name != "Date"))
        return Answer(answer.status, headers, await answer.read())


async def furnished(house: House) -> Ids:
    """The ids of what belongs to a client and a counsellor of Anker, and of what their agency has."""
    talking = await talk(house)
    client, room, berger = talking.client, talking.room.id, talking.counsellor
    envelope = talking.room.seal(Text("Für Fremde."), "none")
    await talking.desk.write("Guten Tag.")
    await talking.room.read()
    appointment = await client.book(room, (await client.slots(room)).slots[0])
    upload = await client.browser.post("/api/rooms/{room}/attachments", BeginUpload(room, ATTACHMENT, 1040), Upload)
    await client.browser.put_bytes(PART, PutPart(upload.attachment, 0), b"\0" * 1040, PartStored)
    away = EnterAbsence(request_id=REQUEST, begins="2026-12-07T00:00", ends="2026-12-08T00:00")
    absence = await berger.browser.post("/api/absences", away, Absence)
    hagemann = await house.coordinator("hagemann")
    await hagemann.invite("Frau Neu", "counsel")
    await berger.browser.post("/api/threads/{room}/waive", Waive(room, "spam", block=True), Thread)
    (waiver,) = (await hagemann.browser.get("/api/waivers", ListWaivers(), Waivers)).waivers
    await _wires(house, client.account_id, berger.account_id)
    await _call(house, room, berger.account_id)
    factor, session = await _ways_in(house, berger.account_id)
    return {
        "factor": factor,
        "session": session,
        "room": room,
        "appointment": appointment.id,
        "hold": appointment.id,
        "attachment": ATTACHMENT,
        "absence": absence.id,
        "invitation": (await hagemann.invitations())[0].id,
        "waiver": waiver.id,
        "place": (place := await _place(hagemann.browser)),
        "group": await _group(berger.browser, place),
        "account": berger.account_id,
        "way": WAY,
        "calendar": CALENDAR,
        "call": CALL,
        "commit": to_base64url(envelope),
        "auth": to_base64url((await client.keys()).auth),
    }


async def _place(browser: Browser) -> str:
    added = await browser.post("/api/agency/places", AddPlace("Anker am Hafen"), Places)
    return added.places[0].id


async def _group(browser: Browser, place: str) -> str:
    """A group that anybody at Anker may come to."""
    times = await browser.get("/api/calendar/groups/times", ListGroupTimes(place), GroupTimes)
    wish = AnnounceGroup(
        request_id=REQUEST, title="Abend", rules="Pünktlich.", place=place, seats=2, starts_at=times.slots[0].starts_at
    )
    return (await browser.post("/api/calendar/groups", wish, OwnGroup)).id


async def _wires(house: House, client: str, counsellor: str) -> None:
    """A browser that is told, and another calendar: no maker's service and no calendar program stands here."""
    now = house.now()
    way = {"id": WAY, "account_id": client, "kind": "push", "address": "https://push.example/1", "language": "de"}
    calendar = {"id": CALENDAR, "account_id": counsellor, "request_id": REQUEST, "host": "kalender.example"}
    async with house.deps.database.write() as db:
        await db.execute(insert(ways).values(**way, created_at=now, confirmed_at=now))
        await db.execute(insert(imports).values(**calendar, made_at=now, failures=0, times=0, left_out=0))


async def _call(house: House, room: str, counsellor: str) -> None:
    """The agency is asked for help: with its own promise, since nobody else's is here."""
    promise = select(clocks.c.id).where(clocks.c.room == room).limit(1).scalar_subquery()
    agency = select(counsellors.c.agency_id).where(counsellors.c.account_id == counsellor).scalar_subquery()
    values = {"id": CALL, "clock_id": promise, "agency_id": agency, "called_at": house.now()}
    async with house.deps.database.write() as db:
        await db.execute(insert(help_calls).values(**values))


async def _ways_in(house: House, counsellor: str) -> tuple[str, str]:
    """A second factor of the counsellor's, and a session."""
    async with house.deps.database.read() as db:
        of_theirs = [select(table.c.id).where(table.c.account_id == counsellor) for table in (factors, sessions)]
        found = [(await db.execute(query)).scalars().first() for query in of_theirs]
    assert all(found)
    return found[0] or "", found[1] or ""


async def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that a stranger fills with what is their own."""
    own = {"accounts", "keyring", "sessions", "vaults", "user_shares", "duty_seeds", "factors", "factor_tickets"}
    async with house.deps.database.read() as db:
        tables = [table for table in metadata.sorted_tables if table.name not in own]
        rows = {one.name: [tuple(row) for row in await db.execute(select(one))] for one in tables}
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def absent(ids: Ids) -> Ids:
    """The same, of things that are not there. What was written and what is known by heart stays."""
    kept = {"commit": ids["commit"], "auth": ids["auth"]}
    return {name: NO_NUMBER if isinstance(one, int) else NOBODY for name, one in ids.items()} | kept
