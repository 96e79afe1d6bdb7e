"""T10 to T13, T30 to T33, T35, T37, T39 to T41, T43, T50: who works at an agency, files, deletion, torsion."""

from contextlib import closing
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import structs
from sqlalchemy import update

from chatserver.tables import attachment_parts, room_shares, user_shares
from chatserver.wire.binary import from_base64url, to_base64url
from crypto import (
    File,
    RosterBook,
    check_pin,
    check_signing_key,
    new_identity,
    read_roster,
    root_fingerprint_of,
    to_ms,
    verify,
)
from crypto.bodies import write_body
from crypto.encoding import lp, u64
from crypto.errors import (
    CryptoRefusal,
    EnvelopeBroken,
    FileBroken,
    FileSwapped,
    KeyInvalid,
    NotCertified,
    RootMismatch,
    RosterExpired,
    RosterForked,
    RosterStale,
    SignatureInvalid,
)
from crypto.signing import signing_key
from crypto.vectors.torsion import bad_signing_keys, torsion_signatures
from tests.api.backups import backed_up, restore
from tests.api.from_empty import begin
from tests.api.house import House
from tests.api.rosters import Keeper
from tests.api.story import ADDICTION, anker
from tests.malicious.foreign import FORGED, IDENTITY, ROOT, anybodys_roster, foreign_duty, foreign_roster
from tests.malicious.intruders import read_enquiry, read_with
from tests.malicious.scene import Scene, appended
from tests.malicious.two_keys import ONE, OTHER, SIZE, two_faced
from tests.malicious.weakened import without
from tests.next_roster import Changes, certificate
from tests.person_files import FileToSend
from tests.person_web import Refused
from tests.unit.crypto.differential.node_judge import NodeJudge, built_judge
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


async def test_keys_that_anybody_could_use(scene: Scene) -> None:
    """T12: small-order, non-canonical and zero keys; under one of them any signature can be made to hold."""
    for name, key in bad_signing_keys().items():
        with pytest.raises(CryptoRefusal):
            check_signing_key(key)
        assert name
    true = scene.berger.rosters.newest(scene.berger.root)
    assert true is not None
    raw = anybodys_roster(true, to_ms(scene.house.now()))
    with without("T12"):
        verify(IDENTITY, FORGED, b"anything")
        assert read_roster(raw, root_fingerprint_of(raw)).agency_name == true.agency_name
    with pytest.raises(KeyInvalid):
        verify(IDENTITY, FORGED, b"anything")
    with pytest.raises(KeyInvalid):
        root_fingerprint_of(raw)


def foreign(scene: Scene) -> bytes:
    """The attacker's own agency, under the name of the true one."""
    true = scene.berger.rosters.newest(scene.berger.root)
    assert true is not None
    return foreign_roster(true, to_ms(scene.house.now()))


async def test_another_root(scene: Scene) -> None:
    """T13: the server replaces the root that this person has pinned."""
    agency = await anker(scene.client)
    forged = {"agency": agency.id, "number": 1, "roster": to_base64url(foreign(scene))}
    scene.liar.lie(r"/roster$", lambda _: forged)
    fresh = scene.house.also(scene.client.elsewhere())
    await fresh.log_in()
    with without("T13"):
        stranger = await fresh.fetch_roster(agency.id, agency.root_fingerprint)
        assert stranger.root.root_pk == signing_key(ROOT)
    with pytest.raises(RootMismatch):
        await fresh.open(scene.room.id)


async def test_a_false_root_at_first_contact(scene: Scene) -> None:
    """T39: somebody comes by the agency's link; without its fingerprint the server would read along."""
    link, raw = scene.berger.root, foreign(scene)
    false = read_roster(raw, root_fingerprint_of(raw))
    shares: list[str] = []

    def remembered(told: Any) -> Any:
        shares.append(told["share"])
        return told

    scene.liar.lie("/api/shares", remembered)
    visitor = scene.victim("mit-link")
    await visitor.sign_up()
    agency = structs.replace(await anker(visitor), roster=raw, root_fingerprint=false.root_fingerprint)
    with without("T13"):
        sent = await visitor.prepare_enquiry(agency, ADDICTION, "Nur für euch.", link)
    assert read_enquiry(foreign_duty(false), false, sent, from_base64url(shares[-1])) == "Nur für euch."
    with pytest.raises(RootMismatch):
        await visitor.prepare_enquiry(agency, ADDICTION, "Nur für euch.", link)
    await visitor.write_enquiry(await anker(visitor), ADDICTION, "Ohne Link.")
    pinned = visitor.vault.root(link)
    assert pinned is not None
    assert pinned.how == "first_contact"


