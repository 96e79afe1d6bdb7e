"""Rooms with everything that can go right or wrong in them. Each scene says what the client's reader must find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from crypto import (
    Add,
    Close,
    Contest,
    Delete,
    DutyChange,
    Edit,
    HistoryGrant,
    Identity,
    Introduce,
    KeyChange,
    NoAnswerNeeded,
    Read,
    Remove,
    Rotate,
    StandbyOff,
    StandbyOn,
    Takeover,
    Text,
    Verdict,
    client_member,
    labels,
    seal_grant,
    sign_rekey,
)
from crypto.bodies import UnknownBody
from crypto.encoding import ZERO32, fields, lp, split, u64
from crypto.envelope import padded_size
from crypto.hashing import expand, seal_aes
from crypto.items import item_id
from crypto.members import Member, read_member
from crypto.vectors.scripted import Recorded
from crypto.vectors.story import DAY, START, Scene, person, resigned, seed


@dataclass(slots=True)
class Reading:
    """How one person reads a scene: with which keys, and what comes out."""

    name: str
    me: Identity | None
    duty: tuple[int, ...] = ()
    secrets: dict[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """A scene that has been played, with what each item is there to show."""

    scene: Scene
    shows: list[str]
    readings: list[Reading]


class Stage:
    """Plays a scene item by item and holds its author to what they said would come of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.shows = ["the client opens the room"]

    def expect(self, shows: str, verdict: Verdict, kind: str, *marks: str) -> None:
        """`kind` is that of the verdict, or the reason why it is broken."""
        found = verdict.reason if verdict.kind == "broken" else verdict.kind
        if (found, verdict.marks) != (kind, frozenset(marks)):
            raise AssertionError(shows, found, set(verdict.marks))
        self.shows.append(shows)

    def ok(self, shows: str, verdict: Verdict, *marks: str) -> None:
        self.expect(shows, verdict, "commit" if verdict.entry is not None else "message", *marks)

    def broken(self, shows: str, item: bytes, reason: str) -> None:
        self.expect(shows, self.scene.push(item), reason)


def _print(name: str) -> bytes:
    return person(name).fingerprint


def _fields(item: bytes) -> list[bytes]:
    return split(fields(item, 2)[0])[1:]


def whole_story(recorded: Recorded) -> Told:
    """Everything that is allowed."""
    scene = Scene("whole story", recorded)
    stage = Stage(scene)
    ok, say, commit = stage.ok, scene.say, scene.commit
    ok("the first message", say("nachtfalter", Text("Ich weiß nicht, wo ich anfangen soll."), "asks"))
    first = scene.reader.th and scene.writer("nachtfalter").prev_id
    ok("a duty holder takes the enquiry", scene.take("berger"))
    ok("the answer", say("berger", Text("Gut, dass Sie schreiben."), "answers"))
    ok("a pseudonym", say("nachtfalter", Introduce("Nachtfalter 🌙")))
    ok("an edit", say("nachtfalter", Edit(first, "Ich weiß nicht, wo ich anfangen soll …")))
    ok("a read mark", say("berger", Read(scene.reader.position)))
    ok("a deletion", say("nachtfalter", Delete(first)))
    ok("this did not answer me", say("nachtfalter", Contest(b""), "asks"))
    ok("something newer clients write", say("berger", UnknownBody("waving", b"\x00\x01")))
    ok("a fresh secret for a live chat", commit("berger", [Rotate("live_chat")]))
    ok("an answer in it", say("berger", Text("Da bin ich."), "answers"))
    ok("32 KiB of text", say("nachtfalter", Text("ä" * (16 * 1024)), "needs_no_answer"))
    grants = tuple(_grants(scene, "berger", "sommer"))
    ok(
        "a colleague with the history",
        commit("berger", [Add(_print("sommer")), HistoryGrant(_print("sommer"), grants)], [scene.line("sommer")]),
    )
    ok("the colleague writes", say("sommer", Text("Guten Abend."), "answers"))
    ok("nothing more to answer", say("nachtfalter", NoAnswerNeeded(), "needs_no_answer"))
    ok("closed", commit("berger", [Close("answered")]))
    ok("open again", say("nachtfalter", Text("Doch noch etwas."), "asks"))
    ok("the client sends one away", commit("nachtfalter", [Remove(_print("sommer"))]))
    ok("standby off", commit("nachtfalter", [StandbyOff()]))
    ok("standby on", commit("nachtfalter", [StandbyOn()]))
    later = person("berger", 2)
    line = _line_with_key(scene, later)
    ok("a new KEM key", commit("berger", [KeyChange(later.fingerprint)], [line]))
    ok("an agency of the client's choice", commit("nachtfalter", [Add(_print("okafor"))], [_okafor(scene)]))
    new = Identity(seed("nachtfalter new signing"), seed("nachtfalter new kem"))
    rekey = sign_rekey(scene.reader.log, scene.client, new)
    ok("a new identity", commit("nachtfalter", [rekey], [client_member(new.ed_pk, new.kem_statement)]))
    scene.learn(scene.kreuzviertel.rosters[1])
    scene.now = START + 3 * DAY
    ok("a new duty key", commit("berger", [DutyChange(2)]))
    readings = [
        Reading("nachtfalter", scene.client),
        Reading("berger with both duty keys", person("berger"), duty=(1, 2)),
        Reading("sommer", person("sommer")),
        Reading("sommer again, with what was granted", person("sommer"), secrets=_granted(scene)),
        Reading("somebody without keys", None),
    ]
    return Told(scene, stage.shows, readings)


