"""Who can be asked to take what waits."""

from collections.abc import Collection

from chatserver.absences.model import Staff
from chatserver.errors import AssigneeAway, AssigneeUnfit, AssignmentOutdated, NobodyMayStepIn, NotFound
from chatserver.threads.model import Thread, ThreadState


def check_assignable(thread: Thread, to: str, *, staff: Staff, out_of_reach: Collection[str], standby: bool) -> None:
    """Whether this colleague could take the thread. Raises NotFound, NobodyMayStepIn, AssigneeUnfit, AssigneeAway.

    That a client has removed somebody is theirs to know: it is the same refusal as of somebody who holds no key.
    """
    if thread.state is ThreadState.CLOSED:
        raise NotFound
    if not standby:
        raise NobodyMayStepIn
    if to not in staff.duty or to in out_of_reach or to == thread.counsellor_id:
        raise AssigneeUnfit("to")
    if to in staff.away:
        raise AssigneeAway("to")


def check_latest(thread: Thread, asked: str | None) -> None:
    """Whether the page knew who was asked: of two coordinators the second sees first what the other has done."""
    if thread.handed_to != asked:
        raise AssignmentOutdated