async def test_two_rosters_of_one_number(scene: Scene) -> None:
    """T40: the client is shown another list than the others; the next entry that names theirs gives it away."""
    agency, before = await anker(scene.client), scene.berger.rosters.newest(scene.berger.root)
    assert before is not None
    hagemann = await scene.house.coordinator("hagemann")
    ghost = certificate(new_identity(), "Frau Geist", ["counsel", "duty"], scene.house.now())
    other = hagemann.sign(before, Changes(certify=[ghost]))
    await hagemann.renew()
    await scene.berger.fetch_roster(agency.id, scene.berger.root)
    await scene.desk.rotate("week")
    told = {"agency": agency.id, "number": 2, "roster": to_base64url(other.raw)}
    scene.liar.lie(r"/roster$", lambda true: told if true["number"] >= other.number else true)
    with without("T40"):
        deceived = await scene.afresh()
        assert [one.kind for one in deceived.verdicts.values()][-1] == "commit"
        assert scene.berger.identity.fingerprint in deceived.reader.members
    refused = (await scene.afresh()).verdicts[deceived.reader.position]
    assert (refused.kind, refused.reason) == ("broken", RosterForked.code)
    # Whoever has met one of the two takes the other no more.
    with pytest.raises(RosterForked):
        check_pin(other, (await hagemann.newest_roster()).pin)
    book = RosterBook([await hagemann.newest_roster()])
    with pytest.raises(RosterForked):
        book.add(other)


async def test_an_old_duty_seed(scene: Scene) -> None:
    """T41: a former counsellor keeps the old seed, and the server takes everything; the client renews the keys."""
    thief = scene.berger.duty_seeds()[0]
    await next_roster(scene, revoke=scene.berger.identity.fingerprint, new_duty_key=True)
    agency = await anker(scene.client)
    await scene.client.fetch_roster(agency.id, agency.root_fingerprint)
    with patch("chatserver.messages.model.check_message", lambda *_, **__: None):
        with without("T41"):
            await scene.room.write("Das liest sie noch.")
        await scene.room.write("Nur für die, die noch da sind.")
    assert thief.generation not in {one.generation for one in scene.room.reader.members.values() if one.generation}
    read = await read_with(thief, scene.room)
    assert "Das liest sie noch." in read
    assert "Nur für die, die noch da sind." not in read
    assert (await scene.afresh()).texts[-2:] == ["Das liest sie noch.", "Nur für die, die noch da sind."]


