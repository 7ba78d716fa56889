"""Proof: when a session's owner last gave a password or a second factor

Revision ID: d91b3e7f0a26
Revises: c4e81a6d52f7
"""

import sqlalchemy as sa
from alembic import op

revision = "d91b3e7f0a26"
down_revision = "c4e81a6d52f7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sign_in", sa.Column("proved_at", sa.BigInteger(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("sign_in", "proved_at")
