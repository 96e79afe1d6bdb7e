"""Files: uploaded in parts, fetched by members, refused when the server gives other bytes (T30-T32)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, func, insert, select, update

from chatserver.attachments.model import KEPT_UNFINISHED, LARGEST, LARGEST_DAY, MOST_IN_ROOM, MOST_UNFINISHED, PART_SIZE
from chatserver.attachments.wire import (
    BeginUpload,
    CompleteUpload,
    Discarded,
    DiscardUpload,
    PartStored,
    PutPart,
    ReadPart,
    ReadUpload,
    Upload,
)
from chatserver.main import running
from chatserver.nouns import SWEEPS
from chatserver.tables import attachment_parts, attachments
from crypto import LARGEST_FILE, File, FileBroken, FileSwapped, FileTooLarge, Remove, Rotate, stored_size
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.person_files import FileToSend, fetch_file
from tests.person_web import Browser, Refused
from tests.places import Place

# Two whole parts and a little.
CONTENT = Random(30).randbytes(2 * PART_SIZE + 12_345)
PARTS = 3
PART = "/api/attachments/{attachment}/parts/{number}"
BEGIN = "/api/rooms/{room}/attachments"
NOT_FOUND = ("not_found", 404)


def a_file(content: bytes = CONTENT) -> FileToSend:
    return FileToSend("brief.pdf", content, "application/pdf", "Der Brief vom Amt.")


async def sent(talking: Talk, file: FileToSend) -> int:
    """Position of the message that names it, read by the counsellor."""
    position = (await talking.room.send_file(file)).position
    await talking.desk.read()
    return position


async def refusal(attempt: object) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        await attempt  # type: ignore[misc]
    return refused.value.code, refused.value.status


async def test_a_file_arrives_as_it_was_with_its_name_and_words(house: House) -> None:
    """Name, type, key and digest travel in the message only; the server stores as many bytes as were announced."""
    talking = await talk(house)
    position = await sent(talking, a_file())
    named = talking.desk.files[position]
    assert (named.name, named.media_type, named.text) == ("brief.pdf", "application/pdf", "Der Brief vom Amt.")
    assert await talking.desk.fetch_file(position) == CONTENT
    assert await talking.room.fetch_file(position) == CONTENT
    back = (await talking.desk.send_file(FileToSend("leer.txt", b""))).position
    await talking.room.read()
    assert await talking.room.fetch_file(back) == b""


async def test_a_file_is_sealed_anew_when_the_keys_changed_before_its_message(house: House) -> None:
    """The epoch is part of its context: under the old one nobody could open it."""
    talking, file = await talk(house), a_file()
    await talking.desk.read()
    await talking.desk.change(Rotate("week"))
    position = await sent(talking, file)
    assert talking.desk.files[position].file_id != file.file_id
    assert await talking.desk.fetch_file(position) == CONTENT


async def test_what_is_stored_says_nothing_of_the_file(house: House) -> None:
    """No piece of it, no name; only a length that many files share."""
    talking = await talk(house)
    await sent(talking, a_file(b"Sehr geehrte Damen und Herren, " * 4_000))
    async with house.deps.database.read() as db:
        stored = b"".join((await db.execute(select(attachment_parts.c.bytes))).scalars())
        size = (await db.execute(select(attachments.c.size))).scalar_one()
    assert b"geehrte" not in stored
    assert len(stored) == size == stored_size(124_000) == stored_size(124_900)


@pytest.mark.parametrize("who", ["luisa7", "yilmaz", "okafor"])
async def test_only_members_of_the_room_reach_a_file(house: House, who: str) -> None:
    """Another client, a colleague outside the room, another agency: there is nothing by that name."""
    talking, file = await talk(house), a_file()
    await sent(talking, file)
    stranger = await house.signed_up(who) if who == "luisa7" else await house.counsellor(who)
    browser, there, absent = stranger.browser, file.attachment, "00" * 16
    for name in (there, absent):
        assert await refusal(browser.get("/api/attachments/{attachment}", ReadUpload(name), Upload)) == NOT_FOUND
        assert await refusal(browser.get_bytes(PART, ReadPart(name, 0))) == NOT_FOUND
        assert await refusal(browser.put_bytes(PART, PutPart(name, 0), b"x" * PART_SIZE, PartStored)) == NOT_FOUND
        complete = browser.post("/api/attachments/{attachment}/complete", CompleteUpload(name), Upload)
        assert await refusal(complete) == NOT_FOUND
        await browser.post("/api/attachments/{attachment}/discard", DiscardUpload(name), Discarded)
    begin = browser.post(BEGIN, BeginUpload(talking.room.id, "ab" * 16, 1000), Upload)
    assert await refusal(begin) == NOT_FOUND
    assert await fetched(talking, file) == CONTENT


async def fetched(talking: Talk, file: FileToSend) -> bytes:
    """As the counsellor gets it."""
    await talking.desk.read()
    position = next(at for at, one in talking.desk.files.items() if one.file_id == file.file_id)
    return await talking.desk.fetch_file(position)


async def test_another_member_sees_a_file_only_once_it_is_whole(house: House) -> None:
    """Nobody fetches half of it, and nobody writes into somebody else's."""
    talking, file = await talk(house), a_file()
    mine, theirs = talking.client.browser, talking.counsellor.browser
    upload = await file.begin(mine, talking.room.id, talking.room.reader.place().epoch)
    await file.put(mine, upload, 0)
    assert await refusal(theirs.get_bytes(PART, ReadPart(file.attachment, 0))) == NOT_FOUND
    assert await refusal(file.put(theirs, upload, 1)) == NOT_FOUND
    assert await refusal(file.begin(theirs, talking.room.id, 1)) == NOT_FOUND
    assert await refusal(file.complete(mine)) == ("attachment_incomplete", 409)
    for number in (2, 1):
        await file.put(mine, upload, number)
    assert (await file.complete(mine)).complete
    assert len(await theirs.get_bytes(PART, ReadPart(file.attachment, 0))) == PART_SIZE


