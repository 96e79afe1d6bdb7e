"""Receipts: who starts a promise has the server's signed word for it, again for each repeat, and can check it."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chatserver.cli import main
from chatserver.deletions.wire import Keys, ReadKeys
from chatserver.threads.wire import MessagePosted, PostMessage
from chatserver.wire.binary import to_wire
from crypto import Receipt, Text, item_id, read_receipt, to_ms
from tests.api.house import House
from tests.api.story import talk
from tests.people import Client

HOUR = timedelta(hours=1)
CALENDAR = ("calendar", 172_800, "")


async def keys_of(person: Client) -> Keys:
    """What the server signs with."""
    return await person.browser.get("/api/keys", ReadKeys(), Keys)


async def key_of(person: Client) -> bytes:
    """What it signs receipts with."""
    return (await keys_of(person)).receipt_key


def policy(receipt: Receipt) -> tuple[str, int, str]:
    """Under which the promise was given."""
    return receipt.policy_kind, receipt.policy_seconds, receipt.policy_details


def times(receipt: Receipt) -> tuple[int, int]:
    """When it came, and when an answer is due."""
    return receipt.received_at, receipt.due_at


def promised_at(at: datetime) -> tuple[int, int]:
    """The times of a promise of that instant."""
    return to_ms(at), to_ms(at + 48 * HOUR)


async def test_a_first_enquiry_and_each_repeat_of_it_get_the_same_receipt(house: House) -> None:
    """Thread, message, times, policy and event, signed; later, too, when the promise is over."""
    client = await house.signed_up("nachtfalter")
    agency = (await client.find_agency("addiction", "48147")).agency
    enquiry = await client.prepare_enquiry(agency, "addiction", "Hilfe")
    sent_at = house.now()
    sent = await client.send_enquiry(enquiry)
    receipt = read_receipt(sent.receipt, await key_of(client))
    assert (receipt.room.hex(), receipt.message_id) == (sent.room, item_id(enquiry.envelope))
    assert times(receipt) == promised_at(sent_at)
    assert policy(receipt) == CALENDAR
    await client.save_vault()
    await house.pass_time(HOUR)
    await (await (await house.counsellor("berger")).take(sent.room)).write("Ja.")
    assert await client.send_enquiry(enquiry) == sent


async def test_only_a_message_that_starts_a_promise_gets_a_receipt(house: House) -> None:
    """Not one that asks again, not an answer; the next question does, with another event."""
    talking = await talk(house)
    assert (await talking.room.write("und noch etwas")).receipt is None
    await talking.desk.read()
    assert (await talking.desk.write("Ja.")).receipt is None
    await talking.room.read()
    await house.pass_time(HOUR)
    asked_at = house.now()
    posted = await talking.room.write("Und nun?")
    key = await key_of(talking.client)
    assert posted.receipt is not None
    receipt = read_receipt(posted.receipt, key)
    assert times(receipt) == promised_at(asked_at)
    assert policy(receipt) == CALENDAR
    assert (await talking.room.write("Hallo?")).receipt is None


async def test_a_repeat_gets_the_receipt_of_its_own_promise(house: House) -> None:
    """Over HTTP and the socket, whatever came since; what asked while a promise ran has none, then and later."""
    talking = await talk(house)
    await talking.desk.read()
    await talking.desk.write("Ja.")
    await talking.room.read()
    asked, again = [talking.room.seal(Text(one), "asks") for one in ("eins", "zwei")]

    async def post(envelope: bytes) -> MessagePosted:
        message = PostMessage(talking.room.id, envelope)
        return await talking.client.browser.post("/api/rooms/{room}/messages", message, MessagePosted)

    first = await post(asked)
    await house.pass_time(HOUR)
    second = await post(again)
    assert first.receipt is not None
    assert second.receipt is None
    await talking.desk.read()
    await talking.desk.write("Ja!")
    await talking.client.connect()
    assert (await post(asked)).receipt == first.receipt
    assert (await talking.room.post(asked)).receipt == first.receipt
    assert (await post(again)).receipt is None


async def test_many_repeats_in_one_moment_share_one_receipt(house: House) -> None:
    """A page that is not sure sends again and again: the server has given its word once."""
    talking = await talk(house)
    await talking.desk.read()
    await talking.desk.write("Ja.")
    await talking.room.read()
    message = PostMessage(talking.room.id, talking.room.seal(Text("eins"), "asks"))
    browser = talking.client.browser
    posted = await asyncio.gather(
        *(browser.post("/api/rooms/{room}/messages", message, MessagePosted) for _ in range(8))
    )
    receipts = {one.receipt for one in posted}
    assert len(receipts) == 1
    assert None not in receipts


async def test_no_two_promises_have_the_same_event(house: House) -> None:
    """It names the opening of one clock, and nothing follows from it."""
    events = set()
    for name in ("nachtfalter", "mauersegler"):
        client = await house.signed_up(name)
        agency = (await client.find_agency("addiction", "48147")).agency
        sent = await client.send_enquiry(await client.prepare_enquiry(agency, "addiction", "Hilfe"))
        events.add(read_receipt(sent.receipt, await key_of(client)).event_id)
    assert len(events) == 2


async def test_what_the_server_answers_is_checked_as_it_is(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its answer in one file and that of `/api/keys` in another: the command needs nothing more."""
    client = await house.signed_up("nachtfalter")
    agency = (await client.find_agency("addiction", "48147")).agency
    sent = await client.send_enquiry(await client.prepare_enquiry(agency, "addiction", "Hilfe"))
    answer, keys = tmp_path / "answer.json", tmp_path / "keys.json"
    answer.write_text(json.dumps(to_wire(sent)))
    keys.write_text(json.dumps(to_wire(await keys_of(client))))
    assert main(["receipt", "verify", str(answer), "--keys", str(keys)]) == 0
    assert sent.room in capsys.readouterr().out
