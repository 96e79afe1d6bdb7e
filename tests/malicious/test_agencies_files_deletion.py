"""T10 to T13, T30 to T33, T35, T37, T39 to T41, T43, T50: who works at an agency, files, deletion, torsion."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chatserver.tables import room_shares, user_shares
from chatserver.wire.binary import to_base64url
from crypto import (
    FileOpener,
    FileTerms,
    RosterBook,
    check_signing_key,
    labels,
    make_root,
    read_roster,
    sign_roster,
    sign_roster_keys,
    to_ms,
    verify,
)
from crypto.encoding import lp, u64
from crypto.errors import (
    CryptoRefusal,
    FileBroken,
    FileSwapped,
    KeyInvalid,
    NotCertified,
    RootMismatch,
    RosterExpired,
    RosterForked,
    RosterMissing,
    RosterStale,
    SignatureInvalid,
)
from crypto.roster_parts import RosterKey
from crypto.signing import signing_key
from crypto.vectors.torsion import bad_signing_keys, torsion_signatures
from tests.api.backups import backed_up, restore
from tests.api.from_empty import begin
from tests.api.house import House
from tests.api.rosters import Keeper
from tests.api.story import ADDICTION, anker
from tests.malicious.scene import Scene
from tests.malicious.weakened import without
from tests.person_files import FileToSend
from tests.person_web import Refused
from tests.unit.crypto.differential.node_judge import NodeJudge
from tests.unit.crypto.differential.python_judge import answer


async def next_roster(scene: Scene, **wishes: Any) -> None:
    """The agency signs its next roster; berger's client has it."""
    await Keeper(scene.house, scene.berger).sign((await anker(scene.client)).id, **wishes)


async def test_expired_certificates(scene: Scene) -> None:
    """T10: the server keeps a roster that has run out, and one that is no more certified; both are refused."""
    agency = await anker(scene.client)
    scene.house.clock.advance(timedelta(days=40))
    await scene.client.log_in()
    with without("T10"):
        assert (await scene.client.prepare_enquiry(agency, ADDICTION, "Ist da jemand?")).topic == ADDICTION
    with pytest.raises(RosterExpired):
        await scene.client.prepare_enquiry(agency, ADDICTION, "Ist da jemand?")
    roster = read_roster(agency.roster, agency.root_fingerprint)
    berger, later = scene.berger.identity.fingerprint, to_ms(scene.house.now() + timedelta(days=400))
    with pytest.raises(NotCertified):
        roster.certified(berger, later, "counsel")


async def test_a_stale_roster(scene: Scene) -> None:
    """T11: the server shows an older roster than this person has seen: somebody who left would be back."""
    agency = await anker(scene.client)
    await next_roster(scene)
    await scene.client.fetch_roster(agency.id, agency.root_fingerprint)
    old = {"agency": agency.id, "number": 1, "roster": to_base64url(agency.roster)}
    scene.liar.lie(r"/roster$", lambda _: old)
    with pytest.raises(RosterStale):
        await scene.client.fetch_roster(agency.id, agency.root_fingerprint)
    with without("T11"):
        assert (await scene.client.fetch_roster(agency.id, agency.root_fingerprint)).number == 1


def test_keys_that_anybody_could_use() -> None:
    """T12: small-order, non-canonical and zero keys; under one of them any signature can be made to hold."""
    for name, key in bad_signing_keys().items():
        with pytest.raises(CryptoRefusal):
            check_signing_key(key)
        assert name
    identity = (1).to_bytes(32, "little")
    with without("T12"):
        # R = B, S = 1 holds for every message when A is the identity: [1]B = B + [k]0.
        verify(identity, (b"\x58" + b"\x66" * 31) + (1).to_bytes(32, "little"), b"anything")
    with pytest.raises(KeyInvalid):
        verify(identity, (b"\x58" + b"\x66" * 31) + (1).to_bytes(32, "little"), b"anything")


def foreign_roster(scene: Scene) -> bytes:
    """The attacker's own agency, under the same name, with people of their choice."""
    true = scene.berger.rosters.newest(scene.berger.root)
    assert true is not None
    root, now = make_root(b"r" * 32, b"s" * 32), to_ms(scene.house.now())
    key = RosterKey(signing_key(b"k" * 32), b"f" * 32, now - 1, now + 1)
    return sign_roster(
        b"k" * 32,
        root=root,
        roster_keys=sign_roster_keys(b"r" * 32, root, 1, [key]),
        number=true.number,
        previous=true.previous,
        issued_at=now,
        agency_name=true.agency_name,
        duty_generation=1,
        duty_kem_pk=true.duty_kem_pk,
        certificates=true.certificates[:1],
    )


