"""Messages about messages, from one Python client to another: edits, deletions, read marks, contests."""

from datetime import timedelta

from crypto import Contest, Read
from tests.api.house import House
from tests.api.story import talk
from tests.person_words import Shown


async def test_the_author_s_edit_stands_for_everybody_and_what_is_deleted_stays_so(house: House) -> None:
    """T28: the last word of the author counts, and after a deletion there is none."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    first = (await room.write("Ich rufe Montag an.")).position
    second = (await room.write("Das nehme ich zurück.")).position
    await room.edit(first, "Ich rufe Dienstag an.")
    await room.edit(first, "Ich rufe Mittwoch an.")
    await room.delete(second)
    await room.edit(second, "Doch nicht.")
    await desk.read()
    assert desk.shown[1:] == [
        Shown(first, mine=False, text="Ich rufe Mittwoch an.", changed="edited"),
        Shown(second, mine=False, text="", changed="deleted"),
    ]
    assert [one.text for one in room.shown] == [one.text for one in desk.shown]


async def test_t28_nobody_else_can_edit_or_delete_it(house: House) -> None:
    """T28: the server cannot see whose message it is; every reader can, its maker included."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    mine = (await room.write("Es geht um Alkohol.")).position
    await desk.read()
    await desk.edit(mine, "Es geht um nichts.")
    await desk.delete(mine)
    for one in (room, desk):
        await one.read()
        assert [line.reason for line in one.lines[-2:]] == ["target_not_yours"] * 2
        assert one.shown[-1].text == "Es geht um Alkohol."
        assert one.shown[-1].changed == "no"


async def test_t22_what_nobody_has_confirmed_is_known_to_be_unconfirmed_until_somebody_has_read_it(
    house: House,
) -> None:
    """T22: a read mark confirms the tail, moves no clock, and is not confirmed itself for ever and ever."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    said = (await room.write("Hört das jemand?")).position
    assert (room.unconfirmed[-1], room.read_by_others) == (said, 0)
    await desk.read()
    await desk.mark_read()
    await room.read()
    assert (room.unconfirmed, room.read_by_others) == ([], said)
    assert (await talking.client.thread(room.id)).due_at == talking.room.due_at


async def test_the_client_s_word_that_this_was_no_answer_starts_the_clock_again(house: House) -> None:
    """A new promise from now on, and the counsellor reads what was contested."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    await house.pass_time(timedelta(hours=3))
    answer = (await desk.write("Bitte rufen Sie an.")).position
    await room.read()
    assert (await talking.client.thread(room.id)).due_at is None
    await house.pass_time(timedelta(hours=1))
    await room.contest(answer)
    assert (await talking.client.thread(room.id)).due_at == house.now() + timedelta(hours=48)
    await desk.read()
    said = desk.verdicts[room.reader.position].message
    assert said is not None
    assert said.body == Contest(desk.verdicts[answer].id)


async def test_t47_a_read_mark_that_claims_to_be_an_answer_is_seen_and_the_clock_reopened(house: House) -> None:
    """T47: the server has stopped the clock; the client's reader marks the lie, and the client starts it again."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    lie = (await desk.say(Read(desk.reader.position), "answers")).position
    await room.read()
    assert (await talking.client.thread(room.id)).due_at is None
    assert "clock_mismatch" in room.verdicts[lie].marks
    await room.contest(lie)
    assert (await talking.client.thread(room.id)).due_at == house.now() + timedelta(hours=48)


async def test_needs_no_answer_can_be_taken_back(house: House) -> None:
    """Then somebody owes one again."""
    talking = await talk(house)
    await talking.room.needs_no_answer()
    assert (await talking.client.thread(talking.room.id)).due_at is None
    await talking.room.asks_again()
    assert (await talking.client.thread(talking.room.id)).due_at == house.now() + timedelta(hours=48)
