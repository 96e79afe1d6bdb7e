"""Whether a client has agreed and does not any more: a condition of several stores."""

from sqlalchemy import Column, ColumnElement, exists

from chatserver.tables import consents


def is_withdrawn(client: Column[str]) -> ColumnElement[bool]:
    """Whoever has agreed to words that have changed since may go on with what they have begun."""
    theirs = consents.c.account_id == client
    withdrawn = exists().where(theirs, consents.c.withdrawn_at.is_not(None))
    return withdrawn & ~exists().where(theirs, consents.c.withdrawn_at.is_(None))