def _line_with_key(scene: Scene, identity: Identity) -> Member:
    """A counsellor's line with a later KEM key than the certificate's."""
    return read_member(lp(b"counsellor", identity.ed_pk, scene.kreuzviertel.root.fingerprint, identity.kem_statement))


def _okafor(scene: Scene) -> Member:
    return scene.line("okafor", scene.hafen)


def _grants(scene: Scene, giver: str, taker: str) -> Iterable[tuple[int, bytes]]:
    keys, log = scene.reader.keys, scene.reader.log
    for number in sorted(keys.epochs):
        yield seal_grant(
            keys.epochs[number], keys.secrets[number], log, person(giver), scene.line(taker), chance=scene.chance
        )


def _granted(scene: Scene) -> dict[int, bytes]:
    return dict(scene.read_as(person("sommer")).secrets)


def hostile_messages(recorded: Recorded) -> Told:
    """What the server or a member may try with messages."""
    scene, other = Scene("hostile messages", recorded), Scene("another room", recorded)
    stage = Stage(scene)
    stage.ok("the first message", scene.say("nachtfalter", Text("Hallo"), "asks"))
    first, first_id = scene.items[-1], scene.writer("nachtfalter").prev_id
    stage.ok("taken", scene.take("berger"))
    stage.ok("answered", scene.say("berger", Text("Guten Tag"), "answers"))
    second, answer_id = scene.items[-1], scene.writer("berger").prev_id
    for shows, item, reason in chain(_broken_forms(scene, other, first, second), _broken_places(scene)):
        stage.broken(shows, item, reason)
    earlier: dict[str, Any] = {"seen_pos": 3, "seen_th": scene.reader.place().seen_th}
    stage.ok("something more", scene.say("berger", Text("Noch etwas.")))
    stage.broken("seen less than before", scene.crafted("berger", **earlier), "seen_falls")
    for shows, item, reason in chain(_broken_insides(scene), _broken_targets(scene, first_id, answer_id)):
        stage.broken(shows, item, reason)
    _marked_messages(stage)
    return Told(scene, stage.shows, [Reading("nachtfalter", scene.client), Reading("berger", person("berger"), (1,))])


Case = tuple[str, bytes, str]


