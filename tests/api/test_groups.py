"""Groups: announced by a counsellor, joined under a name of one's own choice, never by more than there are seats."""

import asyncio
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest

from chatserver.groups.wire import (
    AnnounceGroup,
    CallOffGroup,
    Group,
    Groups,
    GroupTimes,
    LeaveGroup,
    ListGroups,
    ListGroupTimes,
    ListOwnGroups,
    OwnGroup,
    OwnGroups,
    TakeSeat,
)
from chatserver.places.wire import AddPlace, Places
from tests.api.house import House
from tests.api.story import Talk, enquire, talk
from tests.api.test_deletions import places_of
from tests.people import Client, Counsellor
from tests.person_web import Refused

RULES = "Was hier gesagt wird, bleibt hier."


async def room_of_anker(house: House) -> str:
    """Where a group can meet."""
    hagemann = await house.coordinator("hagemann")
    places = await hagemann.browser.post("/api/agency/places", AddPlace("Anker am Hafen"), Places)
    return places.places[0].id


async def times(counsellor: Counsellor, place: str) -> GroupTimes:
    return await counsellor.browser.get("/api/calendar/groups/times", ListGroupTimes(place), GroupTimes)


async def announce(counsellor: Counsellor, place: str, seats: int = 2, **more: Any) -> OwnGroup:
    """At the first time that is offered, unless said otherwise."""
    first = {"starts_at": (await times(counsellor, place)).slots[0].starts_at} if "starts_at" not in more else {}
    said = {"title": "Rückfall, und jetzt?", "rules": RULES, "request_id": token_hex(16), **first, **more}
    return await counsellor.browser.post(
        "/api/calendar/groups", AnnounceGroup(place=place, seats=seats, **said), OwnGroup
    )


async def listed(client: Client) -> list[Group]:
    return (await client.browser.get("/api/groups", ListGroups(), Groups)).groups


async def take(client: Client, group: str, name: str) -> Group:
    return await client.browser.post("/api/groups/{group}/seat", TakeSeat(group, name), Group)


async def leave(client: Client, group: str) -> Group:
    return await client.browser.post("/api/groups/{group}/leave", LeaveGroup(group), Group)


async def call_off(counsellor: Counsellor, group: str) -> OwnGroup:
    return await counsellor.browser.post("/api/calendar/groups/{group}/cancel", CallOffGroup(group), OwnGroup)


async def led(counsellor: Counsellor) -> list[OwnGroup]:
    return (await counsellor.browser.get("/api/calendar/groups", ListOwnGroups(), OwnGroups)).groups


async def begun(house: House) -> tuple[Talk, OwnGroup]:
    """A client of Anker, and a group of two there."""
    talking = await talk(house)
    return talking, await announce(talking.counsellor, await room_of_anker(house))


async def test_clients_of_the_agency_see_what_there_is_and_others_nothing(house: House) -> None:
    """Who sits there is seen by those who do, and by the counsellor."""
    talking, group = await begun(house)
    luisa, _ = await enquire(house, "luisa7")
    (seen,) = await listed(luisa)
    assert (seen.id, seen.title, seen.rules, seen.counsellor_name) == (group.id, group.title, RULES, "Frau Berger")
    assert (seen.seats, seen.free, seen.own_name, seen.names) == (2, 2, None, [])
    assert seen.place is not None
    assert (seen.place.name, seen.zone) == ("Anker am Hafen", "Europe/Berlin")
    await take(talking.client, group.id, "  Möwe  am Kai ")
    (seen,) = await listed(luisa)
    assert (seen.free, seen.names) == (1, [])
    (mine,) = await listed(talking.client)
    assert (mine.own_name, mine.names, mine.free) == ("Möwe am Kai", ["Möwe am Kai"], 1)
    assert [one.names for one in await led(talking.counsellor)] == [["Möwe am Kai"]]
    stranger = await house.signed_up("kiebitz")
    assert await listed(stranger) == []
    with pytest.raises(Refused, match="not_found"):
        await take(stranger, group.id, "Kiebitz")


async def test_a_group_is_no_appointment_of_two(house: House) -> None:
    """An appointment names its client: the others in a group must not learn who that is."""
    talking, group = await begun(house)
    luisa, _ = await enquire(house, "luisa7")
    for client, name in ((talking.client, "Möwe"), (luisa, "Kiebitz")):
        await take(client, group.id, name)
        assert await client.appointments() == []
        with pytest.raises(Refused, match="not_found"):
            await client.cancel(group.id)
    assert (await talking.counsellor.calendar()).appointments == []
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.cancel(group.id)
    taken = await talking.client.slots(talking.room.id)
    assert all(one.starts_at >= group.ends_at or one.ends_at <= group.starts_at for one in taken.slots)


