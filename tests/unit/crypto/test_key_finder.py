"""Where a person's keys come from: the wraps, the duty key, the keyring, and what is handed over."""

from crypto import Add, Change, HistoryGrant, KeyChange, Reader, Remove, Rotate, StandbyOff, StandbyOn, Text, seal_grant
from crypto.encoding import lp
from crypto.members import read_member
from crypto.vectors.story import Scene, person, seed
from tests.unit.crypto.scenes import answered, asked, crowded, print_of

RING = seed("ring")


def kinds(scene: Scene, reader: Reader) -> list[str]:
    """What the reader makes of the room: its verdicts in a word each."""
    return [reader.push(position, item).kind for position, item in enumerate(scene.items, 1)]


def test_a_newcomer_reads_from_their_own_epoch_on() -> None:
    """T19: what was written before stays sealed, and is shown as such."""
    scene = crowded()
    scene.say("sommer", Text("Guten Tag"), "answers")
    reader = scene.read_as(person("sommer"), items=False)
    assert kinds(scene, reader) == ["genesis", "sealed", "commit", "sealed", "commit", "message"]
    assert sorted(reader.secrets) == [3]


def test_whoever_left_reads_no_further() -> None:
    """Nor does the wrap of anybody else open for them."""
    scene = crowded()
    scene.commit("nachtfalter", [Remove(print_of("sommer"))])
    scene.say("nachtfalter", Text("Nur noch für Frau Berger."), "asks")
    reader = scene.read_as(person("sommer"), items=False)
    assert kinds(scene, reader)[-2:] == ["commit", "sealed"]
    assert reader.make_checkpoint() == scene.read_as(None).make_checkpoint()


def test_a_duty_holder_reads_while_standby_is_on_and_not_after() -> None:
    """So that a colleague can step in, until the client says no."""
    scene = asked()
    duty = [scene.kreuzviertel.duty(1)]
    assert kinds(scene, scene.read_as(person("yilmaz"), items=False, duty_seeds=duty)) == ["genesis", "message"]
    scene = answered()
    scene.commit("nachtfalter", [StandbyOff()])
    scene.say("nachtfalter", Text("Nur für Sie."), "asks")
    scene.commit("nachtfalter", [StandbyOn()])
    found = kinds(scene, scene.read_as(person("yilmaz"), items=False, duty_seeds=duty))
    assert found == ["genesis", "message", "commit", "message", "commit", "sealed", "commit"]


def test_t41_a_duty_seed_of_another_generation_or_agency_opens_nothing() -> None:
    """T41: and is no alarm, for the room was never meant for it."""
    scene = asked()
    for duty in (scene.kreuzviertel.duty(2), scene.hafen.duty(1)):
        reader = scene.read_as(person("yilmaz"), items=False, duty_seeds=[duty])
        verdicts = [reader.push(position, item) for position, item in enumerate(scene.items, 1)]
        assert [(one.kind, one.alarm) for one in verdicts] == [("genesis", False), ("sealed", False)]


def test_an_earlier_kem_key_opens_what_was_wrapped_for_it() -> None:
    """A changed key must not close the past."""
    scene = answered()
    later = person("berger", 2)
    root = scene.kreuzviertel.root.fingerprint
    line = read_member(lp(b"counsellor", later.ed_pk, root, later.kem_statement))
    scene.commit("berger", [KeyChange(later.fingerprint)], [line])
    earlier = [person("berger").kem_seed]
    assert sorted(scene.read_as(later, earlier_kem_seeds=earlier).secrets) == [2, 3]
    forgetful = scene.read_as(later, items=False)
    marks = [forgetful.push(position, item).marks for position, item in enumerate(scene.items, 1)]
    assert marks[2] == {"commitment_failed"}
    assert sorted(forgetful.secrets) == [3]