async def test_a_ghost_with_a_certificate(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """T50: a coordinator certifies somebody who is not there, and the server keeps quiet; the signed list tells."""
    begun = await begin(empty_house)
    weber = await begun.hire("weber", "counsel", "duty")
    assert set(await weber.newcomers()) == {"Frau Rosendahl", "Frau Weber"}
    with monkeypatch.context() as quiet:
        quiet.setattr("chatserver.rosters.actions.tell_notice", _silent)
        await begun.hire("geist", "counsel", "duty")
        with without("T50"):
            assert await weber.newcomers() == []
        await begun.hire("schatten", "counsel", "duty")
        assert await weber.newcomers() == ["Frau Schatten"]
    assert [one.kind for one in await weber.notices()] == []
    await begun.hire("spuk", "counsel", "duty")
    assert [one.kind for one in await weber.notices()] == ["colleague_certified"]


async def _silent(*_: object, **__: object) -> None:
    """Nobody is told."""


# -- files


async def sent(scene: Scene, *files: FileToSend) -> None:
    """Files of the counsellor, and the client has read of them."""
    for file in files:
        await scene.desk.send_file(file)
    await scene.room.read()


async def stores(scene: Scene, file: FileToSend, stored: bytes) -> None:
    """The server has other bytes in the place of these."""
    async with scene.house.deps.database.write() as db:
        where = attachment_parts.c.attachment == file.attachment
        await db.execute(update(attachment_parts).where(where).values(bytes=stored))


async def fetched(scene: Scene, file: FileToSend, name: str | None = None) -> bytes:
    """What the client gets for the message that names it."""
    wanted = file.name if name is None else name
    (at,) = [at for at, one in scene.room.files.items() if one.name == wanted]
    return await scene.room.fetch_file(at)


async def test_chunks_cut_reordered_or_appended(scene: Scene) -> None:
    """T30: the server cuts a file, swaps its chunks, or adds to it; nothing counts until the end has been seen."""
    file = FileToSend("befund.pdf", b"Blut, Leber, Herz. " * 4000, "application/pdf")
    await sent(scene, file)
    whole, chunk = file.stored, 16_384 + 16
    await stores(scene, file, whole[: 3 * chunk])
    with without("T30"):
        assert file.content.startswith(await fetched(scene, file))
    swapped = whole[: -2 * chunk] + whole[-chunk:] + whole[-2 * chunk : -chunk]
    for broken in (whole[: 3 * chunk], whole[:-1], whole[:-chunk], swapped, whole + b"\x00"):
        await stores(scene, file, broken)
        with pytest.raises((FileBroken, FileSwapped)):
            await fetched(scene, file)
    await stores(scene, file, whole)
    assert await fetched(scene, file) == file.content


async def test_a_file_of_another_message(scene: Scene) -> None:
    """T31: two files under one key, and the server exchanges them; each is bound to the message that names it."""
    one, other = _two_files("Ich will den Termin.", "Ich will ihn nicht..")
    with without("T31"):
        await sent(scene, one, other)
        await stores(scene, one, other.stored)
        assert await fetched(scene, one) == other.content
    one, other = _two_files("Ich komme am Montag.", "Ich komme gar nicht.")
    await sent(scene, one, other)
    await stores(scene, one, other.stored)
    with pytest.raises(FileSwapped):
        await fetched(scene, one)
    assert await fetched(scene, other) == other.content


def _two_files(text: str, other_text: str) -> tuple[FileToSend, FileToSend]:
    """By somebody who is careless with keys."""
    one = FileToSend(f"{text[-8:]}.txt", text.encode())
    return one, FileToSend(f"{other_text[-8:]}.txt", other_text.encode(), key=one.key)


async def test_a_file_under_another_key(scene: Scene) -> None:
    """T32: one stored file, opened by two keys to two contents; the bytes name the one key that is theirs."""
    file, other_key = two_faced(scene.room.id, scene.desk.reader.epoch)
    await sent(scene, file)
    named = File(file.file_id, "anders.txt", file.media_type, SIZE, other_key, file.digest, "")
    await scene.desk.post(scene.desk.seal(named, "none"))
    await scene.room.read()
    with without("T32"):
        assert (await fetched(scene, file, "anders.txt"))[len(ONE) :].startswith(OTHER)
    with pytest.raises(FileSwapped):
        await fetched(scene, file, "anders.txt")
    assert (await fetched(scene, file)).startswith(ONE)


async def test_a_hostile_file_name(scene: Scene) -> None:
    """T33: an insider names a program so that it reads like a document; no reader accepts such a name."""
    for name in ("a\u200bb", "a\nb", ""):
        with pytest.raises(CryptoRefusal):
            scene.desk.seal(FileToSend(name, b"x").body(), "answers")
    file = FileToSend("rechnung\u202efdp.exe", b"MZ")
    file.seal(scene.room.id, scene.desk.reader.epoch)
    kind, content = write_body(file.body())
    body = lp(b"u" * 16, kind, u64(to_ms(scene.house.now())), content)
    appended(scene, scene.forged({}, body, scene.berger.identity))
    with without("T33"):
        assert file.name in {one.name for one in (await scene.afresh()).files.values()}
    again = await scene.afresh()
    assert again.files == {}
    assert EnvelopeBroken.code in {one.reason for one in again.verdicts.values()}


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
    with built_judge() as folder, closing(NodeJudge(folder)) as node:
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
