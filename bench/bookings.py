"""Bookings: the clients of one counsellor want the same times, and each time is given once."""

import asyncio
from itertools import pairwise
from time import perf_counter

from bench.figures import Outcome, spread
from bench.pairs import Pair
from chatserver.appointments.wire import Appointment
from tests.person_web import Refused


async def load(pairs: list[Pair], each: int) -> Outcome:
    """Every client books `each` slots, beginning with the earliest: a hold, then the appointment."""
    began = perf_counter()
    booked = await asyncio.gather(*(_book(pair, each) for pair in pairs))
    seconds = perf_counter() - began
    took = [one for _, times in booked for one in times]
    outcome = Outcome(spread(f"bookings, {len(pairs)} clients", took, seconds))
    for pair, (appointments, _) in zip(pairs, booked, strict=True):
        if len(appointments) < each:
            outcome.lost.append(f"{pair.client.name} found {len(appointments)} of {each} slots")
    outcome.lost += await _looked_up(pairs, [one for appointments, _ in booked for one in appointments])
    return outcome


async def _book(pair: Pair, each: int) -> tuple[list[Appointment], list[float]]:
    appointments: list[Appointment] = []
    took: list[float] = []
    for slot in (await pair.client.slots(pair.room.id)).slots:
        if len(appointments) == each:
            break
        began = perf_counter()
        try:
            appointments.append(await pair.client.book(pair.room.id, slot))
        except Refused as refused:
            if refused.code not in ("slot_taken", "slot_not_offered"):
                raise
        else:
            took.append(perf_counter() - began)
    return appointments, took


async def _looked_up(pairs: list[Pair], booked: list[Appointment]) -> list[str]:
    """Both sides look into their calendars."""
    lost = []
    for person in {one.client for one in pairs} | {one.counsellor for one in pairs}:
        mine = [one for one in booked if person.account_id in (one.client, one.counsellor)]
        lost += differences(person.name, mine, await person.appointments())
    return lost


def differences(name: str, promised: list[Appointment], kept: list[Appointment]) -> list[str]:
    """What was booked and is not in somebody's calendar; and what lies over something else there."""
    there = {one.id: one.starts_at for one in kept if one.state == "booked"}
    wrong = [f"{name} has no appointment {one.id}" for one in promised if there.get(one.id) != one.starts_at]
    standing = sorted((one.starts_at, one.ends_at) for one in kept if one.state == "booked")
    wrong += [
        f"{name} was booked twice at {later[0]}" for earlier, later in pairwise(standing) if later[0] < earlier[1]
    ]
    return wrong