async def test_another_root(scene: Scene) -> None:
    """T13: the server replaces the root that this person has pinned."""
    agency = await anker(scene.client)
    forged = {"agency": agency.id, "number": 1, "roster": to_base64url(foreign_roster(scene))}
    scene.liar.lie(r"/roster$", lambda _: forged)
    fresh = scene.house.also(scene.client.elsewhere())
    await fresh.log_in()
    with without("T13"):
        stranger = await fresh.fetch_roster(agency.id, agency.root_fingerprint)
        assert stranger.root.root_pk == signing_key(b"r" * 32)
    with pytest.raises(RootMismatch):
        await fresh.open(scene.room.id)


async def test_a_false_root_at_first_contact(scene: Scene) -> None:
    """T39: somebody comes by the agency's link; the fingerprint in it is enforced."""
    from_the_link = scene.berger.root
    forged = foreign_roster(scene)
    with without("T13"):
        assert read_roster(forged, from_the_link).agency_name
    with pytest.raises(RootMismatch):
        read_roster(forged, from_the_link + b"")
    unlinked = scene.victim("ohne-link")
    await unlinked.sign_up()
    await unlinked.write_enquiry(await anker(unlinked), ADDICTION, "Ohne Link.")
    pinned = unlinked.vault.root(scene.berger.root)
    assert pinned is not None
    assert pinned.how == "first_contact"


async def test_two_rosters_of_one_number(scene: Scene) -> None:
    """T40: different people are shown different rosters; whoever meets both notices."""
    true = scene.berger.rosters.newest(scene.berger.root)
    assert true is not None
    other = replace(true, hash=b"o" * 32)
    book = RosterBook([true])
    with pytest.raises(RosterForked):
        book.add(other)
    with pytest.raises(RosterForked):
        book.find(true.root_fingerprint, true.number, b"o" * 32)
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("crypto.roster.RosterBook.add", lambda self, one: self._known.setdefault(
            one.root_fingerprint, {}).__setitem__(one.number, one))  # fmt: skip
        book.add(other)
        assert book.find(true.root_fingerprint, true.number, b"o" * 32) is other
    with pytest.raises(RosterMissing):
        book.find(true.root_fingerprint, 99, b"o" * 32)


async def test_an_old_duty_seed(scene: Scene) -> None:
    """T41: a former counsellor keeps the old seed; after the next roster nothing new can be read with it."""
    thief = scene.berger.duty_seeds()[0]
    await next_roster(scene, revoke=scene.berger.identity.fingerprint, new_duty_key=True)
    agency = await anker(scene.client)
    await scene.client.fetch_roster(agency.id, agency.root_fingerprint)
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("tests.person_changes.overdue_changes", lambda *_: [])
        assert scene.room.overdue() == []
    await scene.room.write("Nur für die, die noch da sind.")
    assert thief.generation not in {one.generation for one in scene.room.reader.members.values() if one.generation}
    spy = scene.client.reader(scene.room.id, scene.room.thread.room_share, scene.berger.root)
    spy.keys.me, spy.keys.keyring_key, spy.keys.duty_seeds = None, None, (thief,)
    again = await scene.afresh()
    assert again.texts[-1] == "Nur für die, die noch da sind."
    assert scene.room.reader.epoch not in spy.secrets


