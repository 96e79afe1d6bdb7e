"""`sprechraum journal …`: writing a journal down for an auditor, and checking one. The latter works offline."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from chatserver.at_hand import at_hand
from chatserver.config import Config, ConfigInvalid
from chatserver.foundings.actions import list_plans
from chatserver.guarantee.explanation import instant_text
from chatserver.journal.actions import export_journal
from chatserver.journal.model import Head, JournalBroken, check_journal, commitment, journal_seed
from chatserver.proof_files import bytes_of, contents_of, key_named
from chatserver.wire.binary import to_base64url, to_wire
from crypto import CryptoRefusal, from_ms, to_ms

DOES_NOT_HOLD: Final = 1


def verify(*, file: Path, keys: Path | None, openings: Path | None) -> int:
    """Prints whether the journal in that file holds, and how far it goes. Exit code 1 when it does not hold.

    Raises ConfigInvalid for files that cannot be used.
    """
    saved = contents_of(file, "pages")
    agency, entries, heads = _journal(saved, file)
    key, whose = key_named("journal_key", saved, keys, journal_seed)
    try:
        head = check_journal(agency, entries, heads, key)
        opened = _check_openings(saved, agency, entries, file) if saved.get("openings") is not None else []
        if openings is not None:
            opened += _check_openings(contents_of(openings, "openings"), agency, entries, openings)
    except JournalBroken as reason:
        print(f"The journal does not hold: {reason}.")
        return DOES_NOT_HOLD
    print("\n".join(["The journal holds.", *_told(head, len(heads)), f"signed by  {to_base64url(key)} ({whose})"]))
    print("\n".join(opened), end="\n" if opened else "")
    return 0


async def export(config: Config, *, agency: str, openings: bool) -> int:
    """Prints an agency's journal as JSON, as `journal verify` reads it; also while the server runs.

    With openings it tells what happened to each promise and when, though not to whose: that is for an auditor. Raises
    ConfigInvalid.
    """
    async with at_hand(config) as (deps, _):
        names = (await list_plans(deps)).agencies
        found = [one for one, name in names.items() if agency in (one, name)]
        if len(found) != 1:
            raise ConfigInvalid(
                f"--agency: there is no agency {agency!r}. `sprechraum agency list` tells which there are."
            )
        journal = await export_journal(deps, found[0], openings=openings)
    print(json.dumps(to_wire(journal)))
    return 0


def _told(head: Head, heads: int) -> list[str]:
    return [
        f"agency     {head.agency.hex()}",
        f"entries    {head.number}, under {heads} signed heads",
        f"sealed at  {instant_text(from_ms(head.sealed_at))}",
        f"head       {head.link.hex()}",
    ]


def _journal(saved: dict[str, Any], file: Path) -> tuple[str, list[bytes], list[bytes]]:
    """From one answer of the server, or from a list of them in their order."""
    pages = saved.get("pages", [saved])
    entries: list[bytes] = []
    heads: list[bytes] = []
    complaint = f"{file}: it is no journal as the server answers it"
    try:
        agency, last = pages[0]["agency"], pages[-1]["last"]
        bytes.fromhex(agency)
        for page in pages:
            if page["agency"] != agency or page["after"] != len(entries):
                raise ConfigInvalid(f"{file}: its pages are not those of one agency, in their order.")
            entries.extend(bytes_of(one, complaint) for one in page["entries"])
            heads.extend(bytes_of(one, complaint) for one in page["heads"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise ConfigInvalid(f"{complaint}.") from None
    if last != len(entries):
        raise ConfigInvalid(f"{file}: it holds {len(entries)} of {last} entries; ask for those after them, too.")
    return agency, entries, heads


def _check_openings(saved: dict[str, Any], agency: str, entries: Sequence[bytes], file: Path) -> list[str]:
    """What each opening says, after it was found in the journal. Raises JournalBroken, ConfigInvalid."""
    complaint = f"{file}: there are no openings in it as the server answers them"
    try:
        if saved.get("agency", agency) != agency:
            raise JournalBroken("the openings are another agency's")
        return [_checked(one, entries, complaint) for one in saved["openings"]]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, CryptoRefusal):
        raise ConfigInvalid(f"{complaint}.") from None


def _checked(one: dict[str, Any], entries: Sequence[bytes], complaint: str) -> str:
    number, kind, promise = one["number"], one["kind"], bytes_of(one["promise"], complaint)
    if number is None:
        return f"not sealed yet: {kind}, promise {promise.hex()}"
    at, due_at = (datetime.fromisoformat(one[name]) for name in ("at", "due_at"))
    entry = commitment(
        bytes_of(one["salt"], complaint),
        kind=kind,
        promise=promise,
        at=to_ms(at),
        due_at=to_ms(due_at),
        policy=one["policy"],
        because=one["because"],
    )
    if not 0 < number <= len(entries) or entries[number - 1] != entry:
        raise JournalBroken(f"entry {number} is not what was told of it")
    because = f" ({one['because']})" if one["because"] else ""
    return f"entry {number}: {kind}{because} at {instant_text(at)}, due at {instant_text(due_at)}, {promise.hex()}"


def add_journal_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `journal verify`, which needs neither a server nor a database, and `journal export`, which it gives back."""
    journal = commands.add_parser("journal", help="what has become of an agency's promises")
    below = journal.add_subparsers(required=True, metavar="COMMAND")
    verifying = below.add_parser("verify", help="whether a saved journal holds", description=verify.__doc__)
    verifying.add_argument("file", type=Path, metavar="FILE", help="what the server answered, or a list of its pages")
    verifying.add_argument("--keys", type=Path, metavar="FILE", help="what GET /api/keys answered")
    verifying.add_argument("--openings", type=Path, metavar="FILE", help="what opens entries of it")
    verifying.set_defaults(run=verify, wishes=("file", "keys", "openings"), alone=True)
    exporting = below.add_parser("export", help="write a journal down", description=export.__doc__)
    exporting.add_argument("--agency", required=True, metavar="NAME", help="its name or id")
    exporting.add_argument("--openings", action="store_true", help="with what opens its entries, for an auditor")
    exporting.set_defaults(run=export, wishes=("agency", "openings"))
    return [exporting]
