"""Publishing rosters: numbered, chained, signed by a coordinator, naming only people who are there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_bytes

import pytest
from sqlalchemy import func, select

from chatserver.agencies.wire import SealedSeed
from chatserver.rosters.wire import (
    DutySeedsKept,
    KeepDutySeeds,
    PublishRoster,
    RosterChanged,
    RosterPublished,
)
from chatserver.staff.wire import ListStaff, Staff
from chatserver.tables import notices
from crypto import Certificate, DutySeed, Identity, Roster, new_identity, to_ms
from crypto.errors import RosterExpired
from tests.api.from_empty import begin
from tests.api.house import MUENSTER, OPENING, House
from tests.api.story import ADDICTION, anker, talk
from tests.coordinator import Coordinator
from tests.next_roster import Changes, as_left, certificate, first_roster, next_duty, next_roster, sealed_to
from tests.person_web import Refused

DAY = timedelta(days=1)


async def test_the_next_roster_is_published_and_everybody_is_told(house: House) -> None:
    """A push to every page; no notice, because nobody came or left."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    await berger.connect()
    house.clock.advance(5 * DAY)
    published = await hagemann.renew()
    assert published.number == 2
    assert await berger.browser.heard("roster_changed", RosterChanged) == RosterChanged(published.agency, 2)
    roster = await berger.fetch_roster(published.agency, berger.root)
    assert (roster.number, roster.issued_at) == (2, to_ms(house.now()))
    assert await berger.notices() == []


async def test_t50_every_colleague_is_told_of_a_new_certificate(empty_house: House) -> None:
    """T50: a coordinator who certifies a ghost is seen doing it."""
    begun = await begin(empty_house)
    weber = await begun.hire("weber", "counsel", "duty")
    yildiz = await begun.hire("yildiz", "counsel")
    assert [one.kind for one in await weber.notices()] == ["colleague_certified"]
    assert await yildiz.notices() == []
    assert [one.display_name for one in (await weber.staff()).people] == ["Frau Rosendahl", "Frau Weber", "Frau Yildiz"]


async def test_a_repeat_gets_the_first_answer(house: House) -> None:
    """And publishes nothing."""
    hagemann = await house.coordinator("hagemann")
    roster = hagemann.sign(await hagemann.newest_roster(), Changes())
    assert await hagemann.publish(roster, []) == await hagemann.publish(roster, [])
    assert (await hagemann.newest_roster()).number == 2


