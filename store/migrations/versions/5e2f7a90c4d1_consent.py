"""Consent: whom an invitation is from, contested readings, messages to take back

Revision ID: 5e2f7a90c4d1
Revises: a7c4e1f02b96
"""

import sqlalchemy as sa
from alembic import op

revision = "5e2f7a90c4d1"
down_revision = "a7c4e1f02b96"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("practitioner_id", sa.String(), nullable=True))
    op.add_column(
        "access", sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "contest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reading", sa.BigInteger(), nullable=False),
        sa.Column("brief_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reading"),
    )
    op.create_index("ix_contest_brief_id", "contest", ["brief_id"])
    op.add_column(
        "address", sa.Column("discreet", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "trace",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interview_id", sa.String(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_trace_interview_id", "trace", ["interview_id"])
    op.create_index("ix_trace_address_hash", "trace", ["address_hash"])


def downgrade() -> None:
    op.drop_table("trace")
    op.drop_column("address", "discreet")
    op.drop_index("ix_contest_brief_id", table_name="contest")
    op.drop_table("contest")
    op.drop_column("access", "chosen")
    op.drop_column("campaign", "practitioner_id")
