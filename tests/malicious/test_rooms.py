"""T14 to T29, T34, T38, T42, T44, T45, T47, T49: what is written, by whom, in which order, under which keys."""

from dataclasses import replace
from typing import Any

import pytest

from chatserver.threads.wire import MessagePosted, PostMessage
from crypto import Add, Edit, HistoryGrant, Read, Rotate, StandbyOff, Text
from crypto.bodies import write_body
from crypto.deletion import read_deletion
from crypto.encoding import fields, lp, u64
from crypto.errors import DeletionInvalid, WrongRoom
from crypto.hashing import seal_aes
from crypto.identity import Identity
from crypto.labels import DELETION, RECEIPT
from crypto.members import counsellor_member
from crypto.message import read_header
from crypto.signing import sign_object, signing_key
from tests.malicious.scene import (
    Scene,
    appended,
    forged_commit,
    keys_that_do_not_fit,
    shown_instead,
    stored,
    text_body,
)
from tests.malicious.weakened import EVERY_KEY, without
from tests.person_room import Room
from tests.person_web import Refused

GHOST = Identity(b"g" * 32, b"h" * 32)


def reasons(room: Room) -> list[str | None]:
    """Why something is shown as broken, item by item."""
    return [one.reason for _, one in sorted(room.verdicts.items()) if one.kind == "broken"]


def marks(room: Room) -> set[str]:
    """Everything that was marked."""
    return {mark for one in room.verdicts.values() for mark in one.marks}


async def test_a_ghost_member(scene: Scene) -> None:
    """T14: the server adds a member; no such member is shown, nothing is ever encrypted to it, and it is an alarm."""
    line = counsellor_member(
        replace(scene.berger.rosters.newest(scene.berger.root).certificates[0],  # type: ignore[union-attr]
                ed_pk=GHOST.ed_pk, kem_statement=GHOST.kem_statement),
        scene.berger.root,
    )  # fmt: skip
    appended(scene, forged_commit(scene, GHOST, [Add(GHOST.fingerprint)], [line]))
    with without("T14"):
        assert GHOST.fingerprint in (await scene.afresh()).reader.members
    room = await scene.afresh()
    assert GHOST.fingerprint not in room.reader.members
    assert reasons(room) == ["commit_not_allowed"]


async def test_history_that_the_server_grants(scene: Scene) -> None:
    """T19: a grant that nobody entitled has signed is refused."""
    grant = HistoryGrant(scene.berger.identity.fingerprint, ((1, bytes(1168)),))
    appended(scene, forged_commit(scene, GHOST, [grant], []))
    with without("T14", "T42"):
        assert (await scene.afresh()).verdicts[5].kind == "commit"
    assert reasons(await scene.afresh()) == ["commit_not_allowed"]


async def test_beyond_the_permission_table(scene: Scene) -> None:
    """T42: a counsellor switches the standby off, which is the client's to decide."""
    appended(scene, forged_commit(scene, scene.berger.identity, [StandbyOff()], []))
    with without("T42"):
        assert not (await scene.afresh()).reader.log.standby
    room = await scene.afresh()
    assert room.reader.log.standby
    assert reasons(room) == ["commit_not_allowed"]


