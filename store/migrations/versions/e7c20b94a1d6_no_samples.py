"""PostgreSQL keeps no samples of what is sealed: they would outlive an erasure"""

from alembic import op

revision = "e7c20b94a1d6"
down_revision = "d4a90b6e1c73"
branch_labels = None
depends_on = None

SEALED = ("sign_in", "interview", "address", "heard", "outbox", "plan", "revision", "second_line")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in SEALED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN sealed SET STATISTICS 0")
        # The same type again rewrites nothing, and drops the samples there are.
        op.execute(f"ALTER TABLE {table} ALTER COLUMN sealed TYPE bytea")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in SEALED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN sealed SET STATISTICS -1")
