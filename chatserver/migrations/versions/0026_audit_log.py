"""audit log"""

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime
from chatserver.append_only import make_append_only
revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('agency_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by_id', sa.String(length=32), nullable=False),
    sa.Column('act', sa.String(length=24), nullable=False),
    sa.Column('about_id', sa.String(length=32), nullable=False),
    sa.Column('link', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_audit_entries_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'number', name=op.f('pk_audit_entries'))
    )
    make_append_only(None, op.get_bind())


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
