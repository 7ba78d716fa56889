"""second-line tests"""

import sqlalchemy as sa
from alembic import op

revision = "8c41d2b7e6f0"
down_revision = "3b1c9d5e7a24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("brief_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("room", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["practitioner.id"]),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("second_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_line_brief_id"), ["brief_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("second_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_line_brief_id"))
    op.drop_table("second_line")
