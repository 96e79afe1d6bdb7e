"""An agency comes into being: from an operator's plan to the first answer, with nothing there before."""

import asyncio
from dataclasses import replace as replaced
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from chatserver.agencies.wire import SealedSeed
from chatserver.errors import AgencyNameTaken
from chatserver.foundings.actions import list_plans, plan_agency
from chatserver.foundings.model import KEPT_EXPIRED, LINK_LASTS
from chatserver.foundings.wire import FoundAgency
from chatserver.nouns import SWEEPS
from chatserver.tables import accounts, agencies, foundings
from tests.api.from_empty import PLAN, begin
from tests.api.house import MUENSTER, House
from tests.next_roster import Changes, first_roster, next_roster, sealed_to
from tests.person_web import Refused

DEBT = "debt"


async def _rows(house: House) -> list[int]:
    async with house.deps.database.read() as db:
        return [(await db.execute(select(func.count()).select_from(one))).scalar_one() for one in (accounts, agencies)]


async def test_from_nothing_to_an_answer(empty_house: House) -> None:
    """Plan, founding, an invited counsellor, a client's question, the answer: each with keys of their own."""
    begun = await begin(empty_house)
    weber = await begun.hire("weber", "counsel", "duty")
    client = await empty_house.signed_up("nachtfalter")
    found = await client.find_agency(DEBT, MUENSTER)
    assert found.agency.name == PLAN.name
    room = await client.write_enquiry(found.agency, DEBT, "Die Mahnungen stapeln sich.")
    (line,) = await weber.inbox()
    desk = await weber.take(line.room)
    assert desk.texts == ["Die Mahnungen stapeln sich."]
    await desk.write("Wir sehen sie gemeinsam durch.")
    assert (await room.read())[-1] == "Wir sehen sie gemeinsam durch."
    assert (await client.slots(room.id)).minutes == 50


async def test_the_link_shows_what_was_planned(empty_house: House) -> None:
    """Without an account, for seven days."""
    token = await plan_agency(empty_house.deps, PLAN)
    shown = await empty_house.founder("rosendahl").look_at_founding(token)
    assert (shown.name, shown.topics, shown.areas) == (PLAN.name, [DEBT], ["48143-48167"])
    assert shown.expires_at == empty_house.now() + timedelta(days=7)


async def test_the_database_holds_the_hash_of_the_token_only(empty_house: House) -> None:
    """Whoever reads a backup cannot found anything."""
    token = await plan_agency(empty_house.deps, PLAN)
    async with empty_house.deps.database.read() as db:
        row = (await db.execute(select(foundings))).one()
    assert token.encode() not in repr(tuple(row)).encode()


async def test_a_plan_is_gone_a_week_after_its_link(empty_house: House) -> None:
    """Until then the operator reads that the link has expired; what was founded stays."""
    begun, sweep = await begin(empty_house), next(one for one in SWEEPS if one.name == "old_plans")
    await plan_agency(empty_house.deps, replace(PLAN, name="Haus am See"))
    empty_house.clock.advance(LINK_LASTS + KEPT_EXPIRED - timedelta(seconds=1))
    await sweep.run(empty_house.deps)
    assert [one.plan.name for one in (await list_plans(empty_house.deps)).plans] == ["Haus am Wehr", "Haus am See"]
    empty_house.clock.advance(timedelta(seconds=1))
    await sweep.run(empty_house.deps)
    overview = await list_plans(empty_house.deps)
    assert (overview.plans, list(overview.agencies.values())) == ([], ["Haus am Wehr"])
    await begun.founder.log_in()


async def test_unknown_used_and_expired_links_are_one_refusal(empty_house: House) -> None:
    """Nobody learns which of them it is."""
    founder = empty_house.founder("rosendahl")
    late = await plan_agency(empty_house.deps, PLAN)
    empty_house.clock.advance(timedelta(days=7))
    used = await plan_agency(empty_house.deps, replace(PLAN, name="Haus am Tor"))
    await founder.found_agency(used, "Frau Rosendahl")
    for token in (late, used, "", "x" * 43, late[:-1], "ä" * 2_000):
        with pytest.raises(Refused, match="invitation_invalid") as refused:
            await empty_house.founder("anderswer").look_at_founding(token)
        assert refused.value.status == 404


async def test_a_repeat_whose_answer_got_lost_signs_in(empty_house: House) -> None:
    """One agency, one account, two sessions."""
    token = await plan_agency(empty_house.deps, PLAN)
    founder = empty_house.founder("rosendahl")
    founding, _ = await founder.prepare_founding(token, "Frau Rosendahl")
    first = await founder.send_founding(founding)
    assert await founder.send_founding(founding) == first
    assert first.role == "coordinator"
    assert await _rows(empty_house) == [1, 1]