async def test_an_upload_that_broke_off_goes_on_in_another_browser(house: House) -> None:
    """Only what is missing is sent again; the same part twice changes nothing, another one in its place is refused."""
    talking, file = await talk(house), a_file()
    upload = await file.begin(talking.client.browser, talking.room.id, talking.room.reader.place().epoch)
    await file.put(talking.client.browser, upload, 1)
    await talking.client.close()
    again = house.also(talking.client.elsewhere())
    await again.log_in()
    resumed = await file.begin(again.browser, talking.room.id, 1)
    assert (resumed.stored, resumed.complete) == ([1], False)
    await file.put(again.browser, upload, 1)
    changed = file.stored[PART_SIZE:][: PART_SIZE - 1] + b"\x00"
    other = again.browser.put_bytes(PART, PutPart(file.attachment, 1), changed, PartStored)
    assert await refusal(other) == ("attachment_conflict", 409)
    asked = len(again.browser.asked)
    await file.upload(again.browser, talking.room.id, 1)
    assert sum("/parts/" in path for path in again.browser.asked[asked:]) == PARTS - 1
    room = await again.open(talking.room.id)
    await room.say(file.body(), "asks")
    assert await fetched(talking, file) == CONTENT


async def test_what_was_acknowledged_is_there_after_the_server_was_gone(founded: Place) -> None:
    """A part is on disk when it is answered: a new process goes on with it."""
    file = a_file()
    async with running(founded.config(), ticking=False) as server:
        house = House(server, server.deps.clock)  # type: ignore[arg-type]
        talking = await talk(house)
        upload = await file.begin(talking.client.browser, talking.room.id, talking.room.reader.place().epoch)
        await file.put(talking.client.browser, upload, 2)
        await house.close()
    async with running(founded.config(), ticking=False) as server:
        house = House(server, server.deps.clock)  # type: ignore[arg-type]
        client = house.client("nachtfalter")
        await client.log_in()
        assert (await file.begin(client.browser, talking.room.id, 1)).stored == [2]
        await house.close()


