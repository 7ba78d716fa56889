"""Resuming: the code that goes on with an interview on another phone

Revision ID: c4e81a6d52f7
Revises: b7d2f4a91c30
"""

import sqlalchemy as sa
from alembic import op

revision = "c4e81a6d52f7"
down_revision = "b7d2f4a91c30"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resume",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("interview_id", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_resume_interview_id", "resume", ["interview_id"])


def downgrade() -> None:
    op.drop_index("ix_resume_interview_id", table_name="resume")
    op.drop_table("resume")