def _broken_forms(scene: Scene, other: Scene, first: bytes, second: bytes) -> Iterable[Case]:
    header, ciphertext = fields(second, 2)
    craft = scene.crafted
    yield "T24: the same envelope again", second, "replayed"
    yield "T18: one from before the commit again", first, "epoch_over"
    yield "T24: one from another room", other.sealed("nachtfalter", Text("Hallo")), "wrong_room"
    yield "T23: flipped bit", lp(header, ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])), "replayed"
    fresh = fields(craft("berger"), 2)
    yield "a flipped bit in a fresh message", lp(fresh[0], bytes([fresh[1][0] ^ 1]) + fresh[1][1:]), "does_not_decrypt"
    yield "a header that was changed", lp(scene.header("berger").raw, fresh[1]), "does_not_decrypt"
    yield "no ciphertext", lp(fresh[0], b""), "does_not_decrypt"
    yield "T26: no ciphertext field", lp(fresh[0]), "envelope_broken"
    yield "T29: bytes left over", lp(*fresh) + b"\x00", "envelope_broken"
    yield "T29: cut off", lp(*fresh)[:-1], "envelope_broken"
    yield "T29: a length of 4 GiB", b"\xff\xff\xff\xff" + fresh[0], "envelope_broken"
    yield "nothing", b"", "envelope_broken"
    yield "T29: 300 KiB", bytes(300 * 1024), "envelope_too_large"
    yield "T29: a message of 70 KiB", lp(fresh[0], bytes(70 * 1024)), "envelope_too_large"
    yield "an unknown label", lp(fresh[0].replace(b"/1 message", b"/1 massage"), fresh[1]), "envelope_broken"
    yield "an unknown version", craft("berger", version=2), "version_unknown"
    yield "a clock that does not exist", lp(fresh[0].replace(b"none", b"nine"), fresh[1]), "envelope_broken"
    yield "counter 0 after something", craft("berger", counter=0), "envelope_broken"
    yield "counter 5 after nothing", craft("berger", counter=5, prev_id=ZERO32), "envelope_broken"


def _broken_places(scene: Scene) -> Iterable[Case]:
    craft = scene.crafted
    yield "an epoch to come", craft("berger", epoch=3), "epoch_unknown"
    yield "the epoch before", craft("berger", epoch=1), "epoch_over"
    yield "T44: another commitment", craft("berger", kc=bytes(32)), "commitment_failed"
    yield "T14: a stranger", craft("sommer"), "sender_not_member"
    yield "the duty key signs nothing", craft("berger", sender=_duty_print(scene)), "sender_not_member"
    yield "a client answers", craft("nachtfalter", clock="answers"), "clock_not_allowed"
    yield "a counsellor asks", craft("berger", clock="asks"), "clock_not_allowed"
    yield "seen before the epoch began", craft("berger", seen_pos=2), "seen_out_of_range"
    yield "seen what is not there yet", craft("berger", seen_pos=len(scene.items) + 1), "seen_out_of_range"
    yield "T23: another one before it", craft("berger", prev_id=bytes([1]) * 32), "chain_broken"


def _broken_insides(scene: Scene) -> Iterable[Case]:
    craft, inner = scene.crafted, scene.inner
    yield "T25: in another's name", craft("nachtfalter", signer="berger"), "signature_invalid"
    yield "T29: padding that is not zero", _padded(scene, tail=b"\x01"), "padding_invalid"
    yield "T29: too much padding", _padded(scene, more=256), "padding_invalid"
    yield "T29: a body longer than the message", _padded(scene, size=5000), "padding_invalid"
    yield "T29: no length", _padded(scene, cut=66), "padding_invalid"
    yield "no text", craft("berger", inner(content=b"")), "message_empty"
    yield "more than 32 KiB", craft("berger", inner(content=b"a" * 32769)), "message_too_large"
    yield "text that is not UTF-8", craft("berger", inner(content=b"\xc3")), "envelope_broken"
    yield "a type that is no word", craft("berger", inner(kind=b"Text")), "envelope_broken"
    yield "a short uid", craft("berger", inner(uid=bytes(15))), "envelope_broken"
    yield "a body of three fields", craft("berger", lp(bytes(16), b"text", u64(1))), "envelope_broken"
    yield "a name that hides", craft("nachtfalter", inner(b"introduce", "a\u202eb".encode())), "envelope_broken"


