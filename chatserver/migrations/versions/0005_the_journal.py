"""the journal"""

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('journal_entries',
    sa.Column('agency_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('entry', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_journal_entries_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'number', name=op.f('pk_journal_entries'))
    )
    op.create_table('journal_heads',
    sa.Column('agency_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('link', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', UtcDateTime(), nullable=False),
    sa.Column('head', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_journal_heads_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'number', name=op.f('pk_journal_heads'))
    )
    with op.batch_alter_table('clock_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed_as', sa.BigInteger(), nullable=True))
        batch_op.create_index('unsealed_events', ['clock_id'], unique=False, sqlite_where=sa.text("sealed_as IS NULL AND kind IN ('opened', 'stopped', 'breached')"), postgresql_where=sa.text("sealed_as IS NULL AND kind IN ('opened', 'stopped', 'breached')"))


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
