"""promises are counted"""

from collections import Counter
from datetime import timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

# What was sealed before anybody counted, as far as its threads are still there.
SEALED = """
    SELECT t.agency_id, a.zone, t.topic, e.kind, e.at, c.waiting_since, c.due_at, c.stopped_because, c.breached_at,
        c.opened_after_position = 1 AS first,
        EXISTS (SELECT 1 FROM live_chats l WHERE l.room = c.room AND l.began_at <= c.waiting_since
            AND (l.ended_at IS NULL OR l.ended_at >= c.stopped_at)) AS live
    FROM clock_events e JOIN clocks c ON c.id = e.clock_id JOIN threads t ON t.room = c.room
        JOIN agencies a ON a.id = t.agency_id
    WHERE e.sealed_as IS NOT NULL
"""


def upgrade() -> None:
    op.create_table('tallies',
    sa.Column('agency_id', sa.String(length=32), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('what', sa.String(length=24), nullable=False),
    sa.Column('minutes', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_tallies_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'month', 'topic', 'what', 'minutes', name=op.f('pk_tallies'))
    )
    db = op.get_bind()
    times = {name: UtcDateTime() for name in ('at', 'waiting_since', 'due_at', 'breached_at')}
    sealed = sa.text(SEALED).columns(first=sa.Boolean(), live=sa.Boolean(), **times)
    found = Counter(one for row in db.execute(sealed) for one in counts(row))
    names = ('agency_id', 'month', 'topic', 'what', 'minutes')
    rows = [{**dict(zip(names, one)), 'count': count} for one, count in found.items()]
    if rows:
        db.execute(sa.insert(sa.table('tallies', *(sa.column(name) for name in (*names, 'count')))), rows)


def counts(row: sa.Row[Any]) -> list[tuple[str, str, str, str, int]]:
    month = row.at.astimezone(ZoneInfo(row.zone)).strftime('%Y-%m')
    late = row.breached_at is not None or row.at > row.due_at
    what = []
    if row.kind == 'opened' and row.first:
        what = [('first', 0)]
    elif row.kind == 'breached':
        what = [('broken', 0)]
    elif row.kind == 'stopped':
        what = [('broken', 0)] if late and row.breached_at is None else []
        if row.stopped_because != 'answered':
            what.append(('withdrawn', 0))
        elif row.live:
            what.append(('live', 0))
        else:
            what.append(('late' if late else 'kept', minutes(row.at - row.waiting_since)))
    elif row.kind != 'opened':
        what = [(row.kind, 0)]
    return [(row.agency_id, month, row.topic, *one) for one in what]


def minutes(took: timedelta) -> int:
    step = 5 if took <= timedelta(hours=12) else 15 if took <= timedelta(hours=72) else 60
    return ceil(took / timedelta(minutes=step)) * step


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