async def test_whoever_was_removed_neither_goes_on_uploading_nor_fetches(house: House) -> None:
    """The upload was begun as a member; that does not help."""
    talking, theirs, mine = await talk(house), a_file(), a_file(b"mein eigener")
    browser = talking.counsellor.browser
    upload = await theirs.begin(browser, talking.room.id, talking.desk.reader.place().epoch)
    await theirs.put(browser, upload, 0)
    await sent(talking, mine)
    await talking.room.change(Remove(talking.counsellor.identity.fingerprint))
    assert await refusal(theirs.put(browser, upload, 1)) == NOT_FOUND
    assert await refusal(theirs.complete(browser)) == NOT_FOUND
    assert await refusal(theirs.begin(browser, talking.room.id, 1)) == NOT_FOUND
    assert await refusal(browser.get_bytes(PART, ReadPart(mine.attachment, 0))) == NOT_FOUND


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda parts: parts[:-1], FileBroken),
        (lambda parts: [*parts[:-1], parts[-1][:-1]], FileBroken),
        (lambda parts: [parts[1], parts[0], parts[2]], FileSwapped),
        (lambda parts: [parts[0], parts[0], parts[2]], FileBroken),
        (lambda parts: [*parts[:2], parts[2] * 2], FileBroken),
        (lambda parts: [parts[0][:70] + bytes([parts[0][70] ^ 1]) + parts[0][71:], *parts[1:]], FileBroken),
    ],
    ids=["cut at a part", "cut by a byte", "reordered", "repeated", "appended", "one bit"],
)
async def test_t30_stored_bytes_that_were_cut_reordered_or_continued_are_refused(
    house: House, change: Change, reason: type[Exception]
) -> None:
    """T30: the server changes what it stores; before, the same file opened."""
    talking, file = await talk(house), a_file()
    position = await sent(talking, file)
    assert await talking.desk.fetch_file(position) == CONTENT
    await rewrite(house, file, change)
    with pytest.raises(reason):
        await talking.desk.fetch_file(position)


async def rewrite(house: House, file: FileToSend, change: Change) -> None:
    """What only the server can do."""
    async with house.deps.database.write() as db:
        mine = attachment_parts.c.attachment == file.attachment
        query = select(attachment_parts.c.bytes).where(mine).order_by(attachment_parts.c.number)
        parts = change(list((await db.execute(query)).scalars()))
        await db.execute(delete(attachment_parts).where(mine))
        rows = [{"attachment": file.attachment, "number": at, "bytes": one} for at, one in enumerate(parts)]
        await db.execute(insert(attachment_parts), rows)
        size = sum(len(one) for one in parts)
        await db.execute(update(attachments).where(attachments.c.id == file.attachment).values(size=size))


async def test_t31_a_file_in_the_place_of_another_is_refused(house: House) -> None:
    """T31: both are true files of this room, of the same length, and each opens in its own place."""
    talking, one, other = await talk(house), a_file(), a_file(CONTENT[::-1])
    at, at_other = await sent(talking, one), await sent(talking, other)
    assert await talking.desk.fetch_file(at_other) == CONTENT[::-1]
    begins = range(0, len(other.stored), PART_SIZE)
    await rewrite(house, one, lambda _: [other.stored[begin : begin + PART_SIZE] for begin in begins])
    with pytest.raises(FileSwapped):
        await talking.desk.fetch_file(at)


async def test_t32_another_key_room_or_epoch_opens_nothing(house: House) -> None:
    """T32: the message is signed; a client that were made to use another key, room or epoch would see it."""
    talking, file = await talk(house), a_file()
    position = await sent(talking, file)
    named, message = talking.desk.files[position], talking.desk.verdicts[position].message
    assert message is not None
    browser, room = talking.counsellor.browser, talking.room.id
    assert await fetch_file(browser, room, message.epoch, named) == CONTENT
    other_key = File(named.file_id, named.name, named.media_type, named.size, bytes(32), named.digest, named.text)
    for where, epoch, body in ((room, message.epoch, other_key), ("00" * 16, message.epoch, named), (room, 9, named)):
        with pytest.raises(FileSwapped):
            await fetch_file(browser, where, epoch, body)