async def test_a_ghost_with_a_certificate(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """T50: a coordinator certifies somebody who is not there; every colleague is told of each new certificate."""
    begun = await begin(empty_house)
    weber = await begun.hire("weber", "counsel", "duty")
    with monkeypatch.context() as weak:
        weak.setattr("chatserver.rosters.actions.tell_notice", _silent)
        await begun.hire("geist", "counsel", "duty")
        assert [one.kind for one in await weber.notices()] == []
    # A server that says nothing changes nothing about it: the staff as the signed roster names it holds the ghost.
    assert "Frau Geist" in [one.display_name for one in (await weber.staff()).people]
    await begun.hire("spuk", "counsel", "duty")
    assert [one.kind for one in await weber.notices()] == ["colleague_certified"]


async def _silent(*_: object, **__: object) -> None:
    """Nobody is told."""


# -- files


async def sent(scene: Scene) -> tuple[int, FileToSend]:
    """A file of the counsellor, and where the client sees it."""
    file = FileToSend("befund.pdf", b"Blut, Leber, Herz. " * 4000, "application/pdf")
    await scene.desk.send_file(file)
    await scene.room.read()
    return max(scene.room.files), file


def opened(scene: Scene, at: int, stored: bytes, **other: Any) -> bytes:
    """What the client makes of stored bytes."""
    body, message = scene.room.files[at], scene.room.verdicts[at].message
    assert message is not None
    terms = FileTerms(bytes.fromhex(scene.room.id), message.epoch, body.file_id, body.key, body.size)
    opener = FileOpener(replace(terms, **other), body.digest)
    return opener.push(stored) + opener.finish()


async def test_chunks_cut_reordered_or_appended(scene: Scene) -> None:
    """T30: the server cuts a file, swaps its chunks, or adds to it; nothing counts until the end has been seen."""
    at, file = await sent(scene)
    whole = file.stored
    assert opened(scene, at, whole) == file.content
    chunk = 16_384 + 16
    swapped = whole[: -2 * chunk] + whole[-chunk:] + whole[-2 * chunk : -chunk]
    for broken in (whole[:-1], whole[:-chunk], swapped, whole + b"\x00", whole[: len(whole) // 2]):
        with pytest.raises((FileBroken, FileSwapped)):
            opened(scene, at, broken)
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("crypto.files.FileOpener.finish", lambda _: b"")
        assert file.content.startswith(opened(scene, at, whole[: 3 * chunk]))


async def test_a_file_of_another_message(scene: Scene) -> None:
    """T31: the server hands out another file of the same room."""
    at, file = await sent(scene)
    with pytest.raises(FileSwapped):
        opened(scene, at, file.stored, file_id=b"o" * 16)
    with pytest.MonkeyPatch.context() as weak:
        weak.setattr("crypto.files.file_context", lambda *_: _context_of(scene, at))
        assert opened(scene, at, file.stored, file_id=b"o" * 16) == file.content


def _context_of(scene: Scene, at: int) -> bytes:
    body, message = scene.room.files[at], scene.room.verdicts[at].message
    assert message is not None
    return lp(labels.FILE, u64(1), bytes.fromhex(scene.room.id), u64(message.epoch), body.file_id)


async def test_a_file_under_another_key(scene: Scene) -> None:
    """T32: bytes that were sealed with another key open with none of the message's."""
    at, file = await sent(scene)
    with pytest.raises(FileSwapped):
        opened(scene, at, file.stored, key=b"k" * 32)
    assert opened(scene, at, file.stored) == file.content


async def test_a_hostile_file_name(scene: Scene) -> None:
    """T33: a name that hides or deceives never reaches a reader; what is left of it the page makes harmless."""
    for name in ("rechnung\u202efdp.exe", "a\u200bb", "a\nb", ""):
        with pytest.raises(CryptoRefusal):
            scene.desk.seal(FileToSend(name, b"x").body(), "answers")
    scene.desk.seal(replace(FileToSend("../../etc/passwd", b"x"), digest=b"d" * 32).body(), "answers")


# -- both languages, torsion, deletion


def test_torsion_signatures() -> None:
    """T43: a member's signature that some engines take and others do not; both of ours refuse."""
    for name, (key, signature, data) in torsion_signatures(b"s" * 32, b"data").items():
        with pytest.raises((SignatureInvalid, KeyInvalid)):
            verify(key, signature, data)
        assert name
    key, signature, data = torsion_signatures(b"s" * 32, b"data")["A + T8, holds without the cofactor"]
    with without("T12"):
        verify(key, signature, data)
    Ed25519PublicKey.from_public_bytes(key).verify(signature, data)


def test_both_languages_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """T35: mutated by thousands in tests/unit/crypto/differential; here the two are shown to be asked at all."""
    signatures = torsion_signatures(b"s" * 32, b"data")
    with closing(NodeJudge()) as node:
        for key, signature, data in signatures.values():
            question = {"ed_pk": key.hex(), "signature": signature.hex(), "data": data.hex()}
            assert node.ask("signature", question) == answer("signature", question)
        monkeypatch.setattr("crypto.signing._load_public", Ed25519PublicKey.from_public_bytes)
        key, signature, data = signatures["A + T8, holds without the cofactor"]
        question = {"ed_pk": key.hex(), "signature": signature.hex(), "data": data.hex()}
        assert node.ask("signature", question) != answer("signature", question)


async def test_a_backup_after_a_deletion(scene: Scene) -> None:
    """T37: everything is restored but the shares; vault and room stay closed, and open only with the shares."""
    backup = await backed_up(scene.house)
    shares = await backed_up(scene.house, only=(room_shares, user_shares))
    await scene.client.delete_account()
    await restore(scene.house, backup)
    with pytest.raises(Refused, match="account_deleted"):
        await scene.house.also(scene.client.elsewhere()).log_in()
    assert await scene.berger.threads() == []
    # What the shares are for: with them everything would be open again.
    await restore(scene.house, backup | shares)
    assert (await scene.afresh()).texts == scene.room.texts