def _broken_targets(scene: Scene, first_id: bytes, answer_id: bytes) -> Iterable[Case]:
    craft, inner = scene.crafted, scene.inner
    yield "T28: an edit of another's words", craft("berger", inner(b"edit", lp(first_id, b"Nein"))), "target_not_yours"
    yield "T28: a deletion of another's", craft("nachtfalter", inner(b"delete", lp(answer_id))), "target_not_yours"
    yield "T28: an edit of nothing", craft("berger", inner(b"edit", lp(bytes(32), b"Nein"))), "target_unknown"
    yield "T28: read what is not there", craft("berger", inner(b"read", lp(u64(10**6)))), "seen_out_of_range"
    yield "an edit without text", craft("berger", inner(b"edit", lp(answer_id, b""))), "message_empty"


def _duty_print(scene: Scene) -> bytes:
    duty = scene.reader.log.duty
    assert duty is not None  # noqa: S101 - standby is on in these scenes
    return duty.fingerprint


def _padded(
    scene: Scene, *, tail: bytes = b"", more: int = 0, size: int | None = None, cut: int | None = None
) -> bytes:
    """A message whose plaintext is not what its length says."""
    raw, body = scene.header("berger").raw, scene.inner()
    signature = person("berger").sign(lp(labels.MESSAGE_SIGNATURE, raw, body))
    front = signature + (len(body) if size is None else size).to_bytes(4) + body
    plain = front.ljust(padded_size(len(body)) - len(tail) + more, b"\x00") + tail
    return lp(raw, seal_aes(expand(scene.reader.place().key, labels.MSG, raw), plain[:cut], raw))


def _marked_messages(stage: Stage) -> None:
    scene = stage.scene
    stage.ok("T45: a false history", scene.push(scene.crafted("nachtfalter", seen_th=bytes(32))), "forked")
    fresh: dict[str, Any] = {"session": bytes([7]) * 16, "counter": 3, "prev_id": bytes([9]) * 32}
    stage.ok("T21: three before it are missing", scene.push(scene.crafted("nachtfalter", **fresh)), "gap_before")
    uid = bytes([5]) * 16
    once: dict[str, Any] = {"session": bytes([8]) * 16, "counter": 0, "prev_id": ZERO32}
    again: dict[str, Any] = {"session": bytes([6]) * 16, "counter": 0, "prev_id": ZERO32}
    stage.ok("a message", scene.push(scene.crafted("nachtfalter", scene.inner(uid=uid), **once)))
    stage.ok("sent again", scene.push(scene.crafted("nachtfalter", scene.inner(uid=uid), **again)), "repeated")
    flagged: dict[str, Any] = {"session": bytes([4]) * 16, "counter": 0, "prev_id": ZERO32, "clock": "answers"}
    mark = scene.inner(b"read", lp(u64(3)))
    stage.ok("T47: a read mark as an answer", scene.push(scene.crafted("berger", mark, **flagged)), "clock_mismatch")
    _broken_and_not_missing(stage)


def _broken_and_not_missing(stage: Stage) -> None:
    """What came broken was told when it came; the next one tells only of what never came."""

    def of_page(counter: int) -> bytes:
        before = ZERO32 if counter == 0 else item_id(stage.scene.items[-1])
        return stage.scene.crafted("nachtfalter", session=bytes([3]) * 16, counter=counter, prev_id=before)

    def spoilt(counter: int) -> bytes:
        header, ciphertext = fields(of_page(counter), 2)
        return lp(header, bytes([ciphertext[0] ^ 1]) + ciphertext[1:])

    push = stage.scene.push
    stage.ok("a page begins", push(of_page(0)))
    stage.broken("T21: its next one was changed", spoilt(1), "does_not_decrypt")
    stage.broken("T21: and the one after that", spoilt(2), "does_not_decrypt")
    stage.ok("nothing is missing before the one that is whole", push(of_page(3)))
    stage.broken("T21: another one was changed", spoilt(5), "does_not_decrypt")
    stage.ok("T21: the one before that never came", push(of_page(6)), "gap_before")
    stage.broken("T21: changed, long after the last", spoilt(2**40), "does_not_decrypt")
    stage.ok("T21: what lies between never came", push(of_page(2**40 + 1)), "gap_before")