async def test_of_two_at_once_one_founds(empty_house: House) -> None:
    """The other is told that the link was used, and leaves no account behind."""
    token = await plan_agency(empty_house.deps, PLAN)
    people = [empty_house.founder(name) for name in ("rosendahl", "tillmann")]
    wishes = [(await one.prepare_founding(token, "Frau R."))[0] for one in people]
    outcome = await asyncio.gather(
        *(one.send_founding(wish) for one, wish in zip(people, wishes, strict=True)), return_exceptions=True
    )
    refused = [one for one in outcome if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["invitation_invalid"]
    assert await _rows(empty_house) == [1, 1]


async def test_a_link_ends_nobody_elses_founding(empty_house: House) -> None:
    """Whoever founded by one link is not signed in by another."""
    founder = empty_house.founder("rosendahl")
    founding, _ = await founder.prepare_founding(await plan_agency(empty_house.deps, PLAN), "Frau Rosendahl")
    await founder.send_founding(founding)
    other = await plan_agency(empty_house.deps, replace(PLAN, name="Haus am Tor"))
    with pytest.raises(Refused, match="invitation_invalid"):
        await founder.send_founding(replace(founding, token=other))


async def test_an_agency_of_that_name_cannot_be_planned_again(empty_house: House) -> None:
    """Clients choose by name."""
    await begin(empty_house)
    with pytest.raises(AgencyNameTaken):
        await plan_agency(empty_house.deps, PLAN)


async def test_of_two_plans_of_one_name_the_second_founding_is_refused(empty_house: House) -> None:
    """And nothing of it is stored."""
    second = await plan_agency(empty_house.deps, PLAN)
    await begin(empty_house)
    with pytest.raises(Refused, match="agency_name_taken"):
        await empty_house.founder("tillmann").found_agency(second, "Herr Tillmann")
    assert await _rows(empty_house) == [1, 1]


async def _other_rosters(house: House) -> dict[str, tuple[FoundAgency, str]]:
    """Foundings with a roster that is not the founder's, each with what it is refused with."""
    token = await plan_agency(house.deps, PLAN)
    founder = house.founder("rosendahl")
    good, made = await founder.prepare_founding(token, "Frau Rosendahl")
    me, now = founder.identity, house.now()
    stranger = house.founder("tillmann")
    other, _ = await stranger.prepare_founding(token, "Herr Tillmann")

    def founded_as(name: str, *capabilities: str) -> bytes:
        return first_roster(me, "Frau Rosendahl", capabilities, name, now).roster.raw

    late = first_roster(me, "Frau Rosendahl", ("coordinate",), PLAN.name, now - timedelta(days=2)).roster.raw
    second = next_roster(made.roster, made.roster_seed, Changes(), now).raw
    for_another = SealedSeed(stranger.account_id, 1, good.duty_seeds[0].sealed)
    return {
        "another agency's name": (replace(good, roster=founded_as("Haus am Tor", "coordinate")), "roster_inconsistent"),
        "nobody coordinates": (replace(good, roster=founded_as(PLAN.name, "counsel")), "roster_inconsistent"),
        "somebody else's": (replace(good, roster=other.roster), "roster_key_invalid"),
        "of the day before yesterday": (replace(good, roster=late), "roster_expired"),
        "number 2": (replace(good, roster=second), "roster_stale"),
        "cut": (replace(good, roster=good.roster[:-1]), "malformed"),
        "empty": (replace(good, roster=b""), "malformed"),
        "no duty seed for a holder": (replace(good, duty_seeds=[]), "roster_inconsistent"),
        "a seed for a stranger": (replace(good, duty_seeds=[for_another]), "roster_inconsistent"),
        "a seed twice": (replace(good, duty_seeds=good.duty_seeds * 2), "roster_inconsistent"),
        "a seed of a generation to come": (
            replace(good, duty_seeds=[sealed_to(replaced(made.duty, generation=2), made.roster.certificates[0])]),
            "roster_inconsistent",
        ),
    }


async def test_a_roster_that_is_not_the_founders_founds_nothing(empty_house: House) -> None:
    """Each for its own reason, and the link still holds afterwards."""
    tried = await _other_rosters(empty_house)
    for name, (wish, code) in tried.items():
        with pytest.raises(Refused) as refused:
            await empty_house.founder("rosendahl").send_founding(wish)
        assert (name, refused.value.code) == (name, code)
    assert await _rows(empty_house) == [0, 0]
    (token,) = {wish.token for wish, _ in tried.values()}
    await empty_house.founder("rosendahl").found_agency(token, "Frau Rosendahl")


async def test_a_founder_who_does_not_counsel_keeps_the_duty_key_for_the_first_who_does(empty_house: House) -> None:
    """Sealed to them as soon as the roster names them."""
    begun = await begin(empty_house, "coordinate")
    weber = await begun.hire("weber", "counsel", "duty")
    assert [one.generation for one in weber.duty_seeds()] == [1]
    assert (await weber.staff()).people[1].lacks == []