async def test_t29_a_file_that_names_an_impossible_size_is_refused_before_anything_is_fetched(house: House) -> None:
    """T29: a member writes 2^32-1, or more, into the message."""
    talking, file = await talk(house), a_file(b"klein")
    position = await sent(talking, file)
    named = talking.desk.files[position]
    for size in (LARGEST_FILE + 1, 2**32 - 1, 2**53 - 1):
        hostile = File(named.file_id, named.name, named.media_type, size, named.key, named.digest, named.text)
        at = (await talking.room.say(hostile, "asks")).position
        await talking.desk.read()
        asked = len(talking.counsellor.browser.asked)
        with pytest.raises(FileTooLarge):
            await talking.desk.fetch_file(at)
        assert len(talking.counsellor.browser.asked) == asked


@pytest.mark.parametrize(
    ("size", "code"),
    [(0, "malformed"), (1, "malformed"), (stored_size(0) - 1, "malformed"), (LARGEST + 1, "file_too_large"),
     (2**32 - 1, "file_too_large"), (2**53 - 1, "file_too_large"), (2**53, "malformed")],
)  # fmt: skip
async def test_a_size_that_no_file_has_is_refused(house: House, size: int, code: str) -> None:
    """Nothing is allocated for it."""
    talking = await talk(house)
    begun = BeginUpload(talking.room.id, "ab" * 16, size)
    assert (await refusal(talking.client.browser.post(BEGIN, begun, Upload)))[0] == code


async def test_parts_that_do_not_belong_to_the_file_are_refused(house: House) -> None:
    """Beyond the end, too short, too long, empty, declared as something else."""
    talking, file = await talk(house), a_file()
    browser = talking.client.browser
    await file.begin(browser, talking.room.id, talking.room.reader.place().epoch)
    whole = file.stored[:PART_SIZE]

    async def put(number: int, content: bytes) -> str:
        return (await refusal(browser.put_bytes(PART, PutPart(file.attachment, number), content, PartStored)))[0]

    assert await put(PARTS, whole) == "malformed"
    assert await put(2**16, whole) == "malformed"
    assert await put(2**32 - 1, whole) == "malformed"
    assert await put(0, whole[:-1]) == "malformed"
    assert await put(0, b"") == "malformed"
    assert await put(0, whole + b"\x00") == "body_too_large"
    assert await put(2, whole) == "malformed"
    as_json = browser.put(PART, PutPart(file.attachment, 0), PartStored)
    assert await refusal(as_json) == ("unsupported_media_type", 415)
    async with house.deps.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(attachment_parts))).scalar_one() == 0


async def test_a_name_that_is_taken_for_another_size_is_refused(house: House) -> None:
    """A client that draws the same id twice would lose one of the files."""
    talking, file = await talk(house), a_file()
    await file.begin(talking.client.browser, talking.room.id, 1)
    other = BeginUpload(talking.room.id, file.attachment, len(file.stored) + 1)
    assert await refusal(talking.client.browser.post(BEGIN, other, Upload)) == ("attachment_conflict", 409)