def hostile_commits(recorded: Recorded) -> Told:
    """What the server, a former colleague or a member may try with the log."""
    scene, other = Scene("hostile commits", recorded), Scene("another room", recorded)
    stage = Stage(scene)
    stage.ok("the first message", scene.say("nachtfalter", Text("Hallo"), "asks"))
    stage.broken(
        "T14: a ghost that nobody added",
        scene.forge("berger", [Add(_print("berger"))], [scene.line("berger")], ghosts=[scene.line("sommer")]),
        "commit_inconsistent",
    )
    stage.broken(
        "T42: no duty holder takes it",
        scene.forge("sommer", [Add(_print("sommer"))], [scene.line("sommer")]),
        "commit_not_allowed",
    )
    stage.broken(
        "the client switches standby off before anybody came",
        scene.forge("nachtfalter", [StandbyOff()]),
        "commit_not_allowed",
    )
    rival = scene.forge("yilmaz", [Add(_print("yilmaz"))], [scene.line("yilmaz")])
    stage.ok("taken", scene.take("berger"))
    stage.broken("T18: the rival commit of the same epoch", rival, "commit_outdated")
    for shows, item, reason in _broken_commits(scene, other):
        stage.broken(shows, item, reason)
    _barred(stage)
    _rosters(stage)
    return Told(scene, stage.shows, [Reading("nachtfalter", scene.client), Reading("berger", person("berger"), (1,))])


