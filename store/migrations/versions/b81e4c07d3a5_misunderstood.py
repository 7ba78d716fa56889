"""questions not understood, counted"""

import sqlalchemy as sa
from alembic import op

revision = "b81e4c07d3a5"
down_revision = "5ea1ed0c4a17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "misunderstood",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "question", "language"),
    )


def downgrade() -> None:
    op.drop_table("misunderstood")
