"""neighbours"""

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime
revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('help_wishes',
    sa.Column('room', sa.String(length=32), nullable=False),
    sa.Column('wished_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['room'], ['threads.room'], name=op.f('fk_help_wishes_room')),
    sa.PrimaryKeyConstraint('room', name=op.f('pk_help_wishes'))
    )
    op.create_table('help_calls',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('clock_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.String(length=32), nullable=False),
    sa.Column('called_at', UtcDateTime(), nullable=False),
    sa.Column('ready_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_help_calls_agency_id')),
    sa.ForeignKeyConstraint(['clock_id'], ['clocks.id'], name=op.f('fk_help_calls_clock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_calls')),
    sa.UniqueConstraint('clock_id', 'agency_id', name=op.f('uq_help_calls_clock_id_agency_id'))
    )
    with op.batch_alter_table('help_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_help_calls_agency_id'), ['agency_id'], unique=False)


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
