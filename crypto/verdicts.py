"""What a reader says about each item: nothing is thrown, nothing hidden. docs/protocol.md section 9."""

from dataclasses import dataclass
from typing import Final, Literal

from crypto.bodies import Body
from crypto.commit import Commit
from crypto.genesis import Genesis

VerdictKind = Literal["genesis", "commit", "message", "sealed", "broken", "gap", "known", "conflict", "roster_missing"]

# Marks that the page must not merely note but raise: somebody shows different people different things.
_ALARMS: Final = frozenset(("forked", "rolled_back", "gap_before", "commitment_failed", "roster_outdated"))


@dataclass(frozen=True, slots=True)
class Message:
    """A verified message. `sender` is a fingerprint, `sent_at` ms UTC as the sender claims; files name `epoch`."""

    uid: bytes
    sent_at: int
    body: Body
    clock: str
    sender: bytes
    epoch: int
    session: bytes
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One item, judged. `reason` is a refusal's code; `late`: positions now to be marked `from_removed` (T17).

    `wants`: the roster (root fingerprint, number, hash) that has to be fetched before this item can be judged.
    """

    kind: VerdictKind
    position: int
    id: bytes
    reason: str | None = None
    marks: frozenset[str] = frozenset()
    sender: bytes | None = None
    message: Message | None = None
    entry: Genesis | Commit | None = None
    late: tuple[int, ...] = ()
    wants: tuple[bytes, int, bytes] | None = None

    @property
    def alarm(self) -> bool:
        """Whether somebody has tampered or something is missing."""
        return self.kind in ("broken", "conflict") or bool(self.marks & _ALARMS)
