"""Indexes of what has not left yet only: what has left is never looked for

Revision ID: f3b8d2c6a915
Revises: e7c20b94a1d6
"""

import sqlalchemy as sa
from alembic import op

revision = "f3b8d2c6a915"
down_revision = "e7c20b94a1d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unsent = sa.text("status IN ('waiting', 'leaving')")
    op.drop_index("ix_outbox_line", "outbox")
    op.drop_index("ix_outbox_status", "outbox")
    for name, columns in (
        ("ix_outbox_line", ["address_hash", "id"]),
        ("ix_outbox_due", ["channel", "due_at"]),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=unsent, postgresql_where=unsent)


def downgrade() -> None:
    op.drop_index("ix_outbox_due", "outbox")
    op.drop_index("ix_outbox_line", "outbox")
    op.create_index("ix_outbox_status", "outbox", ["status"])
    op.create_index("ix_outbox_line", "outbox", ["address_hash", "status", "id"])
