"""Moments: "send now" ends, and what is asked every minute is found by an index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_moments"
down_revision = "0003_delivery"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = sa.text("channel = 'sms' AND status = 'sent'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("overridden_at", MOMENT, nullable=True))
    # Whoever said "send now" said it when the message was last put forward.
    op.execute(
        "UPDATE outbox SET overridden_at = due_at "
        "WHERE overridden AND status = 'waiting' AND attempts = 0"
    )
    op.drop_column("outbox", "overridden")
    op.create_index(
        "ix_outbox_text_sent", "outbox", ["sent_at"], sqlite_where=TEXTS, postgresql_where=TEXTS
    )
    op.create_index("ix_delivery_event_external_id", "delivery_event", ["external_id"])
    op.drop_index("ix_contact_case_case_id", table_name="contact_case")
    op.create_index("ix_contact_case_case", "contact_case", ["case_id", "contact_id"])
    op.create_index("ix_task_outbox_id", "task", ["outbox_id"])
    op.create_index("ix_received_at", "received", ["at"])


def downgrade() -> None:
    op.drop_index("ix_task_outbox_id", table_name="task")
    op.drop_index("ix_contact_case_case", table_name="contact_case")
    op.create_index("ix_contact_case_case_id", "contact_case", ["case_id"])
    op.drop_index("ix_received_at", table_name="received")
    op.drop_index("ix_delivery_event_external_id", table_name="delivery_event")
    op.drop_index("ix_outbox_text_sent", table_name="outbox")
    op.add_column(
        "outbox", sa.Column("overridden", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE outbox SET overridden = (overridden_at IS NOT NULL)")
    op.drop_column("outbox", "overridden_at")
