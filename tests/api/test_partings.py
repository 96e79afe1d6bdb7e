"""Giving a conversation back, and going on with somebody else: the keys change, the promise goes on."""

from datetime import timedelta

import pytest

from chatserver.partings.wire import GiveBack, Parted, WishForAnother
from crypto import Add, Change, HistoryGrant, Remove, counsellor_member
from tests.api.house import House
from tests.api.story import FIRST_WORDS, Talk, talk
from tests.api.test_clock import kinds
from tests.people import Counsellor
from tests.person_room import Room
from tests.person_web import Refused

HOUR = timedelta(hours=1)


def prepared_give_back(desk: Room, reason: str = "capacity") -> GiveBack:
    """As the page makes it."""
    commit = desk.prepare_change(Remove(desk.person.identity.fingerprint)).commit
    return GiveBack(desk.id, commit, reason)  # type: ignore[arg-type]  # also what is not on the list


async def give_back(person: Counsellor, wish: GiveBack) -> Parted:
    """As the page sends it."""
    return await person.browser.post("/api/threads/{room}/give-back", wish, Parted)


async def another(talking: Talk, *more: Change, to: Counsellor | None = None) -> Parted:
    """The client goes on without the one who counsels, with that colleague or whoever comes."""
    room, joining = talking.room, []
    changes: list[Change] = [Remove(talking.counsellor.identity.fingerprint), *more]
    if to is not None:
        roster = await room.person.fetch_roster(room.thread.agency, room.reader.log.root_fingerprint)
        (certificate,) = [one for one in roster.certificates if one.user_id.hex() == to.account_id]
        joining = [counsellor_member(certificate, roster.root_fingerprint)]
        changes.append(Add(joining[0].fingerprint))
    wish = WishForAnother(room.id, room.prepare_change(*changes, joining=joining).commit)
    posted = await talking.client.browser.post("/api/threads/{room}/another", wish, Parted)
    assert await talking.client.browser.post("/api/threads/{room}/another", wish, Parted) == posted
    await room.read()
    return posted


async def test_what_is_given_back_stands_with_the_colleagues_again_and_the_promise_goes_on(house: House) -> None:
    """The one who gave it back sees it no more; the client is not told why; a repeat gets the first answer."""
    talking = await talk(house)
    due_at = (await talking.client.thread(talking.room.id)).due_at
    yilmaz, hagemann = await house.counsellor("yilmaz"), await house.counsellor("hagemann")
    await house.pass_time(HOUR)
    wish = prepared_give_back(talking.desk)
    first = await give_back(talking.counsellor, wish)
    assert await give_back(talking.counsellor, wish) == first
    thread = await talking.client.thread(talking.room.id)
    assert (thread.state, thread.counsellor_name, thread.due_at) == ("new", None, due_at)
    assert ([one.room for one in await yilmaz.inbox()], await talking.counsellor.inbox()) == ([talking.room.id], [])
    assert ((await kinds(talking.client))[-1], (await kinds(hagemann)).count("given_back")) == ("given_back", 1)
    desk = await yilmaz.take(talking.room.id)
    assert desk.texts == [FIRST_WORDS]
    await talking.room.read()
    await talking.room.write("Nur für die Neuen.")
    with pytest.raises(Refused, match="not_found"):
        await talking.desk.read()
    await desk.read()
    await desk.write("Ich bin jetzt da.")
    assert (await talking.client.thread(talking.room.id)).due_at is None


async def test_only_the_last_counsellor_gives_back_and_only_where_somebody_may_come(house: House) -> None:
    """And with a reason that is on the list; nothing has changed by what was refused."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    with pytest.raises(Refused, match="malformed"):
        await give_back(talking.counsellor, prepared_give_back(talking.desk, "keine Lust"))
    with pytest.raises(Refused, match="not_found"):
        await give_back(yilmaz, prepared_give_back(talking.desk))
    await talking.desk.add_colleague(yilmaz.account_id)
    with pytest.raises(Refused, match="commit_not_allowed"):
        await give_back(talking.counsellor, prepared_give_back(talking.desk))
    await talking.room.read()
    await talking.room.remove(yilmaz.identity.fingerprint)
    await talking.room.standby_off()
    await talking.desk.read()
    with pytest.raises(Refused, match="nobody_may_step_in"):
        await give_back(talking.counsellor, prepared_give_back(talking.desk))
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Frau Berger"


async def test_a_client_goes_on_with_whom_they_choose_who_reads_what_they_wish(house: House) -> None:
    """Nothing is granted to them that the client did not grant; the other one is told, and is not asked again."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    due_at = (await talking.client.thread(talking.room.id)).due_at
    await another(talking, to=yilmaz)
    thread = await talking.client.thread(talking.room.id)
    assert (thread.counsellor_name, thread.state, thread.due_at) == ("Herr Yilmaz", "open", due_at)
    assert ((await kinds(talking.counsellor))[-1], (await kinds(yilmaz))[-1]) == ("another_wished", "brought_in")
    entry = talking.room.verdicts[max(talking.room.verdicts)].entry
    assert entry is not None
    assert not any(isinstance(one, HistoryGrant) for one in entry.changes)  # type: ignore[union-attr]
    assert await talking.counsellor.inbox() == []


async def test_a_client_leaves_it_to_the_agency_and_a_promise_begins_where_none_ran(house: House) -> None:
    """Whoever was there before cannot take it; a colleague can."""
    talking = await talk(house)
    await talking.desk.write("Ja.")
    await talking.room.read()
    assert (await talking.client.thread(talking.room.id)).due_at is None
    await another(talking)
    thread = await talking.client.thread(talking.room.id)
    assert (thread.state, thread.due_at) == ("new", house.now() + 48 * HOUR)
    with pytest.raises(Refused, match="not_found"):
        await talking.counsellor.take(talking.room.id)
    await (await house.counsellor("yilmaz")).take(talking.room.id)


async def test_nobody_else_wishes_for_somebody_and_nobody_is_left_alone_by_it(house: House) -> None:
    """Not a counsellor, not with somebody who stays, and not where nobody may come."""
    talking = await talk(house)
    yilmaz = await house.counsellor("yilmaz")
    wish = WishForAnother(talking.room.id, prepared_give_back(talking.desk).commit)
    for person in (talking.counsellor, yilmaz):
        with pytest.raises(Refused, match="not_found"):
            await person.browser.post("/api/threads/{room}/another", wish, Parted)
    await talking.room.standby_off()
    with pytest.raises(Refused, match="nobody_may_step_in"):
        await another(talking)
    await talking.room.add_colleague(yilmaz.account_id)
    with pytest.raises(Refused, match="commit_not_allowed"):
        await another(talking)
    assert (await talking.client.thread(talking.room.id)).counsellor_name == "Frau Berger"
