"""signing in elsewhere"""

import sqlalchemy as sa
from alembic import op
from booking.times import UtcDateTime
revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('provider_journeys',
    sa.Column('state_hash', sa.LargeBinary(), nullable=False),
    sa.Column('browser_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=True),
    sa.Column('session_id', sa.String(length=32), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_provider_journeys_account_id')),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_provider_journeys'))
    )
    with op.batch_alter_table('provider_journeys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_provider_journeys_expires_at'), ['expires_at'], unique=False)

    op.create_table('provider_links',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('linked_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_provider_links_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_links')),
    sa.UniqueConstraint('account_id', name=op.f('uq_provider_links_account_id')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_provider_links_issuer_subject'))
    )


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