async def test_of_two_at_once_one_loses(empty_house: House) -> None:
    """With a code that says: fetch the newest and sign again."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    before = await tillmann.newest_roster()
    empty_house.clock.advance(timedelta(seconds=1))
    wishes = [(one, one.sign(before, Changes())) for one in (begun.founder, tillmann)]
    outcome = await asyncio.gather(*(one.publish(roster, []) for one, roster in wishes), return_exceptions=True)
    assert [one.code for one in outcome if isinstance(one, Refused)] == ["roster_stale"]
    assert (await tillmann.renew()).number == 4


Hostile = dict[str, tuple[bytes, list[SealedSeed], str]]


async def _people_who_do_not_belong(hagemann: Coordinator, house: House) -> Hostile:
    """Rosters with other people than work there, each with what it is refused with."""
    before, now, seed = await hagemann.newest_roster(), house.now(), hagemann.roster_seed or b""
    berger, client = await house.counsellor("berger"), await house.signed_up("nachtfalter")
    stranger = await house.counsellor("okafor")
    hers = next(one for one in before.certificates if one.fingerprint == berger.identity.fingerprint)
    newer = Identity(berger.identity.ed_seed, token_bytes(32), 2)
    without = replace(before, certificates=tuple(one for one in before.certificates if one != hers))
    nobody = [replace(one, capabilities=frozenset({"counsel", "duty"})) for one in before.certificates]

    def certifying(*people: Certificate) -> tuple[bytes, list[SealedSeed], str]:
        return next_roster(before, seed, Changes(certify=people), now).raw, [], "roster_inconsistent"

    return {
        "T50: somebody whom nobody knows": certifying(certificate(new_identity(), "Frau Geist", ("counsel",), now)),
        "a client": certifying(certificate(client.identity, "Nachtfalter", ("counsel",), now)),
        "somebody of another agency": certifying(certificate(stranger.identity, "Frau Okafor", ("counsel",), now)),
        "T13: a key that the person's account does not have": certifying(
            certificate(newer, "Frau Berger", ("counsel", "duty"), now)
        ),
        "nobody coordinates": certifying(*nobody),
        "T41: off duty, and the old key goes on": certifying(replace(hers, capabilities=frozenset({"counsel"}))),
        "somebody has vanished": (next_roster(without, seed, Changes(), now).raw, [], "roster_inconsistent"),
    }


async def _wrong_order(hagemann: Coordinator, house: House) -> Hostile:
    """Rosters that do not follow the one before, each with what it is refused with."""
    before, now, seed = await hagemann.newest_roster(), house.now(), hagemann.roster_seed or b""
    good = next_roster(before, seed, Changes(), now)

    def after(one: Roster, at: datetime = now) -> bytes:
        return next_roster(one, seed, Changes(), at).raw

    other = first_roster(hagemann.identity, "Frau Hagemann", ("coordinate",), "Anker Suchtberatung", now).roster
    return {
        "a number left out": (after(good), [], "roster_stale"),
        "the first number again": (after(replace(before, number=0, hash=bytes(32))), [], "roster_stale"),
        "T40: another chain": (after(replace(before, hash=bytes([7]) * 32)), [], "roster_forked"),
        "of the day before yesterday": (after(before, now - 2 * DAY), [], "roster_expired"),
        "of the day after tomorrow": (after(before, now + 2 * DAY), [], "roster_expired"),
        "another name": (after(replace(before, agency_name="Anker")), [], "roster_inconsistent"),
        "another root": (other.raw, [], "root_mismatch"),
        "a flipped bit": (good.raw[:-1] + bytes([good.raw[-1] ^ 1]), [], "signature_invalid"),
        "cut": (good.raw[:-1], [], "malformed"),
        "empty": (b"", [], "malformed"),
    }


async def _wrong_duty_keys(hagemann: Coordinator, house: House) -> Hostile:
    """Rosters whose duty key would lock somebody out or let somebody go on reading (T41)."""
    before, now, seed = await hagemann.newest_roster(), house.now(), hagemann.roster_seed or b""
    hers = next(one for one in before.certificates if one.display_name == "Frau Berger")
    duty, holders = next_duty(before), [one for one in before.certificates if "duty" in one.capabilities]

    def with_key(key: DutySeed, seeds: list[SealedSeed]) -> tuple[bytes, list[SealedSeed], str]:
        return next_roster(before, seed, Changes(duty=key), now).raw, seeds, "roster_inconsistent"

    revoked = next_roster(before, seed, Changes(revoke=[as_left(hers, now)], duty=duty), now)
    kept = next_roster(before, seed, Changes(revoke=[as_left(hers, now)]), now)
    same = next_roster(before, seed, Changes(), now)
    third = replace(duty, generation=3)
    return {
        "revoked without a departure": (
            revoked.raw,
            [sealed_to(duty, one) for one in holders if one != hers],
            "roster_inconsistent",
        ),
        "revoked, and the old key goes on": (kept.raw, [], "roster_inconsistent"),
        "a key that nobody gets": with_key(duty, []),
        "a key that one does not get": with_key(duty, [sealed_to(duty, one) for one in holders[1:]]),
        "two generations at once": with_key(third, [sealed_to(third, one) for one in holders]),
        "another key in its generation": with_key(replace(duty, generation=1), []),
        "a seed for somebody off duty": (
            same.raw,
            [SealedSeed(hagemann.account_id, 1, b"sealed")],
            "roster_inconsistent",
        ),
        "a seed of a generation to come": (same.raw, [sealed_to(duty, holders[0])], "roster_inconsistent"),
        "a seed that is no seed": (
            same.raw,
            [SealedSeed(holders[0].user_id.hex(), 1, bytes(5_000))],
            "roster_inconsistent",
        ),
    }


@pytest.mark.parametrize("made", [_people_who_do_not_belong, _wrong_order, _wrong_duty_keys])
async def test_a_roster_that_does_not_fit_is_refused_and_nothing_changes(
    house: House, made: Callable[[Coordinator, House], Awaitable[Hostile]]
) -> None:
    """Each for its own reason, although a coordinator's own key has signed it."""
    house.clock.advance(3 * DAY)
    hagemann = await house.coordinator("hagemann")
    people = (await hagemann.staff()).people
    for name, (raw, seeds, code) in (await made(hagemann, house)).items():
        with pytest.raises(Refused) as refused:
            await hagemann.browser.post("/api/agency/rosters", PublishRoster(raw, seeds), RosterPublished)
        assert (name, refused.value.code) == (name, code)
    assert (await hagemann.newest_roster()).number == 1
    assert (await hagemann.staff()).people == people
    assert (await hagemann.renew()).number == 2


