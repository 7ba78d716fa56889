"""messages to take back are found without looking through all"""

from alembic import op

revision = "d4a90b6e1c73"
down_revision = "d91b3e7f0a26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_trace_due", "trace", ["due"])


def downgrade() -> None:
    op.drop_index("ix_trace_due", "trace")
