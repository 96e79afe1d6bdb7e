"""Looking at whether an agency's promises are kept, and at what the next days will ask. For its coordinators."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from chatserver.absences import store as absences
from chatserver.absences.model import Staff
from chatserver.agencies import store as agencies
from chatserver.board import store
from chatserver.board.model import DAYS, WEEKS, Answered, Day, RunsOut, Step, outlook, story_of
from chatserver.board.wire import (
    Assignee,
    Board,
    BoardStep,
    BrokenPromise,
    Forecast,
    ForecastDay,
    ReadBoard,
    ReadForecast,
    StepKind,
    TopicForecast,
    WaitingPromise,
)
from chatserver.deps import Asker, Deps, look
from chatserver.ladders import store as ladders
from chatserver.ladders.model import Ladder, Rung
from chatserver.rosters.actions import coordinated_agency
from chatserver.threads.model import ThreadState

BROKEN_WITHIN: Final = timedelta(days=30)
MOST_LINES: Final = 500
MOST_BROKEN: Final = 100


async def read_board(deps: Deps, asker: Asker, command: ReadBoard) -> Board:
    """Who waits at one's own agency and for how long, and what was broken. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        people = await absences.colleagues(db, agency.id)
        staff, ladder = await absences.staff_at(db, agency.id, now), await ladders.ladder_of(db, agency.id)
        waiting = await store.running(db, agency.id)
        broken = await store.broken_since(db, agency.id, now - BROKEN_WITHIN, MOST_BROKEN)
        listed = waiting[:MOST_LINES]
        steps = await store.steps_of(db, [one.id for one in (*listed, *broken)])
        month = await store.counted(db, agency.id, f"{now.astimezone(ZoneInfo(agency.zone)):%Y-%m}")
    return Board(
        server_time=now,
        waiting=len(waiting),
        at_risk=sum(_at_risk(one, ladder, now) for one in waiting),
        kept=month.get("kept", 0),
        promised=month.get("kept", 0) + month.get("broken", 0),
        lines=[_line(one, steps, staff, at_risk=_at_risk(one, ladder, now)) for one in listed],
        broken=[_broken(one, steps) for one in broken],
        colleagues=[
            Assignee(one.account_id, one.display_name, one.account_id in staff.away) for one in people if one.duty
        ],
    )


def _at_risk(one: store.Promise, ladder: Ladder, now: datetime) -> bool:
    """From when everybody on duty was asked on, by the hours that the agency has set for that."""
    return now >= ladder.at(Rung.ESCALATE, one.policy, one.waiting_since, one.due_at)


def _gone(one: store.Promise, staff: Staff) -> Literal["away", "left"] | None:
    if one.counsellor_left_at is not None:
        return "left"
    return "away" if one.counsellor_id in staff.away else None


def _line(one: store.Promise, steps: Mapping[int, list[Step]], staff: Staff, *, at_risk: bool) -> WaitingPromise:
    return WaitingPromise(
        room=one.room,
        topic=one.topic,
        new=one.state == ThreadState.NEW.value,
        counsellor=one.counsellor_id,
        counsellor_name=one.counsellor_name,
        gone=_gone(one, staff),
        asked=one.handed_to,
        asked_name=one.asked_name,
        standby=one.standby,
        waiting_since=one.waiting_since,
        due_at=one.due_at,
        at_risk=at_risk,
        breached=one.breached_at is not None,
        contested=one.contests is not None,
        steps=_story(one, steps),
    )


def _broken(one: store.Promise, steps: Mapping[int, list[Step]]) -> BrokenPromise:
    return BrokenPromise(
        topic=one.topic,
        counsellor_name=one.counsellor_name,
        waiting_since=one.waiting_since,
        due_at=one.due_at,
        breached_at=one.breached_at or one.due_at,
        running=one.because is None,
        steps=_story(one, steps),
    )


def _story(one: store.Promise, steps: Mapping[int, list[Step]]) -> list[BoardStep]:
    told = story_of(steps[one.id], because=one.because, taken_at=one.taken_at, waiting_since=one.waiting_since)
    return [BoardStep(cast("StepKind", step.kind), step.at) for step in told]


# -- the next days


async def read_forecast(deps: Deps, asker: Asker, command: ReadForecast) -> Forecast:
    """What runs out on each of the next seven days, against what is usually answered. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        running = await store.running(db, agency.id)
        policy = (await agencies.terms_of(db, agency.id)).policy()
        # A day more: the first day that is looked at begins before this hour.
        answered = await store.answered_since(db, agency.id, now - timedelta(days=WEEKS * DAYS + 1))
    zone = ZoneInfo(agency.zone)

    def on(at: datetime) -> date:
        return at.astimezone(zone).date()

    seen = outlook(
        [RunsOut(one.topic, on(one.due_at)) for one in running],
        [Answered(topic, on(at), on(due_at)) for topic, at, due_at in answered],
        today=on(now),
        new_until=on(policy.due_at(now)),
    )
    return Forecast(
        zone=agency.zone,
        enough=seen.enough,
        short_on=seen.short_on.isoformat() if seen.short_on else None,
        total=_days(seen.total),
        topics=[TopicForecast(topic, _days(days)) for topic, days in seen.topics.items()],
    )


def _days(days: Sequence[Day]) -> list[ForecastDay]:
    return [ForecastDay(one.day.isoformat(), one.known, one.expected, one.replies, one.short) for one in days]
