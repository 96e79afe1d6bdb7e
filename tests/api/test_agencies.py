"""Finding the agency that is there for somebody, and checking who works there."""

import aiohttp
import pytest

from chatserver.agencies.wire import (
    DutySeeds,
    FindAgency,
    ListDutySeeds,
    ListTopics,
    ReadRoster,
    ReadSite,
    ResponsibleAgency,
    Site,
    StoredRoster,
    Topics,
)
from chatserver.demo.cast import ANKER, LOTSENSTELLE
from crypto import read_roster, to_ms
from tests.api.house import MUENSTER, House
from tests.person_web import Refused


async def test_whoever_lives_there_finds_the_agency_for_their_topic(house: House) -> None:
    """Without an account, and with the promise that would hold."""
    found = await house.client("nachtfalter").find_agency("addiction", MUENSTER)
    assert (found.agency.name, found.fallback) == (ANKER.name, False)
    assert (found.due_at - house.now()).total_seconds() == 172_800


@pytest.mark.parametrize(("topic", "postal_code"), [("addiction", "10115"), ("grief", "01067")])
async def test_where_nobody_is_responsible_the_fallback_answers_and_says_so(
    house: House, topic: str, postal_code: str
) -> None:
    """No dead end."""
    found = await house.client("nachtfalter").find_agency(topic, postal_code)
    assert (found.agency.name, found.fallback) == (LOTSENSTELLE.name, True)


async def test_a_topic_that_nobody_offers_is_said_plainly(empty_house: House) -> None:
    """Where there is not even a fallback."""
    with pytest.raises(Refused, match="topic_not_offered") as refused:
        await empty_house.client("nachtfalter").find_agency("addiction", MUENSTER)
    assert refused.value.status == 404


@pytest.mark.parametrize("postal_code", ["", "4814", "99999", "00000", "48147x", "Münster", "1" * 2_000])
async def test_what_is_no_postal_code_has_its_own_answer(house: House, postal_code: str) -> None:
    """So that the page can say what is wrong."""
    with pytest.raises(Refused, match="postal_code_invalid"):
        await house.client("nachtfalter").find_agency("addiction", postal_code)


@pytest.mark.parametrize("topic", ["", "weather", "ADDICTION", "a" * 2_000, "addiction'--"])
async def test_what_is_no_topic_has_its_own_answer(house: House, topic: str) -> None:
    """Even when the postal code is good."""
    with pytest.raises(Refused, match="topic_unknown"):
        await house.client("nachtfalter").find_agency(topic, MUENSTER)


async def test_a_missing_question_is_malformed(house: House) -> None:
    """And the field is named."""
    browser = house.client("nachtfalter").browser
    with pytest.raises(Refused, match="malformed") as refused:
        await browser.get("/api/agencies/responsible", ListTopics(), ResponsibleAgency)
    assert refused.value.field in ("topic", "postal_code")


async def test_the_seventeen_topics_are_listed_in_both_languages(house: House) -> None:
    """Only children and young people are addressed with du."""
    topics = (await house.client("nachtfalter").browser.get("/api/topics", ListTopics(), Topics)).topics
    assert len(topics) == 17
    assert [topic.code for topic in topics if topic.young] == ["youth"]


@pytest.mark.parametrize(("path", "packed"), [("/api/topics", True), ("/api/site", False)])
async def test_only_what_is_the_same_for_all_is_compressed(house: House, path: str, packed: bool) -> None:
    """It is half of what a first page asks for; of the rest the length must not tell what stands in it."""
    async with aiohttp.ClientSession(auto_decompress=False) as http, http.get(house.url + path) as answer:
        body = await answer.read()
        assert ("Content-Encoding" in answer.headers) == packed
        assert body.startswith(b"{") != packed


async def test_every_page_gets_time_promise_and_emergency_numbers(house: House) -> None:
    """From the server and its settings."""
    site = await house.client("nachtfalter").browser.get("/api/site", ReadSite(), Site)
    assert (site.promise_hours, site.server_time) == (48, house.now())
    assert "112" in [one.number for one in site.emergency]


async def test_the_roster_proves_who_works_there(house: House) -> None:
    """Root, roster key and certificates verify from the fingerprint alone."""
    found = await house.client("nachtfalter").find_agency("addiction", MUENSTER)
    roster = read_roster(found.agency.roster, found.agency.root_fingerprint)
    roster.check_good_at(to_ms(house.now()))
    berger = await house.counsellor("berger")
    certificate = roster.certified(berger.identity.fingerprint, to_ms(house.now()), "counsel", "duty")
    assert certificate.display_name == "Frau Berger"
    hagemann = await house.counsellor("hagemann")
    roster.certified(hagemann.identity.fingerprint, to_ms(house.now()), "coordinate")


async def test_a_roster_can_be_had_by_number(house: House) -> None:
    """The newest without one; what there is not, is not found."""
    client = house.client("nachtfalter")
    found = await client.find_agency("addiction", MUENSTER)
    path, agency = "/api/agencies/{agency}/roster", found.agency.id
    newest = await client.browser.get(path, ReadRoster(agency), StoredRoster)
    assert newest == await client.browser.get(path, ReadRoster(agency, 1), StoredRoster)
    for nothing in (ReadRoster(agency, 2), ReadRoster("00" * 16), ReadRoster("00" * 16, 1)):
        with pytest.raises(Refused, match="not_found"):
            await client.browser.get(path, nothing, StoredRoster)


async def test_a_counsellor_gets_the_duty_seeds_sealed_to_them_and_no_others(house: House) -> None:
    """Each opens for its holder, and is the key that the roster names; a coordinator has none."""
    berger, yilmaz = await house.counsellor("berger"), await house.counsellor("yilmaz")
    assert berger.duty_seeds()[0].seed == yilmaz.duty_seeds()[0].seed
    listed = [
        (await one.browser.get("/api/duty-seeds", ListDutySeeds(), DutySeeds)).seeds[0].sealed
        for one in (berger, yilmaz)
    ]
    assert listed[0] != listed[1]
    assert (await house.counsellor("hagemann")).duty_seeds() == []


async def test_duty_seeds_are_not_for_clients(house: House) -> None:
    """Nor for anybody without a session."""
    nachtfalter = house.client("nachtfalter")
    with pytest.raises(Refused, match="session_expired"):
        await nachtfalter.browser.get("/api/duty-seeds", ListDutySeeds(), DutySeeds)
    await nachtfalter.sign_up()
    with pytest.raises(Refused, match="not_found"):
        await nachtfalter.browser.get("/api/duty-seeds", ListDutySeeds(), DutySeeds)


async def test_a_command_with_more_than_it_knows_is_malformed(house: House) -> None:
    """Unknown parameters are not let pass."""
    asked = FindAgency("addiction", MUENSTER)
    with pytest.raises(Refused, match="malformed"):
        await house.client("nachtfalter").browser.get("/api/topics", asked, Topics)
