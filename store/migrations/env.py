"""Alembic's environment: migrations run on the connection they are given."""

from alembic import context
from sqlmodel import SQLModel

from store import tables  # noqa: F401  fills the metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True,
    compare_type=True,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
