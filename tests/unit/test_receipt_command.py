"""`sprechraum receipt verify` as somebody runs it who has a receipt and no server."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatserver.cli import main
from chatserver.guarantee.hours import hours_in
from chatserver.guarantee.policy import Business, Calendar, Policy
from chatserver.server_secrets import keep_secrets
from chatserver.threads.receipts import Promised, receipt_for
from chatserver.wire.binary import to_base64url
from crypto import Receipt, read_receipt, sign_receipt
from crypto.signing import signing_key
from tests.shell import CANNOT_BE_USED

SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
ROOM, MESSAGE = "0a" * 16, bytes(32)
KEYS = json.dumps({"receipt_key": to_base64url(signing_key(SEED))})
WRITTEN = datetime(2016, 11, 1, 13, 56, 21, 999_999, tzinfo=UTC)
WORKING = Business(7200, "Europe/Berlin", hours_in("Mon-Fri 08:00-20:00"), land="NW")


def receipt(policy: Policy = WORKING, written: datetime = WRITTEN) -> bytes:
    """The server's word."""
    due_at = policy.due_at(written)
    return receipt_for(SEED, ROOM, MESSAGE, Promised(written, due_at, policy.snapshot(written, due_at), bytes(32)))


def signed(**changed: object) -> bytes:
    """A receipt that the server has signed although something in it is not so."""
    return sign_receipt(SEED, replace(read_receipt(receipt(), signing_key(SEED)), **changed))  # type: ignore[arg-type]


def run(folder: Path, saved: str | bytes, *options: str) -> int:
    """The command, with that in a file."""
    file = folder / "receipt"
    file.write_bytes(saved if isinstance(saved, bytes) else saved.encode())
    (folder / "keys").write_text(KEYS)
    (folder / "empty").write_text("{}")
    return main(["receipt", "verify", str(file), *options])


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, without a server."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "saved",
    [
        to_base64url(receipt()) + "\n",
        json.dumps(to_base64url(receipt())),
        json.dumps({"room": ROOM, "position": 2, "receipt": to_base64url(receipt())}),
    ],
)
def test_a_receipt_holds_however_it_was_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str], saved: str) -> None:
    """Alone, as JSON, or in the server's whole answer; and everything in it is told."""
    assert run(tmp_path, saved, "--keys", "keys") == 0
    told = capsys.readouterr().out
    assert told.startswith("The receipt holds.\n")
    for part in (ROOM, MESSAGE.hex(), "2016-11-01T13:56:21.999000Z", "2016-11-02T09:00:00Z", "7200 seconds"):
        assert part in told


@pytest.mark.parametrize(
    "promise",
    [
        receipt(Calendar(172_800)),
        receipt(),
        # Within the last millisecond before closing time: what was cut off carried it into the next morning.
        receipt(replace(WORKING, seconds=1), datetime(2016, 11, 2, 18, 59, 59, 500, tzinfo=UTC)),
    ],
)
def test_the_due_time_is_counted_again(tmp_path: Path, promise: bytes) -> None:
    """From nothing but what the receipt says."""
    assert run(tmp_path, to_base64url(promise), "--keys", "keys") == 0


@pytest.mark.parametrize(
    ("saved", "named"),
    [
        (receipt()[:-1] + bytes([receipt()[-1] ^ 1]), "not signed by this server"),
        (sign_receipt(OTHER, read_receipt(receipt(), signing_key(SEED))), "not signed by this server"),
        (b"\x00" * 64, "not signed by this server"),
        (signed(due_at=1_478_077_200_001), "by its own policy an answer is due at 2016-11-02T09:00:00Z"),
        (signed(policy_kind="lunar"), "there is no kind 'lunar'"),
        (signed(policy_details="{}"), "its details are not those of working hours"),
        (signed(policy_kind="calendar", policy_details="", policy_seconds=2**52), "no calendar reaches so far"),
        (signed(received_at=2**52), "no calendar reaches so far"),
    ],
)
def test_one_that_was_changed_or_breaks_its_own_rules_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], saved: bytes, named: str
) -> None:
    """Exit code 1, and why."""
    assert run(tmp_path, to_base64url(saved), "--keys", "keys") == 1
    told = capsys.readouterr().out
    assert told.startswith("The receipt does not hold: ")
    assert named in told


@pytest.mark.parametrize(
    ("saved", "options", "named"),
    [
        ("", ("--keys", "keys"), "there is no receipt in it"),
        ("{}", ("--keys", "keys"), "there is no receipt in it"),
        ('{"receipt": 7}', ("--keys", "keys"), "there is no receipt in it"),
        ("no base64url!", ("--keys", "keys"), "there is no receipt in it"),
        ("[" * 70_000, ("--keys", "keys"), "there is no receipt in it"),
        (b"\xff\xfe", ("--keys", "keys"), "cannot be read"),
        (to_base64url(receipt()), ("--keys", "nowhere"), "cannot be read"),
        (to_base64url(receipt()), ("--keys", "receipt"), "its receipt_key is no Ed25519 key"),
        (to_base64url(receipt()), ("--keys", "empty"), "its receipt_key is missing"),
        (to_base64url(receipt()), (), "--keys: a file with what the server tells"),
        (json.dumps({"receipt": to_base64url(receipt()), "receipt_key": "AA"}), (), "is no Ed25519 key"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], saved: str | bytes, options: tuple[str, ...], named: str
) -> None:
    """Exit code 2, one sentence, and nothing that could be taken for a result."""
    assert run(tmp_path, saved, *options) == CANNOT_BE_USED
    said = capsys.readouterr()
    assert said.out == ""
    assert named in said.err


def test_a_key_from_the_same_file_is_said_to_be_no_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever invents a receipt invents a key for it."""
    assert run(tmp_path, json.dumps({"receipt": to_base64url(receipt()), **json.loads(KEYS)})) == 0
    assert "compare it with /api/keys" in capsys.readouterr().out


def test_beside_a_server_its_own_key_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs the server need not fetch its key; where there is none, none is made."""
    (tmp_path / "var").mkdir()
    seed = keep_secrets(tmp_path / "var").receipt_seed
    own = sign_receipt(seed, _read())
    assert run(tmp_path, to_base64url(own)) == 0
    assert "this server's own" in capsys.readouterr().out


def _read() -> Receipt:
    return read_receipt(receipt(), signing_key(SEED))
