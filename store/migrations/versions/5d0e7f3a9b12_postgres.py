"""dead letters say why, reminders"""

import sqlalchemy as sa
from alembic import op

revision = "5d0e7f3a9b12"
down_revision = "3d1c0a9f52be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("error", sa.String(), nullable=True))
        batch_op.create_index("ix_outbox_line", ["address_hash", "status", "id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("interview_id", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id"),
    )


def downgrade() -> None:
    op.drop_table("reminder")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_line")
        batch_op.drop_column("error")
