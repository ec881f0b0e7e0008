"""Delivery: a message names its channel and its provider; a channel may be paused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_delivery"
down_revision = "0002_two_bots"
branch_labels = None
depends_on = None

WAITS = "status IN ('waiting', 'held', 'sending')"
ASKED = "(status = 'uncertain' AND lease_until IS NOT NULL)"
OPEN = f"({WAITS} OR {ASKED})"
LEASED = f"(status = 'sending' OR {ASKED})"
MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(length=20)


def upgrade() -> None:
    # Columns are added one by one: a table that is rebuilt would lose its triggers.
    for name in ("channel", "provider"):
        op.add_column("outbox", sa.Column(name, NAME, nullable=False, server_default=""))
    op.execute(
        "UPDATE outbox SET channel = "
        "(SELECT address.channel FROM address WHERE address.id = outbox.address_id)"
    )
    # Until now an uncertain message had been left to a person: no look-up is to come.
    op.execute("UPDATE outbox SET lease_until = NULL WHERE status = 'uncertain'")
    op.add_column("channel_pace", sa.Column("paused_until", MOMENT, nullable=True))
    op.add_column(
        "channel_pace",
        sa.Column("trouble", sa.String(length=120), nullable=False, server_default=""),
    )
    _index("ix_outbox_due", ["channel", "due_at", "id"], OPEN)
    _index("ix_outbox_address_open", ["address_id", "id"], OPEN)
    op.create_index("ix_outbox_address_intent", "outbox", ["address_id", "intent_at"])
    op.create_index(
        "ix_outbox_lease",
        "outbox",
        ["lease_until"],
        sqlite_where=sa.text(LEASED),
        postgresql_where=sa.text(LEASED),
    )


def _index(name: str, columns: list[str], where: str) -> None:
    """Make an index over the open messages anew."""
    op.drop_index(name, table_name="outbox")
    op.create_index(
        name, "outbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_lease", table_name="outbox")
    op.drop_index("ix_outbox_address_intent", table_name="outbox")
    _index("ix_outbox_due", ["due_at"], WAITS)
    _index("ix_outbox_address_open", ["address_id", "id"], WAITS)
    for table, column in (
        ("channel_pace", "trouble"),
        ("channel_pace", "paused_until"),
        ("outbox", "provider"),
        ("outbox", "channel"),
    ):
        op.drop_column(table, column)
