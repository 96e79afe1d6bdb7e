"""Places: kept by coordinators, shown to whoever books a meeting, and without an address that is not to be known."""

from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest

from booking.model import Kind
from booking.timetable import keep_kind
from chatserver.appointments.wire import Appointment, BookSlot, HoldSlot, ListSlots, SlotHeld, Slots
from chatserver.places.wire import AddPlace, ChangePlace, ClosePlace, ListPlaces, Place, Places
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.people import Talking
from tests.person_web import Refused

HOUR = timedelta(hours=1)
PATH = "/api/agency/places"


async def listed(person: Talking) -> list[Place]:
    return (await person.browser.get(PATH, ListPlaces(), Places)).places


async def add(person: Talking, **place: Any) -> list[Place]:
    return (await person.browser.post(PATH, AddPlace(**place), Places)).places


async def change(person: Talking, place: str, **values: Any) -> list[Place]:
    return (await person.browser.post(PATH + "/{place}/change", ChangePlace(place=place, **values), Places)).places


async def close(person: Talking, place: str) -> list[Place]:
    return (await person.browser.post(PATH + "/{place}/close", ClosePlace(place), Places)).places


async def slots_on_site(talking: Talk, place: str | None = None) -> Slots:
    wish = ListSlots(talking.room.id, "on_site", place=place)
    return await talking.client.browser.get("/api/threads/{room}/slots", wish, Slots)


async def meets(house: House, talking: Talk) -> None:
    """People may come there from now on."""
    agency = (await talking.client.thread(talking.room.id)).agency
    async with house.deps.database.write() as db:
        await keep_kind(db, owner=agency, kind=Kind(name="on_site", length=HOUR, step=HOUR, cancel_notice=2 * HOUR))


async def test_coordinators_keep_places_and_counsellors_see_them(house: House) -> None:
    """Nobody of another agency does either."""
    hagemann, berger = await house.coordinator("hagemann"), await house.counsellor("berger")
    (room,) = await add(hagemann, name=" Zimmer 3 ", address="Hafenweg 2", step_free="partly", way_in="Im Hof")
    assert (room.name, room.address, room.step_free, room.way_in) == ("Zimmer 3", "Hafenweg 2", "partly", "Im Hof")
    assert await add(hagemann, name="Zimmer 3", address="Hafenweg 2") == [room]
    (changed,) = await change(hagemann, room.id, name="Zimmer 4", address_told=True)
    assert (changed.id, changed.name, changed.address, changed.address_told) == (room.id, "Zimmer 4", "", True)
    assert await listed(berger) == [changed]
    for act in (add(berger, name="Zimmer 5"), change(berger, room.id, name="x"), close(berger, room.id)):
        with pytest.raises(Refused, match="not_found"):
            await act
    stranger = await house.coordinator("brandt")
    assert await listed(stranger) == []
    for act in (change(stranger, room.id, name="x"), close(stranger, room.id)):
        with pytest.raises(Refused, match="not_found"):
            await act
    for _ in range(2):
        assert await close(hagemann, room.id) == []
    with pytest.raises(Refused, match="not_found"):
        await change(hagemann, room.id, name="Zimmer 3")


async def test_a_place_has_a_name_and_a_secret_address_is_not_kept(house: House) -> None:
    """And there is an end to how many there can be."""
    hagemann = await house.coordinator("hagemann")
    for wrong in ({"name": "  "}, {"name": "Zimmer 3", "address": "Hafenweg 2", "address_told": True}):
        with pytest.raises(Refused, match="place_invalid"):
            await add(hagemann, **wrong)
    with pytest.raises(Refused, match="malformed"):
        await add(hagemann, name="x" * 121)
    for number in range(40):
        await add(hagemann, name=f"Zimmer {number}")
    with pytest.raises(Refused, match="places_full"):
        await add(hagemann, name="Zimmer 41")


async def test_whoever_comes_chooses_the_place_and_sees_what_to_know_about_it(house: House) -> None:
    """Also after it was closed; and nothing more is booked there."""
    talking, hagemann = await talk(house), await house.coordinator("hagemann")
    await meets(house, talking)
    assert (await slots_on_site(talking)).slots == []
    await add(hagemann, name="Zimmer 3", address="Hafenweg 2", step_free="no")
    one, other = await add(hagemann, name="Zimmer 4", address="Hafenweg 4", step_free="yes")
    offered = await slots_on_site(talking, other.id)
    assert offered.places == [one, other]
    assert [(kind.kind, kind.minutes, kind.cancel_notice_minutes) for kind in offered.kinds] == [
        ("chat", 50, 120),
        ("on_site", 60, 120),
    ]
    start = offered.slots[0].starts_at
    wish = HoldSlot(talking.room.id, "on_site", start, token_hex(16), other.id)
    held = await talking.client.browser.post("/api/threads/{room}/holds", wish, SlotHeld)
    booking = BookSlot(talking.room.id, held.hold, token_hex(16))
    booked = await talking.client.browser.post("/api/threads/{room}/appointments", booking, Appointment)
    assert (booked.place, booked.cancel_until) == (other, start - 2 * HOUR)
    await close(hagemann, other.id)
    assert (await talking.client.appointments())[0].place == other
    assert (await slots_on_site(talking, other.id)).slots == []
    for nowhere in (other.id, "nirgends"):
        elsewhere = HoldSlot(talking.room.id, "on_site", offered.slots[3].starts_at, token_hex(16), nowhere)
        with pytest.raises(Refused, match="slot_not_offered"):
            await talking.client.browser.post("/api/threads/{room}/holds", elsewhere, SlotHeld)
