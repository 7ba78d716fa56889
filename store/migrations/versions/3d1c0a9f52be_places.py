"""places"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "3d1c0a9f52be"
down_revision = "8c41d2b7e6f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "place",
        sa.Column("id", text(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("themes", text(), nullable=False),
        sa.Column("address", text(), nullable=False),
        sa.Column("commune", text(), nullable=False),
        sa.Column("postcode", text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("phone", text(), nullable=True),
        sa.Column("url", text(), nullable=True),
        sa.Column("hours", text(), nullable=True),
        sa.Column("languages", text(), nullable=False),
        sa.Column("cost", text(), nullable=True),
        sa.Column("reviewed", text(), nullable=True),
        sa.Column("batch", text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("place")
