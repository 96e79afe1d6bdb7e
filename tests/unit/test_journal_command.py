"""`sprechraum journal verify` with files that somebody has saved, tampered with, or mixed up."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatserver.cli import main
from chatserver.journal.model import (
    Happened,
    Head,
    JournalBroken,
    check_journal,
    journal_seed,
    link,
    sign_head,
    start_of,
)
from chatserver.wire.binary import to_base64url
from crypto.signing import signing_key
from tests.shell import CANNOT_BE_USED

AGENCY, OTHER = "0a" * 16, "0b" * 16
SEED = journal_seed(bytes(32))
KEY = signing_key(SEED)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def happened(number: int, kind: str = "opened") -> Happened:
    """An event of a promise of its own."""
    return Happened(
        kind=kind,
        at=NOW,
        due_at=NOW + timedelta(hours=48),
        policy='{"kind":"calendar","seconds":172800}',
        because="",
        clock_salt=bytes([number]) * 32,
    )


def sealed(
    count: int, heads_at: list[int], agency: str = AGENCY, seed: bytes = SEED
) -> tuple[list[bytes], list[bytes]]:
    """Entries and heads as a server makes them."""
    entries, heads, at_link = [], [], start_of(agency)
    for number in range(1, count + 1):
        entries.append(happened(number % 251).commitment)
        at_link = link(at_link, number, entries[-1])
        if number in heads_at:
            head = Head(agency=bytes.fromhex(agency), number=number, link=at_link, sealed_at=1_000 + number)
            heads.append(sign_head(seed, head))
    return entries, heads


def page(count: int = 4, heads_at: list[int] | None = None, **changed: Any) -> dict[str, Any]:
    """As `GET …/journal` answers."""
    entries, heads = sealed(count, heads_at or [2, count])
    shown = {"entries": [*map(to_base64url, entries)], "heads": [*map(to_base64url, heads)]}
    return {"agency": AGENCY, "after": 0, "last": count, **shown, **changed}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with the server's keys."""
    monkeypatch.chdir(tmp_path)
    Path("keys").write_text(json.dumps({"journal_key": to_base64url(KEY)}))


def run(saved: object, openings: object = None) -> int:
    """The command, with that in its files."""
    Path("journal").write_text(json.dumps(saved))
    Path("openings").write_text(json.dumps(openings))
    more = [] if openings is None else ["--openings", "openings"]
    return main(["journal", "verify", "journal", "--keys", "keys", *more])


def opening(number: int | None, one: Happened, **changed: Any) -> dict[str, Any]:
    """As `GET …/openings` answers."""
    return {
        "number": number,
        "kind": one.kind,
        "promise": to_base64url(one.promise),
        "at": one.at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "policy": one.policy,
        "because": one.because,
        "salt": to_base64url(one.salt),
        **changed,
    }


def test_one_answer_and_a_list_of_its_pages_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """And it is said how far they go."""
    assert run(page()) == 0
    assert "entries    4, under 2 signed heads" in capsys.readouterr().out
    whole = page()
    first = {**whole, "entries": whole["entries"][:2], "heads": whole["heads"][:1]}
    second = {**whole, "after": 2, "entries": whole["entries"][2:], "heads": whole["heads"][1:]}
    assert run([first, second]) == 0
    assert run([second, first]) == CANNOT_BE_USED


@given(st.integers(1, 12), st.data())
def test_whatever_is_changed_dropped_added_or_moved_is_seen(count: int, data: st.DataObject) -> None:
    """By the chain alone; wherever it happens."""
    heads_at = sorted(data.draw(st.sets(st.integers(1, count))) | {count})
    entries, heads = sealed(count, heads_at)
    assert check_journal(AGENCY, entries, heads, KEY).number == count
    at = data.draw(st.integers(0, count - 1))
    other = happened(255).commitment
    for rewritten in (
        [*entries[:at], other, *entries[at + 1 :]],
        [*entries[:at], *entries[at + 1 :]],
        [*entries[:at], other, *entries[at:]],
        *([[*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]] if at + 1 < count else []),
    ):
        with pytest.raises(JournalBroken):
            check_journal(AGENCY, rewritten, heads, KEY)


@pytest.mark.parametrize(
    ("saved", "named"),
    [
        (page(heads=[]), "no head vouches for it"),
        (page(4, [2]), "no head vouches for the entries after number 2"),
        (page(heads=page()["heads"][::-1]), "goes back behind"),
        (page(heads=[to_base64url(one) for one in sealed(4, [4], OTHER)[1]]), "belongs to another agency"),
        (page(heads=[to_base64url(one) for one in sealed(4, [4], seed=bytes(32))[1]]), "not signed by this server"),
        (page(heads=["AAAA"]), "not signed by this server"),
        (page(entries=page()["entries"][:3], last=3), "entries up to number 4"),
    ],
)
def test_a_journal_that_does_not_hold_is_told_why(
    capsys: pytest.CaptureFixture[str], saved: dict[str, Any], named: str
) -> None:
    """Exit code 1."""
    assert run(saved) == 1
    assert named in capsys.readouterr().out


@pytest.mark.parametrize(
    ("saved", "named"),
    [
        ([], "it is no journal"),
        ({}, "it is no journal"),
        ("", "it is no journal"),
        ([7], "it is no journal"),
        (page(agency="x"), "it is no journal"),
        (page(agency=7), "it is no journal"),
        (page(entries=["?"]), "it is no journal"),
        (page(entries=7), "it is no journal"),
        (page(last=9), "it holds 4 of 9 entries"),
        (page(after=1), "its pages are not those"),
    ],
)
def test_files_that_are_no_journal_are_named(capsys: pytest.CaptureFixture[str], saved: object, named: str) -> None:
    """Exit code 2, and nothing that could be taken for a result."""
    assert run(saved) == CANNOT_BE_USED
    said = capsys.readouterr()
    assert said.out == ""
    assert named in said.err


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (opening(1, happened(1)), 0),
        (opening(None, happened(9)), 0),
        (opening(2, happened(1)), 1),
        (opening(5, happened(5)), 1),
        (opening(0, happened(4)), 1),
        (opening(1, happened(1), because="answered"), 1),
        (opening(1, happened(1), kind="breached"), 1),
        (opening(1, happened(1), due_at=(NOW + timedelta(hours=49)).isoformat()), 1),
        (opening(1, happened(1), salt="AA"), 1),
        (opening(1, happened(1), salt="?"), CANNOT_BE_USED),
        (opening(1, happened(1), at="yesterday"), CANNOT_BE_USED),
        (opening(1, happened(1), at="2026-11-23T08:00:00"), CANNOT_BE_USED),
        ({}, CANNOT_BE_USED),
        (7, CANNOT_BE_USED),
    ],
)
def test_an_opening_shows_what_was_sealed_and_nothing_else(one: object, code: int) -> None:
    """Whatever in it is not as it was sealed opens no entry."""
    assert run(page(), {"agency": AGENCY, "openings": [one]}) == code


def test_openings_of_another_agency_open_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Though the entry of that number might."""
    assert run(page(), {"agency": OTHER, "openings": [opening(1, happened(1))]}) == 1
    assert "another agency" in capsys.readouterr().out


def test_one_event_does_not_open_the_others_of_its_promise() -> None:
    """Each has a salt of its own."""
    opened, stopped = happened(1), happened(1, "stopped")
    assert opened.promise == stopped.promise
    assert len({opened.salt, stopped.salt, opened.clock_salt}) == 3
