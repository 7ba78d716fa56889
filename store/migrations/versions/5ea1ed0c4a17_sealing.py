"""data keys elsewhere, a chained audit"""

import sqlalchemy as sa
from alembic import op

revision = "5ea1ed0c4a17"
down_revision = "5e2f7a90c4d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM data_key LIMIT 1")).first():
        # `store.opening.bring_up` moves them to the vault first.
        raise OSError("data keys still lie with the answers: `python -m app migrate` moves them")
    op.drop_table("data_key")
    op.create_table(
        "paired",
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("hash", sa.LargeBinary(), nullable=True))
        batch_op.create_unique_constraint("uq_audit_number", ["number"])
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active_at", sa.BigInteger(), nullable=True))
    heads = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.bulk_insert(heads, [{"id": 1, "number": 0, "hash": b""}])
    op.create_table(
        "audit_checkpoint",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("audit_checkpoint")
    op.drop_table("audit_head")
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.drop_column("active_at")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint("uq_audit_number", type_="unique")
        batch_op.drop_column("hash")
        batch_op.drop_column("number")
    op.drop_table("paired")
    op.create_table(
        "data_key",
        sa.Column("interview_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("interview_id"),
    )