def _broken_commits(scene: Scene, other: Scene) -> Iterable[Case]:
    forge, line = scene.forge, scene.line
    rotate = [Rotate("age")]
    add_sommer = ([Add(_print("sommer"))], [line("sommer")])
    yield "T49: a genesis again", scene.items[0], "commit_outdated"
    yield "T15: from another room", other.forge("nachtfalter", rotate), "wrong_room"
    yield "T18: not after the newest entry", forge("berger", rotate, f3=bytes(32)), "commit_outdated"
    yield "an epoch too far", forge("berger", rotate, f2=u64(9)), "commit_outdated"
    yield "seen before the entry", forge("berger", rotate, f4=u64(1)), "seen_out_of_range"
    yield "seen what is not there yet", forge("berger", rotate, f4=u64(99)), "seen_out_of_range"
    yield "T45: a false history", forge("berger", rotate, f5=bytes(32)), "transcript_mismatch"
    yield "an unknown suite", forge("berger", rotate, f0=u64(2)), "suite_unknown"
    yield "no changes", forge("berger", []), "envelope_broken"
    yield "an unknown change", forge("berger", rotate, f9=lp(lp(b"bless"))), "envelope_broken"
    yield "a change with a field too many", forge("berger", rotate, f9=lp(lp(b"standby_on", b""))), "envelope_broken"
    yield "a reason that is no word", forge("berger", rotate, f9=lp(lp(b"rotate", b"Age"))), "envelope_broken"
    yield "an outsider signs", forge("winter", rotate), "commit_not_allowed"
    yield "signed by another", resigned(forge("berger", rotate), person("nachtfalter")), "signature_invalid"
    yield "T42: removes the client", forge("berger", [Remove(_print("nachtfalter"))]), "commit_not_allowed"
    yield "T42: removes the duty key", forge("berger", [Remove(_duty_print(scene))]), "commit_not_allowed"
    yield "T42: switches standby off", forge("berger", [StandbyOff()]), "commit_not_allowed"
    yield "T42: closes while somebody waits", forge("berger", [Close("answered")]), "commit_not_allowed"
    yield (
        "T42: takes over as a member",
        forge("berger", [Takeover(_print("berger"), "absence")], [line("berger")]),
        "commit_inconsistent",
    )
    yield (
        "T42: takes over for another",
        forge("yilmaz", [Takeover(_print("sommer"), "absence")], [line("sommer")]),
        "commit_not_allowed",
    )
    yield (
        "T42: a change of another's key",
        forge("nachtfalter", [KeyChange(_print("berger"))], [_line_with_key(scene, person("berger", 2))]),
        "commit_not_allowed",
    )
    yield (
        "T42: adds from an agency the client did not choose",
        forge("berger", [Add(_print("okafor"))], [_okafor(scene)]),
        "commit_not_allowed",
    )
    yield (
        "T10: adds somebody without a certificate",
        forge("nachtfalter", [Add(_print("luft"))], [_uncertified(scene)]),
        "not_certified",
    )
    yield (
        "adds a second client",
        forge(
            "nachtfalter", [Add(_print("luft"))], [client_member(person("luft").ed_pk, person("luft").kem_statement)]
        ),
        "envelope_broken",
    )
    yield (
        "adds one who is there",
        forge("nachtfalter", [Add(_print("berger"))], [line("berger")]),
        "commit_inconsistent",
    )
    yield "removes one who is not there", forge("nachtfalter", [Remove(_print("sommer"))]), "commit_inconsistent"
    yield "switches on what is on", forge("nachtfalter", [StandbyOn()]), "commit_inconsistent"
    yield "a duty key of the same generation", forge("berger", [DutyChange(1)]), "commit_inconsistent"
    yield (
        "T19: history for the client",
        forge("berger", [HistoryGrant(_print("nachtfalter"), ((1, bytes(1168)),))]),
        "commit_inconsistent",
    )
    yield (
        "T19: history to come",
        forge("nachtfalter", [HistoryGrant(_print("berger"), ((3, bytes(1168)),))]),
        "commit_inconsistent",
    )
    yield (
        "T19: a duty holder grants",
        forge("yilmaz", [HistoryGrant(_print("berger"), ((1, bytes(1168)),))]),
        "commit_not_allowed",
    )
    yield "members out of order", forge("nachtfalter", rotate, f10=_reversed(scene)), "envelope_broken"
    yield "a wrap too few", forge("nachtfalter", rotate, f12=lp(bytes(1168))), "envelope_broken"
    yield "a wrap too short", forge("nachtfalter", rotate, f12=lp(*[bytes(1167)] * 3)), "envelope_broken"
    yield (
        "T12: a member with a small-order key",
        forge("nachtfalter", *add_sommer, f10=_with_bad_key(scene)),
        "key_invalid",
    )
    yield (
        "T13: a statement by another",
        forge("nachtfalter", rotate, f10=_with_foreign_statement(scene)),
        "signature_invalid",
    )
    yield "no roster", forge("nachtfalter", rotate, f8=b""), "envelope_broken"
    yield (
        "a roster too many",
        forge("nachtfalter", rotate, rosters=[scene.kreuzviertel.rosters[0], scene.hafen.rosters[0]]),
        "commit_inconsistent",
    )
    yield (
        "only another agency's roster",
        forge("nachtfalter", rotate, rosters=[scene.hafen.rosters[0]]),
        "commit_inconsistent",
    )
    yield "after the roster's time", forge("nachtfalter", rotate, created_at=START + 40 * DAY), "roster_expired"
    yield "before the roster's time", forge("nachtfalter", rotate, created_at=START - 9 * DAY), "roster_expired"
    yield (
        "T40: the same number, another roster",
        forge("nachtfalter", rotate, f8=lp(lp(scene.kreuzviertel.root.fingerprint, u64(1), bytes(32)))),
        "roster_forked",
    )
    yield (
        "T11: a roster with no number",
        forge("nachtfalter", rotate, f8=lp(lp(scene.kreuzviertel.root.fingerprint, u64(0), bytes(32)))),
        "roster_stale",
    )


def _listed(scene: Scene) -> list[bytes]:
    return [member.raw for member in scene.reader.log.members.values()]


def _reversed(scene: Scene) -> bytes:
    return lp(*reversed(_listed(scene)))


def _with_bad_key(scene: Scene) -> bytes:
    role, _, root, statement = fields(scene.line("sommer").raw, 4)
    return lp(*_listed(scene), lp(role, bytes([1]) + bytes(31), root, statement))


def _with_foreign_statement(scene: Scene) -> bytes:
    listed = _listed(scene)
    at = next(index for index, raw in enumerate(listed) if raw[4:].startswith(b"client"))
    role, key, root, _ = fields(listed[at], 4)
    listed[at] = lp(role, key, root, person("luft").kem_statement)
    return lp(*listed)