def test_what_was_unwrapped_once_is_offered_once_for_the_keyring_and_opens_there() -> None:
    """The next login takes it from there and unwraps nothing."""
    scene = answered()
    scene.commit("berger", [Rotate("age")])
    reader = scene.read_as(person("berger"), keyring_key=RING)
    kept = dict(reader.take_unsaved())
    assert sorted(kept) == [2, 3]
    assert reader.take_unsaved() == []
    again = scene.read_as(person("berger"), keyring_key=RING, kept=kept)
    assert again.secrets == reader.secrets
    assert again.take_unsaved() == []


def test_a_broken_keyring_or_a_false_secret_falls_back_to_the_wrap() -> None:
    """The server keeps the keyring: what it serves is not believed but compared with the commitment."""
    scene = answered()
    reader = scene.read_as(person("berger"), keyring_key=RING)
    kept = dict(reader.take_unsaved())
    for false in ({2: b"nonsense"}, {2: kept[2][:-1] + b"\x00"}, {1: kept[2]}):
        assert scene.read_as(person("berger"), keyring_key=RING, kept=false).secrets == reader.secrets
    assert scene.read_as(person("berger"), secrets={2: seed("false")}).secrets == reader.secrets


def test_nothing_is_offered_for_a_keyring_that_does_not_exist() -> None:
    """Somebody without a vault key reads all the same."""
    assert answered().read_as(person("berger")).take_unsaved() == []


def test_t19_history_is_opened_by_whom_it_was_granted_to_and_by_nobody_else() -> None:
    """T19: then a second reading from the start shows it."""
    scene = answered()
    log, keys = scene.reader.log, scene.reader.keys
    grants = tuple(
        seal_grant(keys.epochs[at], keys.secrets[at], log, person("berger"), scene.line("sommer")) for at in (1, 2)
    )
    changes: list[Change] = [Add(print_of("sommer")), HistoryGrant(print_of("sommer"), grants)]
    scene.commit("berger", changes, [scene.line("sommer")])
    found = scene.read_as(person("sommer")).secrets
    assert found == scene.reader.secrets
    second = scene.read_as(person("sommer"), items=False, secrets=found)
    assert kinds(scene, second) == ["genesis", "message", "commit", "message", "commit"]
    assert sorted(scene.read_as(person("winter")).secrets) == []


def test_t19_a_grant_that_fails_is_an_alarm_and_the_others_count() -> None:
    """T16, T19: a member who hands over a false past is seen."""
    scene = answered()
    log, keys = scene.reader.log, scene.reader.keys
    false = seal_grant(keys.epochs[1], seed("false"), log, person("berger"), scene.line("sommer"))
    true = seal_grant(keys.epochs[2], keys.secrets[2], log, person("berger"), scene.line("sommer"))
    changes: list[Change] = [Add(print_of("sommer")), HistoryGrant(print_of("sommer"), (false, true))]
    scene.commit("berger", changes, [scene.line("sommer")])
    reader = scene.read_as(person("sommer"), items=False)
    verdicts = [reader.push(position, item) for position, item in enumerate(scene.items, 1)]
    assert verdicts[-1].marks == {"commitment_failed"}
    assert verdicts[-1].alarm
    assert sorted(reader.secrets) == [2, 3]


def test_a_grant_from_before_a_change_of_ones_own_key_still_opens() -> None:
    """T19: reading again from the start must not take what was given once for a failure."""
    scene = answered()
    colleague = person("sommer")
    line = read_member(lp(b"counsellor", colleague.ed_pk, scene.kreuzviertel.root.fingerprint, colleague.kem_statement))
    reader = scene.read_as(person("berger"))
    grant = seal_grant(reader.keys.epochs[2], reader.secrets[2], reader.log, person("berger"), line)
    granted = HistoryGrant(line.fingerprint, (grant,))
    scene.commit("berger", [Add(line.fingerprint), granted], [line])
    later = person("sommer", 2)
    newer = read_member(lp(b"counsellor", later.ed_pk, scene.kreuzviertel.root.fingerprint, later.kem_statement))
    scene.commit("sommer", [KeyChange(later.fingerprint)], [newer])
    for earlier, opened in (([colleague.kem_seed], [2, 3, 4]), ([], [4])):
        assert sorted(scene.read_as(later, earlier_kem_seeds=earlier).secrets) == opened
