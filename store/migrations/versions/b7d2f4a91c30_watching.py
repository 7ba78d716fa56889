"""Watching: who reads a centre's urgent briefs, and when

Centres there are receive nothing until theirs is named.

Revision ID: b7d2f4a91c30
Revises: b81e4c07d3a5
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d2f4a91c30"
down_revision = "b81e4c07d3a5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("watcher", "watch_hours"):
        op.add_column("centre", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("watcher", "watch_hours"):
        op.drop_column("centre", name)
