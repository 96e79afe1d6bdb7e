"""What an agency says of itself and whom it serves: kept by its coordinators, whole or not at all."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from chatserver.demo.cast import LOTSENSTELLE
from chatserver.profiles.wire import CheckProfile, KeepProfile, KeptProfile, Profile, ProfileChecked, ReadProfile
from tests.api.house import MUENSTER, House
from tests.api.story import ADDICTION, anker, talk
from tests.people import Counsellor
from tests.person_web import Refused

PATH = "/api/agency/profile"


async def read(person: Counsellor) -> KeptProfile:
    """As this person's agency has it."""
    return await person.browser.get(PATH, ReadProfile(), KeptProfile)


async def keep(person: Counsellor, profile: Profile, seen: str) -> KeptProfile:
    """All of it."""
    return await person.browser.post(PATH, KeepProfile(profile, seen), KeptProfile)


async def change(person: Counsellor, **changed: Any) -> KeptProfile:
    """Part of it."""
    kept = await read(person)
    return await keep(person, replace(kept.profile, **changed), kept.seen)


async def test_whoever_looks_for_an_agency_reads_what_was_kept(house: House) -> None:
    """The name stands, because every roster names it."""
    hagemann = await house.counsellor("hagemann")
    before = await read(hagemann)
    kept = await change(hagemann, about_de=" Für alle. ", about_en="For all.", address="Hafen 1", phone="0251 7")
    agency = await anker(house.client("nachtfalter"))
    assert (agency.about_de, agency.about_en, agency.address, agency.phone) == (
        "Für alle.",
        "For all.",
        "Hafen 1",
        "0251 7",
    )
    assert agency.name == kept.name == before.name


async def test_topics_and_areas_are_those_that_were_kept_and_threads_go_on(house: House) -> None:
    """A line for each; whom the agency does not serve any more goes where the others go."""
    hagemann = await house.counsellor("hagemann")
    talking = await talk(house)
    before = (await talking.client.thread(talking.room.id)).due_at
    kept = await change(hagemann, topics=["debt", "addiction"], areas=["48143 – 48149 Schulden", "", "10115"])
    assert kept.profile.areas == ["10115", "48143-48149 debt"]
    stranger = house.client("luisa7")
    assert (await stranger.find_agency(ADDICTION, MUENSTER)).agency.name != kept.name
    assert (await stranger.find_agency(ADDICTION, "10115")).agency.name == kept.name
    await talking.room.write("Ich bin noch hier.")
    assert (await talking.client.thread(talking.room.id)).due_at == before


async def test_what_does_not_fit_is_named_at_once_and_nothing_of_the_rest_is_kept(house: House) -> None:
    """Each with its line."""
    hagemann = await house.counsellor("hagemann")
    before = await read(hagemann)
    wrong = replace(before.profile, about_de="Neu.", about_en=" ", areas=["48143", "48167-48143", "x"])
    checked = await hagemann.browser.post(f"{PATH}/check", CheckProfile(wrong), ProfileChecked)
    assert [(one.code, one.line) for one in checked.faults] == [
        ("text_missing", None),
        ("area_reversed", 2),
        ("area_unreadable", 3),
    ]
    with pytest.raises(Refused, match="profile_invalid") as refused:
        await keep(hagemann, wrong, before.seen)
    assert (refused.value.status, refused.value.field) == (422, "about_en")
    assert await read(hagemann) == before


async def test_nobody_overwrites_what_they_have_not_seen_and_a_repeat_changes_nothing(house: House) -> None:
    """Two coordinators, or one with two windows; the answer to the first may have got lost."""
    hagemann = await house.counsellor("hagemann")
    first = await read(hagemann)
    mine, theirs = replace(first.profile, phone="0251 1"), replace(first.profile, phone="0251 2")
    outcomes = await asyncio.gather(
        keep(hagemann, mine, first.seen), keep(hagemann, theirs, first.seen), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["KeptProfile", "Refused"]
    won = mine if isinstance(outcomes[0], KeptProfile) else theirs
    assert (await keep(hagemann, won, first.seen)).profile == (await read(hagemann)).profile == won
    with pytest.raises(Refused, match="profile_changed"):
        await keep(hagemann, first.profile, first.seen)


async def test_only_the_agencys_own_coordinators_see_and_keep_it(house: House) -> None:
    """A coordinator of another agency changes that one."""
    hagemann, brandt = await house.counsellor("hagemann"), await house.counsellor("brandt")
    kept = await read(hagemann)
    for person in (await house.counsellor("berger"), await house.signed_up("nachtfalter")):
        for attempt in (
            person.browser.get(PATH, ReadProfile(), KeptProfile),
            person.browser.post(PATH, KeepProfile(kept.profile, kept.seen), KeptProfile),
            person.browser.post(f"{PATH}/check", CheckProfile(kept.profile), ProfileChecked),
        ):
            with pytest.raises(Refused, match="not_found"):
                await attempt
    assert (await change(brandt, phone="0251 9")).name == LOTSENSTELLE.name
    assert await read(hagemann) == kept