async def test_nobody_publishes_what_another_coordinator_has_signed(empty_house: House) -> None:
    """A stolen cookie alone is no roster key."""
    begun = await begin(empty_house)
    tillmann = await begun.hire_coordinator("tillmann")
    signed = begun.founder.sign(await begun.founder.newest_roster(), Changes())
    with pytest.raises(Refused, match="roster_key_invalid"):
        await tillmann.publish(signed, [])


async def test_rosters_are_published_by_coordinators_only(house: House) -> None:
    """For everybody else there is no such address; a coordinator of another agency has another root."""
    hagemann, brandt = await house.coordinator("hagemann"), await house.coordinator("brandt")
    wish = PublishRoster(hagemann.sign(await hagemann.newest_roster(), Changes()).raw, [])
    for who in (await house.counsellor("berger"), await house.signed_up("nachtfalter")):
        with pytest.raises(Refused, match="not_found"):
            await who.browser.post("/api/agency/rosters", wish, RosterPublished)
    with pytest.raises(Refused, match="session_expired"):
        await house.client("niemand").browser.post("/api/agency/rosters", wish, RosterPublished)
    with pytest.raises(Refused, match="root_mismatch"):
        await brandt.browser.post("/api/agency/rosters", wish, RosterPublished)


# -- duty seeds


async def test_a_newcomer_gets_the_duty_key_from_the_first_colleague_who_logs_in(empty_house: House) -> None:
    """The coordinator who certified them need not have it."""
    begun = await begin(empty_house, "coordinate", "counsel", "duty")
    weber = await begun.hire("weber", "counsel", "duty")
    assert [one.seed for one in weber.duty_seeds()] == [one.seed for one in begun.founder.duty_seeds()]
    assert [one.lacks for one in (await weber.staff()).people] == [[], []]


async def test_the_first_seed_of_a_colleague_stays(house: House) -> None:
    """Otherwise one colleague could lock another out."""
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    seeds = KeepDutySeeds([SealedSeed(yilmaz.account_id, 1, b"something else")])
    await berger.browser.post("/api/duty-seeds", seeds, DutySeedsKept)
    await yilmaz.log_in()
    assert [one.generation for one in yilmaz.duty_seeds()] == [1]


async def test_seeds_go_to_holders_of_ones_own_agency_only(house: House) -> None:
    """Not to a coordinator without duty, not to another agency, not twice in one request."""
    berger, okafor = await house.counsellor("berger"), await house.counsellor("okafor")
    hagemann, yilmaz = await house.coordinator("hagemann"), await house.counsellor("yilmaz")
    mine = SealedSeed(yilmaz.account_id, 1, b"sealed")
    for seeds in (
        [SealedSeed(okafor.account_id, 1, b"sealed")],
        [SealedSeed(hagemann.account_id, 1, b"sealed")],
        [SealedSeed(yilmaz.account_id, 2, b"sealed")],
        [mine, mine],
    ):
        with pytest.raises(Refused, match="roster_inconsistent"):
            await berger.browser.post("/api/duty-seeds", KeepDutySeeds(seeds), DutySeedsKept)
    with pytest.raises(Refused, match="not_found"):
        await (await house.signed_up("nachtfalter")).browser.post("/api/duty-seeds", KeepDutySeeds([]), DutySeedsKept)


