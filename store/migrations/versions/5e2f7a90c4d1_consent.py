"""Consent: whom an invitation is from, contested readings

Revision ID: 5e2f7a90c4d1
Revises: 3d1c0a9f52be
"""

import sqlalchemy as sa
from alembic import op

revision = "5e2f7a90c4d1"
down_revision = "3d1c0a9f52be"
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


def downgrade() -> None:
    op.drop_index("ix_contest_brief_id", table_name="contest")
    op.drop_table("contest")
    op.drop_column("access", "chosen")
    op.drop_column("campaign", "practitioner_id")
