"""Which agency somebody is led to: in a defined order, to choose from, and never to one where nobody reads."""

import pytest
from sqlalchemy import insert

from chatserver.agencies import store as agencies
from chatserver.agencies.actions import list_areas, serve_areas
from chatserver.agencies.area_lists import AreasInvalid, areas_as_csv
from chatserver.agencies.model import Area
from chatserver.agencies.wire import ListNearby, NearbyAgencies
from chatserver.demo.cast import ANKER, LOTSENSTELLE
from chatserver.tables import agency_topics
from tests.api.from_empty import begin
from tests.api.house import MUENSTER, House
from tests.api.story import enquire
from tests.person_web import Refused

LIST = "agency,topic,first,last\n"


async def _led_to(house: House, postal_code: str = MUENSTER) -> tuple[list[str], bool]:
    found = await house.client("nachtfalter").find_agency("addiction", postal_code)
    return [found.agency.name, *(one.name for one in found.others)], found.fallback


async def _lotsen_offer_it_too(house: House) -> None:
    async with house.deps.database.write() as db:
        lotsen = await agencies.agency_named(db, LOTSENSTELLE.name)
        assert lotsen is not None
        await db.execute(insert(agency_topics).values(agency_id=lotsen.id, topic="addiction"))


async def test_who_serves_the_narrower_area_comes_first_and_the_others_are_offered(house: House) -> None:
    """Both offer the topic there; a client may choose."""
    await _lotsen_offer_it_too(house)
    await serve_areas(house.deps, f"{LIST}{LOTSENSTELLE.name},,01001,99998\n")
    assert await _led_to(house) == ([ANKER.name, LOTSENSTELLE.name], False)
    assert await _led_to(house, "10115") == ([LOTSENSTELLE.name], False)


async def test_of_two_equals_the_one_where_fewer_wait_comes_first(house: House) -> None:
    """Then the name decides."""
    await _lotsen_offer_it_too(house)
    await serve_areas(house.deps, f"{LIST}{LOTSENSTELLE.name},,48147,48147\n{ANKER.name},,48147,48147\n")
    assert (await _led_to(house))[0] == sorted([ANKER.name, LOTSENSTELLE.name])
    await enquire(house, "luisa7")
    assert (await _led_to(house))[0] == [LOTSENSTELLE.name, ANKER.name]


async def test_an_area_for_one_topic_leads_nobody_with_another(house: House) -> None:
    """Several ranges per agency and topic."""
    topic = next(one for one in ANKER.topics if one != "addiction")
    await serve_areas(house.deps, f"{LIST}{ANKER.name},{topic},48147,48147\n{ANKER.name},addiction,10115,10115\n")
    assert await _led_to(house) == ([LOTSENSTELLE.name], True)
    assert await _led_to(house, "10115") == ([ANKER.name], False)


async def test_where_nobody_reads_nobody_is_led(empty_house: House) -> None:
    """A founder who coordinates only leaves the agency closed until somebody counsels."""
    begun = await begin(empty_house, "coordinate")
    with pytest.raises(Refused, match="topic_not_offered"):
        await empty_house.client("nachtfalter").find_agency("debt", MUENSTER)
    await begun.hire("weber", "counsel", "duty")
    assert (await empty_house.client("nachtfalter").find_agency("debt", MUENSTER)).agency.name == "Haus am Wehr"


async def test_the_beginning_of_a_code_names_who_is_near(house: House) -> None:
    """While somebody types; what is no beginning has its own answer."""
    browser = house.client("nachtfalter").browser

    async def near(begins: str, topic: str = "addiction") -> list[str]:
        asked = ListNearby(topic, begins)
        return [one.name for one in (await browser.get("/api/agencies/nearby", asked, NearbyAgencies)).agencies]

    assert await near("48") == [ANKER.name]
    assert await near("4814") == [ANKER.name]
    assert await near("10") == []
    for wrong, topic, code in (("4", "addiction", "postal_code_invalid"), ("48", "weather", "topic_unknown")):
        with pytest.raises(Refused, match=code):
            await near(wrong, topic)


async def test_a_list_is_taken_whole_or_not_at_all(house: House) -> None:
    """And what was exported changes nothing when it comes back."""
    before = await list_areas(house.deps)
    with pytest.raises(AreasInvalid, match="line 3"):
        await serve_areas(house.deps, f"{LIST}{ANKER.name},,10115,10115\nNirgends,,10115,10115\n")
    assert await list_areas(house.deps) == before
    await serve_areas(house.deps, areas_as_csv(before))
    assert await list_areas(house.deps) == before
    assert before[ANKER.name] == [Area(one.first, one.last) for one in ANKER.areas]