async def test_the_staff_is_shown_to_colleagues_only(house: House) -> None:
    """Names for logging in are nobody else's business."""
    berger = await house.counsellor("berger")
    staff = await berger.staff()
    assert [one.name for one in staff.people] == ["berger", "hagemann", "nowak", "yilmaz"]
    assert [one.capabilities for one in staff.people][:2] == [["counsel", "duty"], ["coordinate"]]
    with pytest.raises(Refused, match="not_found"):
        await (await house.signed_up("nachtfalter")).browser.get("/api/agency/staff", ListStaff(), Staff)


# -- expiry


async def test_coordinators_are_warned_fourteen_seven_three_and_one_days_before(house: House) -> None:
    """Once each, however often somebody looks."""
    told = []
    for days in range(36):
        house.clock.move_to(OPENING + days * DAY)
        await house.server.look()
        await house.server.look()
        told.append(await _warnings(house))
    assert [days for days in range(1, 36) if told[days] > told[days - 1]] == [21, 28, 32, 34]
    assert told[-1] == 4


async def test_a_renewed_roster_warns_by_its_own_dates(house: House) -> None:
    """What was planned for the one before comes to nothing."""
    hagemann = await house.coordinator("hagemann")
    house.clock.advance(6 * DAY)
    await hagemann.renew()
    await house.pass_time(16 * DAY)
    assert await _warnings(house) == 0
    await house.pass_time(6 * DAY)
    assert await _warnings(house) == 1


async def test_a_coordinator_who_logs_in_renews_a_roster_with_few_days_left(house: House) -> None:
    """Without being asked; a counsellor does not."""
    house.clock.advance(11 * DAY)
    await house.counsellor("berger")
    hagemann = await house.coordinator("hagemann")
    roster = await hagemann.newest_roster()
    assert (roster.number, roster.issued_at) == (2, to_ms(house.now()))
    await hagemann.log_in()
    assert (await hagemann.newest_roster()).number == 2


async def test_after_its_end_nobody_new_writes_or_joins_and_those_who_talk_go_on(house: House) -> None:
    """Each refusal says what is the case."""
    talking = await talk(house)
    late = await house.signed_up("luisa7")
    waiting = await late.write_enquiry(await anker(late), ADDICTION, "Noch rechtzeitig.")
    house.clock.advance(37 * DAY)
    for person in (talking.client, late, talking.counsellor):
        await person.log_in()
    await talking.desk.write("Ich bin noch da.")
    assert (await talking.room.read())[-1] == "Ich bin noch da."
    agency = await anker(late)
    for attempt in (late.prepare_enquiry(agency, ADDICTION, "Zu spät."), talking.counsellor.take(waiting.id)):
        with pytest.raises(RosterExpired):
            await attempt
    # Their own clients refuse. Others, which date their entries back to when the roster still held, the server refuses.
    for person in (late, talking.counsellor):
        person.now = lambda: OPENING
    for attempt in (late.write_enquiry(agency, ADDICTION, "Zu spät."), talking.counsellor.take(waiting.id)):
        with pytest.raises(Refused, match="roster_expired"):
            await attempt
    talking.counsellor.now = house.now
    hagemann = await house.coordinator("hagemann")
    assert (await hagemann.newest_roster()).number == 2
    await talking.counsellor.take(waiting.id)
    assert (await late.find_agency(ADDICTION, MUENSTER)).agency.roster_number == 2


async def _warnings(house: House) -> int:
    async with house.deps.database.read() as db:
        mine = select(func.count()).select_from(notices).where(notices.c.kind == "roster_expires")
        return (await db.execute(mine)).scalar_one() // 2