@pytest.mark.parametrize("attack", ["T15", "T16", "T44"])
async def test_keys_that_do_not_fit(scene: Scene, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """T15, T16, T44: a wrap of another epoch, another secret for one member, another member list fail."""
    place, log = scene.desk.reader.place(), scene.desk.reader.log
    with monkeypatch.context() as insider:
        insider.setattr("crypto.changing.seal_epoch", keys_that_do_not_fit(scene, attack))
        item = forged_commit(scene, scene.berger.identity, [Rotate("week")], [])
    assert (place.epoch, log.epoch) == (2, 2)
    appended(scene, item)
    with without("T16"):
        fooled = await scene.afresh()
        assert 3 in fooled.reader.secrets
    room = await scene.afresh()
    assert "commitment_failed" in marks(room)
    assert 3 not in room.reader.secrets


async def test_a_removed_member_writes_on(scene: Scene) -> None:
    """T17: the server lets somebody write in the epoch in which they were still there."""
    late = scene.desk.seal(Text("Noch da."), "none")
    await scene.room.read()
    await scene.room.remove(scene.berger.identity.fingerprint)
    appended(scene, late)
    with without("T17"):
        assert (await scene.afresh()).texts[-1] == "Noch da."
    assert reasons(await scene.afresh()) == ["epoch_over"]


async def test_a_forked_room(scene: Scene) -> None:
    """T18: the counsellor is shown another history than the client; what the counsellor writes then says so."""
    place = scene.desk.reader.place()
    fork = scene.desk.writer.seal(replace(place, seen_th=b"f" * 32), Text("Anders."), sent_at=0).envelope
    appended(scene, fork)
    with without("T18"):
        room = await scene.afresh()
        assert room.texts[-1] == "Anders."
        assert "forked" not in marks(room)
    assert "forked" in marks(await scene.afresh())


async def test_a_truncated_log(scene: Scene) -> None:
    """T20: the server shows less than this person has read before; the checkpoint in the vault knows more."""
    checkpoint = scene.room.reader.make_checkpoint()
    scene.liar.items(scene.room.id, lambda items: [*items[:-1], stored(scene.desk.seal(Text("Statt dessen."), "none"))]
                     if len(items) > 1 else items)  # fmt: skip
    again = scene.house.also(scene.client.elsewhere())
    await again.log_in()
    forgetful = await again.open(scene.room.id)
    assert "rolled_back" not in marks(forgetful)
    again.vault.keep_checkpoint(bytes.fromhex(scene.room.id), checkpoint)
    assert "rolled_back" in marks(await again.open(scene.room.id))


async def conversation(scene: Scene) -> None:
    """Three messages of one page, sealed before the first had been answered, at positions 5 to 7."""
    for envelope in [scene.desk.seal(Text(text), "answers") for text in ("Eins.", "Zwei.", "Drei.")]:
        await scene.desk.post(envelope)


async def test_one_from_the_middle(scene: Scene) -> None:
    """T21: the server drops a message; the next one of the same page shows that it is missing."""
    await conversation(scene)
    scene.liar.items(scene.room.id, lambda items: [*items[:5], *items[6:]] if len(items) > 1 else items)
    with without("T21", "T18"):
        room = await scene.afresh()
        assert room.texts[-2:] == ["Eins.", "Drei."]
        assert not marks(room) & {"gap_before", "forked"}
    assert "gap_before" in marks(await scene.afresh())


async def test_the_tail(scene: Scene) -> None:
    """T22: the server keeps one's last words from the others; nobody confirms them, and so it is shown."""
    await scene.room.write("Hört mich jemand?")
    asked = scene.room.reader.position
    assert scene.room.reader.confirmed < asked
    with without("T22"):
        assert (await scene.afresh()).reader.confirmed >= asked
    assert (await scene.afresh()).reader.confirmed < asked
    await scene.desk.read()
    await scene.desk.write("Ja.")
    await scene.room.read()
    assert scene.room.reader.confirmed >= asked


async def test_another_order(scene: Scene) -> None:
    """T23: two messages change places."""
    await conversation(scene)
    scene.liar.items(
        scene.room.id, lambda items: [*items[:4], items[5], items[4], items[6]] if len(items) > 1 else items
    )
    with without("T21", "T18"):
        assert (await scene.afresh()).texts[-3:] == ["Zwei.", "Eins.", "Drei."]
    assert "replayed" in reasons(await scene.afresh())


async def test_a_replay(scene: Scene) -> None:
    """T24: a message is shown once more, later, as if it were said again."""
    again: list[Any] = []

    def replayed(items: list[Any]) -> list[Any]:
        again[:] = [*items, {**items[3]}] if len(items) > 1 else items
        return again

    scene.liar.items(scene.room.id, replayed)
    with without("T21", "T18"):
        assert (await scene.afresh()).verdicts[5].kind == "message"
    assert reasons(await scene.afresh()) == ["replayed"]


async def test_a_replay_from_another_room(scene: Scene) -> None:
    """T24: what was said in another room of the same two is shown here, as if it were said here."""
    other = await scene.another_room()
    appended(scene, other.desk.seal(Text("Ja, tun Sie das."), "none"))
    EVERY_KEY[other.room.reader.log.kc] = other.room.reader.place().key
    with without("T18", "T24"):
        assert (await scene.afresh()).texts[-1] == "Ja, tun Sie das."
    assert reasons(await scene.afresh()) == ["wrong_room"]


async def test_in_anothers_name(scene: Scene) -> None:
    """T25: an insider writes as the client; the signature inside is not the client's."""
    header = {"sender": scene.client.identity.fingerprint}
    appended(scene, scene.forged(header, text_body("Mir geht es gut."), scene.berger.identity))
    with without("T25"):
        assert (await scene.afresh()).texts[-1] == "Mir geht es gut."
    assert reasons(await scene.afresh()) == ["signature_invalid"]


async def test_plaintext(scene: Scene) -> None:
    """T26: the server writes something unencrypted; there is no such mode."""
    body = text_body("Ihr Passwort, bitte.")
    header = fields(scene.forged({}, body, GHOST), 2)[0]
    plain = (bytes(64) + len(body).to_bytes(4) + body).ljust(256, b"\x00")
    appended(scene, lp(header, plain))
    with without("T25", "T26"):
        assert (await scene.afresh()).texts[-1] == "Ihr Passwort, bitte."
    assert reasons(await scene.afresh()) == ["does_not_decrypt"]


async def test_two_tabs(scene: Scene) -> None:
    """T27: two pages, or one rolled back, write at the same place; each message still has a key of its own."""

    def keys_of(first: bytes, second: bytes) -> bool:
        return read_header(first).salt == read_header(second).salt

    tabs = [await scene.afresh() for _ in range(2)]
    assert not keys_of(*(tab.seal(Text("Gleichzeitig."), "none") for tab in tabs))
    with pytest.MonkeyPatch.context() as weak:
        for tab in tabs:
            weak.setattr(tab.writer, "_chance", _Constant())
        assert keys_of(*(tab.seal(Text("Gleichzeitig."), "none") for tab in tabs))


class _Constant:
    def draw(self, size: int) -> bytes:
        """Always the same: what a rolled-back generator gives."""
        return b"c" * size


async def test_a_forged_edit(scene: Scene) -> None:
    """T28: somebody else changes what one has written."""
    target = scene.room.verdicts[2].id
    kind, content = write_body(Edit(target, "Ich habe gelogen."))
    body = lp(b"u" * 16, kind, u64(0), content)
    appended(scene, scene.forged({}, body, scene.berger.identity))
    with without("T28"):
        assert (await scene.afresh()).verdicts[5].kind == "message"
    assert reasons(await scene.afresh()) == ["target_not_yours"]


async def test_a_forged_read_mark(scene: Scene) -> None:
    """T28: somebody claims to have read what is yet to be written."""
    kind, content = write_body(Read(99))
    appended(scene, scene.forged({}, lp(b"u" * 16, kind, u64(0), content), scene.berger.identity))
    with without("T28"):
        assert (await scene.afresh()).verdicts[5].kind == "message"
    assert reasons(await scene.afresh()) == ["seen_out_of_range"]


async def test_padding(scene: Scene) -> None:
    """T29: an insider hides something behind the body; and lengths that promise four gigabytes allocate nothing."""
    seal = scene.forged

    def hidden(plain: bytes) -> bytes:
        return plain[:-1] + b"!"

    with pytest.MonkeyPatch.context() as insider:
        insider.setattr("crypto.envelope.seal_aes", lambda key, plain, aad: seal_aes(key, hidden(plain), aad))
        item = seal({}, text_body("Hallo."), scene.berger.identity)
    appended(scene, item)
    with without("T29"):
        assert (await scene.afresh()).texts[-1] == "Hallo."
    assert reasons(await scene.afresh()) == ["padding_invalid"]
    appended(scene, b"\xff\xff\xff\xff" + item[4:])
    assert reasons(await scene.afresh()) == ["envelope_broken"]


def test_one_signature_for_another_purpose() -> None:
    """T34: what was signed under one label is no other thing, even with the same fields."""
    fields_of = (b"room", bytes(16), u64(1), u64(2))
    receipt = sign_object(b"k" * 32, lp(RECEIPT, *fields_of))
    with pytest.raises(DeletionInvalid):
        read_deletion(receipt, signing_key(b"k" * 32))
    with without("T34"):
        assert read_deletion(receipt, signing_key(b"k" * 32)).kind == "room"
    assert DELETION != RECEIPT


async def test_headers_that_do_not_match(scene: Scene) -> None:
    """T38: a client sends a message that names another sender; the server refuses it with a stable code."""
    wrong = scene.forged({"sender": scene.client.identity.fingerprint}, text_body("x"), scene.berger.identity)
    message = PostMessage(scene.room.id, wrong)
    path = "/api/rooms/{room}/messages"
    with pytest.raises(Refused, match="sender_not_member"):
        await scene.berger.browser.post(path, message, MessagePosted)
    with without("T38"):
        assert (await scene.berger.browser.post(path, message, MessagePosted)).position == 5


async def test_a_false_transcript(scene: Scene) -> None:
    """T45: a member claims to have seen another history; the server refuses."""
    wrong = scene.forged({"seen_th": b"f" * 32}, text_body("x"), scene.berger.identity)
    message = PostMessage(scene.room.id, wrong)
    path = "/api/rooms/{room}/messages"
    with pytest.raises(Refused, match="transcript_mismatch"):
        await scene.berger.browser.post(path, message, MessagePosted)
    with without("T45"):
        assert (await scene.berger.browser.post(path, message, MessagePosted)).position == 5


async def test_a_read_mark_as_an_answer(scene: Scene) -> None:
    """T47: something that answers nothing stops the clock; the client's page sees that it does not fit."""
    await scene.room.write("Und nun?")
    await scene.desk.read()
    await scene.desk.say(Read(5), "answers")
    assert (await scene.client.thread(scene.room.id)).due_at is None
    with without("T47"):
        assert "clock_mismatch" not in marks(await scene.afresh())
    assert "clock_mismatch" in marks(await scene.afresh())


async def test_a_genesis_as_another_room(scene: Scene) -> None:
    """T49: the server shows one conversation in the place of another; the name of each is the hash of its beginning."""
    other = await scene.another_room()
    await other.desk.write("Das steht anderswo.")
    await shown_instead(scene, other)
    with without("T49"):
        assert (await scene.afresh()).texts[-1] == "Das steht anderswo."
    room = await scene.afresh()
    assert reasons(room)[0] == WrongRoom.code
    assert room.texts == []
