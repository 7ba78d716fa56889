"""accounts: organisations, sessions, second factors, passkeys, admissions"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "a7c4e1f02b96"
down_revision = "5d0e7f3a9b12"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("centre", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="centre"))
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("factor_salt", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("factor_step", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.create_unique_constraint("uq_practitioner_subject", ["subject"])
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("seen_at", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("stage", sa.String(), nullable=False, server_default="in"))
        batch_op.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
    _owned(
        "admission",
        sa.Column("hash", sa.LargeBinary(), nullable=False, primary_key=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    _owned("recovery_code", sa.Column("hash", sa.LargeBinary(), nullable=False, primary_key=True))
    _owned(
        "passkey",
        sa.Column("id", sa.LargeBinary(), nullable=False, primary_key=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "once",
        sa.Column("hash", sa.LargeBinary(), nullable=False, primary_key=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )


def _owned(name: str, *columns: sa.Column[Any]) -> None:
    """A table whose rows go with their account."""
    op.create_table(
        name,
        *columns,
        sa.Column("practitioner_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioner.id"], ondelete="CASCADE"),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f(f"ix_{name}_practitioner_id"), ["practitioner_id"], unique=False
        )


def downgrade() -> None:
    for name in ("once", "passkey", "recovery_code", "admission"):
        op.drop_table(name)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        for column in ("sealed", "browser", "stage", "seen_at"):
            batch_op.drop_column(column)
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.drop_constraint("uq_practitioner_subject", type_="unique")
        for column in ("factor_step", "factor_salt", "subject", "until"):
            batch_op.drop_column(column)
    with op.batch_alter_table("centre", schema=None) as batch_op:
        batch_op.drop_column("kind")
