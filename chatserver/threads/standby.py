"""Who may step in, as a condition on threads that several stores ask for."""

from sqlalchemy import ColumnElement, exists

from chatserver.tables import counsellors, room_barred, threads


def may_step_in(account_id: str) -> ColumnElement[bool]:
    """Whether this colleague holds the duty key of a thread's agency, and the client has not removed them (T42)."""
    holds = exists().where(
        counsellors.c.account_id == account_id,
        counsellors.c.agency_id == threads.c.agency_id,
        counsellors.c.duty,
        counsellors.c.left_at.is_(None),
    )
    barred = exists().where(room_barred.c.room == threads.c.room, room_barred.c.account_id == account_id)
    return holds & ~barred
