"""returns"""

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime
revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('returns',
    sa.Column('room', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('first_until', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_returns_account_id')),
    sa.ForeignKeyConstraint(['room'], ['threads.room'], name=op.f('fk_returns_room')),
    sa.PrimaryKeyConstraint('room', name=op.f('pk_returns'))
    )


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
