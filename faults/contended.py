"""Row 16: everybody wants the same slot at the same moment, at two nodes on one PostgreSQL."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any, Final

import aiohttp
from sqlalchemy import select, update

from bench.figures import Figure, Outcome
from bench.furnished import Seats
from booking.model import Kind, WeeklyRule
from booking.offers import free_slots
from booking.tables import reservations, seats
from booking.timetable import keep_kind, keep_weekly_hours
from chatserver.database import Database
from chatserver.tables import threads
from faults.postgres import on_postgres
from faults.server import Standing
from faults.trial import Trial, none_of

CLIENTS: Final = 200
CLIENTS_SHORTLY: Final = 40
SHORT: Final = 10
# Of those who ask, so many ask both nodes with one request id, as a page does that got no answer.
REPEATED: Final = 0.1
ZONE: Final = "Europe/Berlin"
MINUTE: Final = timedelta(minutes=1)
# Around the clock, so that there are slots enough.
KIND: Final = Kind(name="chat", length=15 * MINUTE, step=15 * MINUTE, horizon=timedelta(days=60))


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one request: the hold, or the code of the refusal."""

    room: str
    request_id: str
    hold: str | None
    code: str


async def contended(trial: Trial) -> Outcome:
    """`count` rounds, each for a slot of its own; every other winner books what they have got."""
    clients = CLIENTS_SHORTLY if trial.count <= SHORT else CLIENTS
    wrong: list[str] = []
    asked = 0
    async with on_postgres(trial, clients) as (address, _, people), _nodes(trial, address) as nodes:
        database = Database(address)
        counsellor, starts = await _one_counsellor(database, trial.count)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            for number, start in enumerate(starts):
                answers = await _round(http, nodes, people, start, trial.chance)
                asked += len(answers)
                wrong += [
                    f"round {number}: {one}" for one in judged(answers, await _there(database, counsellor, start))
                ]
                if number % 2:
                    wrong += await _booked(http, trial.chance.choice(nodes), people, answers)
        await database.close()
        wrong += [line for node in nodes for line in node.complaints][:3]
    return Outcome(
        [
            Figure("rounds", trial.count, ""),
            Figure("clients for each slot", clients, ""),
            Figure("requests", asked, ""),
            none_of("rounds without exactly one winner, and other faults", len(wrong)),
        ],
        wrong,
    )


def judged(answers: Sequence[Asked], there: Sequence[tuple[str, str]]) -> list[str]:
    """What is wrong with one round. `there`: reservations that keep that time, each with the room of its client."""
    won = {(one.hold, one.room) for one in answers if one.hold is not None}
    wrong = [] if len(won) == 1 else [f"{len(won)} have won"]
    if set(there) != won or len(there) != len(won):
        wrong.append(f"{len(there)} reservations are there, {len(won)} were acknowledged")
    # Who asks twice with one id is one, and hears the same, whichever node is asked.
    codes = {one.code for one in answers if one.hold is None}
    wrong += [f"refused as {code}" for code in sorted(codes - {"slot_taken"})]
    winners = {one.request_id for one in answers if one.hold is not None}
    wrong += ["the winner was refused, too" for one in answers if one.hold is None and one.request_id in winners]
    return wrong


@asynccontextmanager
async def _nodes(trial: Trial, address: str) -> AsyncIterator[tuple[Standing, Standing]]:
    """Two servers, each in a folder of its own, with the secrets of both."""
    started: list[Standing] = []
    try:
        for name in ("left", "right"):
            folder = trial.folder / name
            await asyncio.to_thread(shutil.copytree, trial.folder / "var", folder / "var")
            started.append(Standing(folder, trial.planted, environment={"SPRECHRAUM_DATABASE": address}))
            await started[-1].start()
        yield started[0], started[1]
    finally:
        for node in started:
            await node.kill()


async def _one_counsellor(database: Database, slots: int) -> tuple[str, list[datetime]]:
    """Everybody's thread is with the same one, whose slots these are."""
    now = datetime.now(UTC)
    async with database.write() as db:
        counsellor: str = (await db.execute(select(threads.c.counsellor_id).limit(1))).scalar_one()
        await db.execute(update(threads).values(counsellor_id=counsellor))
        rules = [WeeklyRule(weekday, 0, 24 * 60) for weekday in range(7)]
        await keep_weekly_hours(db, counsellor=counsellor, zone=ZONE, rules=rules)
        await keep_kind(db, owner=counsellor, kind=KIND)
        # A day ahead, so that none passes while others are fought for.
        since = now + timedelta(days=1)
        found = await free_slots(db, counsellor=counsellor, kind=KIND, since=since, until=now + KIND.horizon, now=now)
    return counsellor, [one.starts_at for one in found][:slots]


async def _round(
    http: aiohttp.ClientSession,
    nodes: tuple[Standing, Standing],
    people: Sequence[Seats],
    start: datetime,
    chance: random.Random,
) -> list[Asked]:
    asking = []
    for of in people:
        request_id, (first, second) = token_hex(16), chance.sample(nodes, 2)
        asking.append(_hold(http, first, of, start, request_id))
        if chance.random() < REPEATED:
            asking.append(_hold(http, second, of, start, request_id))
    chance.shuffle(asking)
    return await asyncio.gather(*asking)


async def _hold(http: aiohttp.ClientSession, node: Standing, of: Seats, start: datetime, request_id: str) -> Asked:
    wish = {"kind": "chat", "starts_at": start.isoformat(), "request_id": request_id}
    told = await _post(http, node, of, "holds", wish)
    return Asked(of.room, request_id, told.get("hold"), told.get("code", ""))


async def _booked(
    http: aiohttp.ClientSession, node: Standing, people: Sequence[Seats], answers: Sequence[Asked]
) -> list[str]:
    """The winner books, at either node."""
    for one in answers:
        if one.hold is not None:
            of = next(each for each in people if each.room == one.room)
            told = await _post(http, node, of, "appointments", {"hold": one.hold, "request_id": token_hex(16)})
            return [] if told.get("state") == "booked" else [f"the winner could not book: {told}"]
    return []


async def _post(
    http: aiohttp.ClientSession, node: Standing, of: Seats, what: str, body: dict[str, str]
) -> dict[str, Any]:
    headers = {"Origin": node.url, "Cookie": f"session={of.client.token}"}
    async with http.post(f"{node.url}/api/threads/{of.room}/{what}", json=body, headers=headers) as answer:
        told: dict[str, Any] = await answer.json()
    return told


async def _there(database: Database, counsellor: str, start: datetime) -> list[tuple[str, str]]:
    row = reservations.c
    query = (
        select(row.id, row.thread)
        .join(seats, seats.c.reservation == row.id)
        .where(row.counsellor == counsellor, row.state != "cancelled", row.starts_at <= start, row.ends_at > start)
    )
    async with database.read() as db:
        return [(one.id, one.thread) for one in await db.execute(query)]
