"""Two bots: links, invitations, knocks, and the pace of a channel"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_two_bots"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEW_COLUMNS = {
    "address": (
        ("opted_in_at", MOMENT),
        ("notice", sa.String(length=20)),
        ("left_at", MOMENT),
        ("next_at", MOMENT),
    ),
    "outbox": (("qr", sa.LargeBinary()), ("behind", sa.LargeBinary())),
}


def upgrade() -> None:
    # Columns are added one by one: a table that is rebuilt would lose its triggers.
    for table, columns in NEW_COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    _link()
    _invite()
    _knock()
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
    )


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("code_proof", sa.String(length=64), nullable=True),
        sa.Column("code_until", MOMENT, nullable=True),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_link_address_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_hash")),
    )
    op.create_index(op.f("ix_link_person_id"), "link", ["person_id"], unique=False)
    op.create_index(op.f("ix_link_address_id"), "link", ["address_id"], unique=False)


def _invite() -> None:
    op.create_table(
        "invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_proof", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_invite_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code_proof", name=op.f("uq_invite_code_proof")),
    )
    op.create_index(op.f("ix_invite_staff_id"), "invite", ["staff_id"], unique=False)


def _knock() -> None:
    op.create_table(
        "knock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_knock_address_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knock")),
    )
    op.create_index("ix_knock_address_kind_at", "knock", ["address_id", "kind", "at"])


def downgrade() -> None:
    for table in ("channel_pace", "knock", "invite", "link"):
        op.drop_table(table)
    for table, columns in reversed(NEW_COLUMNS.items()):
        for name, _kind in reversed(columns):
            op.drop_column(table, name)