async def test_nobody_fills_the_server(house: House) -> None:
    """Bounds on what one person has unfinished, sends within a day, and what one room holds."""
    talking = await talk(house)
    browser, room = talking.client.browser, talking.room.id

    async def begin(number: int, size: int = LARGEST) -> Upload:
        return await browser.post(BEGIN, BeginUpload(room, f"{number:032x}", size), Upload)

    for number in range(MOST_UNFINISHED):
        await begin(number)
    assert await refusal(begin(99)) == ("too_many_files", 429)
    await complete_all(house)
    for number in range(MOST_UNFINISHED, LARGEST_DAY // LARGEST):
        await begin(number)
        await complete_all(house)
    assert await refusal(begin(99)) == ("too_many_files", 429)
    house.clock.advance(timedelta(days=1, seconds=1))
    again = house.also(talking.client.elsewhere())
    await again.log_in()
    browser = again.browser
    await begin(99)
    await fill(house, room, MOST_IN_ROOM)
    assert await refusal(begin(100, stored_size(0))) == ("room_full", 409)


async def complete_all(house: House) -> None:
    async with house.deps.database.write() as db:
        await db.execute(update(attachments).values(completed_at=house.now()))


async def fill(house: House, room: str, count: int) -> None:
    """As if many small files had been sent long ago."""
    async with house.deps.database.write() as db:
        before = (await db.execute(select(attachments).limit(1))).one()
        old = {"room": room, "account_id": before.account_id, "size": 1, "created_at": house.now() - timedelta(days=9)}
        rows = [{"id": f"f{at:031x}", **old, "completed_at": house.now()} for at in range(count)]
        await db.execute(insert(attachments), rows)


async def test_an_unfinished_upload_is_gone_after_a_day_and_a_finished_one_is_not(house: House) -> None:
    """Whoever gave up leaves nothing behind."""
    talking, given_up, whole = await talk(house), a_file(), a_file()
    upload = await given_up.begin(talking.client.browser, talking.room.id, 1)
    await given_up.put(talking.client.browser, upload, 0)
    await sent(talking, whole)
    sweep = next(one for one in SWEEPS if one.name == "uploads")
    house.clock.advance(KEPT_UNFINISHED - timedelta(seconds=1))
    await sweep.run(house.deps)
    assert await names(house) == {given_up.attachment, whole.attachment}
    house.clock.advance(timedelta(seconds=2))
    await sweep.run(house.deps)
    assert await names(house) == {whole.attachment}


async def names(house: House) -> set[str]:
    """Of which files there is a row, and a part."""
    async with house.deps.database.read() as db:
        rows = set((await db.execute(select(attachments.c.id))).scalars())
        assert rows == set((await db.execute(select(attachment_parts.c.attachment))).scalars())
    return rows


async def test_whoever_sent_a_file_can_take_it_back(house: House) -> None:
    """Cancelled in the middle, or later; the other side cannot."""
    talking, file = await talk(house), a_file()
    position = await sent(talking, file)
    discard = DiscardUpload(file.attachment)
    await talking.counsellor.browser.post("/api/attachments/{attachment}/discard", discard, Discarded)
    assert await talking.desk.fetch_file(position) == CONTENT
    await talking.client.browser.post("/api/attachments/{attachment}/discard", discard, Discarded)
    assert await refusal(talking.desk.fetch_file(position)) == NOT_FOUND
    assert await names(house) == set()


async def test_a_part_is_no_page_whatever_is_in_it(house: House) -> None:
    """T33: somebody uploads HTML instead of ciphertext and sends others there."""
    talking, page = await talk(house), b"<script>alert(1)</script>".ljust(stored_size(0))
    browser = talking.client.browser
    await browser.post(BEGIN, BeginUpload(talking.room.id, "ab" * 16, len(page)), Upload)
    await browser.put_bytes(PART, PutPart("ab" * 16, 0), page, PartStored)
    async with browser.http.get(f"{house.url}/api/attachments/{'ab' * 16}/parts/0") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.read() == page


async def test_one_person_cannot_occupy_the_server_with_bodies_that_do_not_end(house: House) -> None:
    """Three at once are read; the fourth is told to wait, and another person's is read."""
    talking, file, theirs = await talk(house), a_file(), a_file()
    browser = talking.client.browser
    upload = await file.begin(browser, talking.room.id, talking.room.reader.place().epoch)
    hold, reading = asyncio.Event(), asyncio.Event()
    stuck = [asyncio.create_task(_drip(browser, house.url, file, hold, reading)) for _ in range(3)]
    await reading.wait()
    told = ""
    while not told:
        told = await _put_or_refused(file, browser, upload)
    assert told == "too_busy"
    begun = await theirs.begin(talking.counsellor.browser, talking.room.id, talking.desk.reader.place().epoch)
    await theirs.put(talking.counsellor.browser, begun, 0)
    hold.set()
    assert await asyncio.gather(*stuck) == [200] * 3
    await file.put(browser, upload, 1)


async def _put_or_refused(file: FileToSend, browser: Browser, upload: Upload) -> str:
    try:
        await file.put(browser, upload, 1)
    except Refused as refused:
        return refused.code
    return ""


async def _drip(browser: Browser, url: str, file: FileToSend, hold: asyncio.Event, reading: asyncio.Event) -> int:
    async def body() -> AsyncIterator[bytes]:
        yield file.stored[:1000]
        reading.set()
        await hold.wait()
        yield file.stored[1000:PART_SIZE]

    path = f"{url}/api/attachments/{file.attachment}/parts/0"
    headers = {"Content-Type": "application/octet-stream"}
    async with browser.http.put(path, data=body(), headers=headers) as answer:
        return answer.status