async def test_of_many_at_once_as_many_get_a_seat_as_there_are(house: House) -> None:
    """The others are told that the last one is gone; a seat that is left is somebody else's."""
    talking, group = await begun(house)
    clients = [talking.client] + [(await enquire(house, f"gast{number}"))[0] for number in range(4)]
    found = await asyncio.gather(
        *(take(one, group.id, f"Gast {number}") for number, one in enumerate(clients)), return_exceptions=True
    )
    won = [one for one, got in zip(clients, found, strict=True) if isinstance(got, Group)]
    assert len(won) == 2
    assert {one.code for one in found if isinstance(one, Refused)} == {"group_full"}
    late = next(one for one in clients if one not in won)
    for _ in range(2):
        left = await leave(won[0], group.id)
        assert (left.own_name, left.names, left.free) == (None, [], 1)
    assert (await take(late, group.id, "Doch noch")).free == 0


async def test_a_name_is_had_once_and_never_the_counsellors(house: House) -> None:
    """However it is written; and nothing that cannot be seen. Who repeats keeps seat and name."""
    talking, group = await begun(house)
    luisa, _ = await enquire(house, "luisa7")
    first = await take(talking.client, group.id, "Möwe")
    assert await take(talking.client, group.id, "Anders") == first
    for name in ("möwe", "MÖWE", "Mo\u0308we", "\uff2d\u00f6we"):
        with pytest.raises(Refused, match="group_name_taken"):
            await take(luisa, group.id, name)
    with pytest.raises(Refused, match="group_name_taken"):
        await take(luisa, group.id, "frau berger")
    for name in (" ", "x", "x" * 41, "\ufdfa" * 9, "Mö\u202ewe", "Mö\u200bwe"):
        with pytest.raises(Refused, match="group_name_invalid"):
            await take(luisa, group.id, name)
    assert [one.free for one in await listed(luisa)] == [1]


async def test_when_it_is_called_off_everybody_is_told_in_their_own_conversation(house: House) -> None:
    """Once; the time is free again, and nobody can come any more."""
    talking, group = await begun(house)
    luisa, room = await enquire(house, "luisa7")
    await take(talking.client, group.id, "Möwe")
    await take(luisa, group.id, "Kiebitz")
    for _ in range(2):
        assert (await call_off(talking.counsellor, group.id)).state == "cancelled"
    for client, conversation in ((talking.client, talking.room.id), (luisa, room.id)):
        told = [one for one in await client.notices() if one.kind == "group_cancelled"]
        assert [(one.room, one.appointment) for one in told] == [(conversation, group.id)]
        assert [one.state for one in await listed(client)] == ["cancelled"]
    with pytest.raises(Refused, match="appointment_over"):
        await take((await enquire(house, "kiebitz"))[0], group.id, "Zu spät")
    assert group.place is not None
    assert (await times(talking.counsellor, group.place.id)).slots[0].starts_at == group.starts_at


async def test_a_group_is_announced_once_and_by_the_rule_of_all_appointments(house: House) -> None:
    """In open hours, in a room of one's own agency, and not where something is already."""
    talking, group = await begun(house)
    assert group.place is not None
    place, berger = group.place.id, talking.counsellor
    request, at = token_hex(16), group.starts_at + timedelta(days=7)
    assert await announce(berger, place, request_id=request, starts_at=at) == await announce(
        berger, place, request_id=request, starts_at=at
    )
    with pytest.raises(Refused, match="slot_taken"):
        await announce(berger, place, starts_at=group.starts_at)
    with pytest.raises(Refused, match="slot_not_offered"):
        await announce(berger, place, starts_at=group.starts_at + timedelta(hours=12))
    for title, rules in ((" ", RULES), ("Abend", " ")):
        with pytest.raises(Refused, match="group_invalid"):
            await announce(berger, place, title=title, rules=rules)
    okafor = await house.counsellor("okafor")
    with pytest.raises(Refused, match="group_invalid"):
        await announce(okafor, place, starts_at=at)
    with pytest.raises(Refused, match="not_found"):
        await call_off(okafor, group.id)
    assert [one.id for one in await led(okafor)] == []


async def test_a_seat_cannot_be_left_after_the_notice_of_appointments(house: House) -> None:
    """The counsellor has counted on them by then."""
    talking, group = await begun(house)
    (seen,) = await listed(talking.client)
    assert seen.leave_until == seen.starts_at - timedelta(hours=2)
    await take(talking.client, group.id, "Möwe")
    await house.pass_time(seen.leave_until - house.now())
    with pytest.raises(Refused, match="too_late"):
        await leave(talking.client, group.id)


async def test_whoever_deletes_the_conversation_sits_there_no_more(house: House) -> None:
    """Neither seat nor name is left."""
    talking, group = await begun(house)
    await take(talking.client, group.id, "Möwe")
    assert "group_names" in await places_of(house, talking.room.id)
    await talking.client.delete_thread(talking.room.id)
    assert await places_of(house, talking.room.id) == {"deletions"}
    assert [one.names for one in await led(talking.counsellor)] == [[]]


async def test_whoever_leaves_the_agency_leads_no_group(house: House) -> None:
    """Those who would have come are told."""
    talking, group = await begun(house)
    await take(talking.client, group.id, "Möwe")
    await (await house.coordinator("hagemann")).let_go(talking.counsellor.account_id)
    assert "group_cancelled" in [one.kind for one in await talking.client.notices()]