def _uncertified(scene: Scene) -> Member:
    luft = person("luft")
    return read_member(lp(b"counsellor", luft.ed_pk, scene.kreuzviertel.root.fingerprint, luft.kem_statement))


def _barred(stage: Stage) -> None:
    """Whoever the client removed returns only by the client's signature; what they wrote meanwhile is marked."""
    scene = stage.scene
    add = ([Add(_print("yilmaz"))], [scene.line("yilmaz")])
    stage.ok("a colleague joins", scene.commit("berger", *add))
    removal = scene.change("nachtfalter", [Remove(_print("yilmaz"))])
    # Written after the client had looked, stored before the removal was (T17).
    late = scene.say("yilmaz", Text("Noch schnell etwas."))
    stage.ok("T17: written while the removal was on its way", late)
    verdict = scene.push(removal.item)
    stage.ok("removed", verdict)
    if verdict.late != (late.position,):
        raise AssertionError(verdict.late)
    stage.broken("T17: in the old epoch", scene.crafted("yilmaz", epoch=scene.reader.epoch - 1), "epoch_over")
    stage.broken("T42: comes back by duty", scene.forge("yilmaz", *add), "commit_not_allowed")
    stage.broken("T42: is brought back", scene.forge("berger", *add), "commit_not_allowed")
    stage.ok("comes back by the client's word", scene.commit("nachtfalter", *add))
    stage.ok("goes by themselves", scene.commit("yilmaz", [Remove(_print("yilmaz"))]))
    stage.ok("takes over, no longer barred", scene.take("yilmaz", "absence"))


def _rosters(stage: Stage) -> None:
    scene = stage.scene
    newer = scene.kreuzviertel.rosters[1]
    rotate = [Rotate("age")]
    scene.now = START + 2 * DAY + 60_000
    scene.learn(newer)
    stage.broken("T41: keeps the old duty key", scene.forge("nachtfalter", rotate), "duty_outdated")
    stage.broken("T10: keeps a revoked colleague", scene.forge("nachtfalter", [DutyChange(2)]), "member_revoked")
    stage.broken(
        "T10: a revoked colleague is added again",
        scene.forge(
            "nachtfalter", [Remove(_print("yilmaz")), Add(_print("yilmaz")), DutyChange(2)], [scene.line("yilmaz")]
        ),
        "not_certified",
    )
    stage.ok("both at once", scene.commit("berger", [Remove(_print("yilmaz")), DutyChange(2)]))
    stage.broken(
        "T41: back by an old roster",
        scene.forge("yilmaz", [Add(_print("yilmaz"))], [scene.line("yilmaz")], rosters=[scene.kreuzviertel.rosters[0]]),
        "roster_stale",
    )


def false_secrets(recorded: Recorded) -> Told:
    """T15, T16, T44: a member hands others another secret, or the same with other members."""
    scene = Scene("false secrets", recorded)
    stage = Stage(scene)
    stage.ok("the first message", scene.say("nachtfalter", Text("Hallo"), "asks"))
    stage.ok("taken", scene.take("berger"))
    honest = scene.forge("berger", [Rotate("age")])
    wraps = split(_fields(honest)[12])
    at = list(scene.reader.log.members).index(scene.client.fingerprint)
    wraps[at] = wraps[(at + 1) % len(wraps)]
    stage.expect(
        "T15: the client gets somebody else's wrap",
        scene.push(resigned(honest, person("berger"), f12=lp(*wraps))),
        "commit",
        "commitment_failed",
    )
    stage.expect(
        "another commitment",
        scene.push(scene.forge("berger", [Rotate("age")], f11=bytes(32))),
        "commit",
        "commitment_failed",
    )
    stage.ok("mended", scene.commit("nachtfalter", [Rotate("broken")]))
    readings = [
        Reading("nachtfalter", scene.client),
        Reading("berger", person("berger")),
        Reading("the duty key", None, (1,)),
    ]
    return Told(scene, stage.shows, readings)


ROOMS: Final[dict[str, Callable[[Recorded], Told]]] = {
    "whole_story": whole_story,
    "hostile_messages": hostile_messages,
    "hostile_commits": hostile_commits,
    "false_secrets": false_secrets,
}
