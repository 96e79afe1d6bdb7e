"""Who people are to each other: safety numbers, pins, what is alarming, from one Python client to another."""

from dataclasses import replace

from crypto import Text, to_ms
from crypto.encoding import u64
from tests.api.house import House
from tests.api.story import talk


async def test_both_sides_see_the_same_sixty_digits_and_nobody_else_does(house: House) -> None:
    """Between two people, whoever reads them out."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    (berger,), (client,) = room.others, desk.others
    digits = room.safety_number(berger.fingerprint)
    assert digits == desk.safety_number(client.fingerprint)
    assert [len(group) for group in digits.split(" ")] == [5] * 12
    yilmaz = await house.counsellor("yilmaz")
    assert room.safety_number(yilmaz.identity.fingerprint) != digits


async def test_who_was_compared_is_verified_at_the_next_log_in_too(house: House) -> None:
    """The mark lies in the vault: in another browser the person is verified, and only that person."""
    talking = await talk(house)
    (berger,) = talking.room.others
    assert not talking.room.is_verified(berger.fingerprint)
    await talking.room.compared(berger.fingerprint)
    elsewhere = house.also(talking.client.elsewhere())
    await elsewhere.log_in()
    there = await elsewhere.open(talking.room.id)
    assert there.is_verified(berger.fingerprint)
    assert await there.meet() == []
    assert not talking.desk.is_verified(talking.client.identity.fingerprint)


async def test_numbers_that_were_not_equal_stay_so_at_the_next_log_in_until_they_are_compared_once_more(
    house: House,
) -> None:
    """T13: what a page that was open all the time writes later does not undo it, nor what is known of keys."""
    talking = await talk(house)
    (berger,) = talking.room.others
    await talking.room.compared(berger.fingerprint, equal=False)
    elsewhere = house.also(talking.client.elsewhere())
    await elsewhere.log_in()
    there = await elsewhere.open(talking.room.id)
    assert there.unequal == [berger.fingerprint]
    assert await there.meet() == []
    assert there.unequal == [berger.fingerprint]
    await there.compared(berger.fingerprint)
    await talking.room.meet()
    later = house.also(talking.client.elsewhere())
    await later.log_in()
    assert (await later.open(talking.room.id)).unequal == []


async def test_t13_a_key_that_contradicts_its_pin_is_named_and_not_taken_over(house: House) -> None:
    """T13: the vault knows a later key of the same person than the room shows."""
    talking = await talk(house)
    (berger,) = talking.room.others
    assert await talking.room.meet() == []
    vault = talking.client.vault
    known = vault.read("person", berger.user_id or b"", 4)
    assert known is not None
    vault.keep("person", berger.user_id or b"", known[0], u64(berger.kem_seq + 1), bytes(32), known[3])
    assert await talking.room.meet() == [berger.fingerprint]
    kept = vault.person(berger.user_id or b"")
    assert kept is not None
    assert kept.kem_seq == berger.kem_seq + 1


async def test_what_is_alarming_about_a_room_is_named_once(house: House) -> None:
    """T18, T21: nothing in an honest room; then another history, a message that never came, and new keys."""
    talking = await talk(house)
    room, desk = talking.room, talking.desk
    await desk.write("Guten Tag.")
    await room.read()
    assert room.alarms == desk.alarms == []
    await talking.client.renew_identity("fünf leere flaschen am ufer")
    await desk.read()
    assert desk.alarms == ["new_identity"]
    desk.seal(Text("Das kommt nie an."), "none")
    place = replace(desk.reader.place(), seen_th=b"f" * 32)
    forked = desk.writer.seal(place, Text("Anders."), sent_at=to_ms(house.now()))
    last = desk.reader.position + 1
    desk.verdicts[last] = desk.reader.push(last, forked.envelope)
    assert desk.alarms == ["new_identity", "forked", "gap_before"]
