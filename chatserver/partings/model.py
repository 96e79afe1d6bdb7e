"""What a parting leaves behind: somebody who answers, or everybody on duty."""

from collections.abc import Collection

from chatserver.errors import NobodyMayStepIn
from chatserver.threads.model import ThreadState
from crypto.errors import CommitNotAllowed


def check_given_back(state: ThreadState, *, by: str, joined: Collection[str], dismissed: Collection[str]) -> None:
    """By the last counsellor, who steps out and does nothing besides. Raises CommitNotAllowed.

    While another one is there, stepping out is enough: they go on.
    """
    if state is not ThreadState.NEW or joined or set(dismissed) != {by}:
        raise CommitNotAllowed


def check_another(counsellors: Collection[str], *, joined: Collection[str], dismissed: Collection[str]) -> None:
    """Somebody goes, and of those who were there nobody stays. Raises CommitNotAllowed."""
    if not dismissed or set(counsellors) != set(joined):
        raise CommitNotAllowed


def check_found(counsellors: Collection[str], *, standby: bool) -> None:
    """Somebody is there, or may come: nobody is to wait where nobody can read. Raises NobodyMayStepIn."""
    if not counsellors and not standby:
        raise NobodyMayStepIn
