"""promises have salts"""

from secrets import token_bytes

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('clocks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('salt', sa.LargeBinary(), nullable=True))
    db = op.get_bind()
    clocks = sa.table('clocks', sa.column('id', sa.Integer), sa.column('salt', sa.LargeBinary))
    # Each its own: who knows one must not be able to name the events of another.
    rows = [{'which': one, 'new': token_bytes(32)} for one in db.execute(sa.select(clocks.c.id)).scalars()]
    if rows:
        db.execute(sa.update(clocks).where(clocks.c.id == sa.bindparam('which')).values(salt=sa.bindparam('new')), rows)
    with op.batch_alter_table('clocks', schema=None) as batch_op:
        batch_op.alter_column('salt', existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    """There is no way back but a backup: a step may have dropped what an older release needs."""
    raise NotImplementedError
