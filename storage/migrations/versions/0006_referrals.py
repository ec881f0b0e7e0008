"""Referrals, how a case stands, restricted cases, meetings, introductions, what was copied"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import triggers

revision = "0006_referrals"
down_revision = "0005_casework"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _referrals()
    _around_cases()
    _columns()
    triggers.take_off(op.get_bind())
    triggers.put_on(op.get_bind())


def _referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("referrer", sa.LargeBinary(), nullable=False),
        sa.Column("child", sa.LargeBinary(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("school", sa.String(length=120), nullable=False),
        sa.Column("adult", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("reads", sa.String(length=20), nullable=False),
        sa.Column("eligibility", sa.String(length=20), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("triaged_by", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], name=op.f("fk_referral_address_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referral_case_id")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_referral_contact_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("ref", name=op.f("uq_referral_ref")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(
        "ix_referral_open",
        "referral",
        ["received_on"],
        unique=False,
        sqlite_where=sa.text("status IN ('new', 'waiting')"),
        postgresql_where=sa.text("status IN ('new', 'waiting')"),
    )


def _around_cases() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("attendees", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_table(
        "case_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_access_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_case_access_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_access")),
    )
    op.create_index(op.f("ix_case_access_case_id"), "case_access", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_access_staff_id"), "case_access", ["staff_id"], unique=False)
    op.create_table(
        "case_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_status_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_status")),
    )
    op.create_index(op.f("ix_case_status_case_id"), "case_status", ["case_id"], unique=False)
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=80), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_introduction_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
    )
    op.create_index(op.f("ix_introduction_case_id"), "introduction", ["case_id"], unique=False)
    op.create_table(
        "contact_copy",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_copy_contact_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_contact_copy_staff_id")),
        sa.PrimaryKeyConstraint("contact_id", "staff_id", name=op.f("pk_contact_copy")),
    )


def _columns() -> None:
    # Columns are added one by one: a table that is rebuilt would lose its triggers.
    op.add_column(
        "cases",
        sa.Column("style", sa.String(length=12), server_default=sa.text("'team'"), nullable=False),
    )
    op.add_column(
        "cases",
        sa.Column("restricted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "cases",
        sa.Column("cadence", sa.String(length=12), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("cases", sa.Column("returned_on", sa.Date(), nullable=True))
    op.add_column("decision", sa.Column("meeting_id", sa.Integer(), nullable=True))
    op.add_column(
        "decision",
        sa.Column("decided_by", sa.String(length=20), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("decision", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decision", sa.Column("done_by", sa.String(length=40), nullable=True))
    op.add_column(
        "case_contact", sa.Column("rules_set_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("restriction", sa.Column("because_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("restriction", "because_id")
    op.drop_column("case_contact", "rules_set_at")
    op.drop_column("decision", "done_by")
    op.drop_column("decision", "done_at")
    op.drop_column("decision", "decided_by")
    op.drop_column("decision", "meeting_id")
    op.drop_column("cases", "returned_on")
    op.drop_column("cases", "cadence")
    op.drop_column("cases", "restricted")
    op.drop_column("cases", "style")
    op.drop_index(
        "ix_referral_open",
        table_name="referral",
        sqlite_where=sa.text("status IN ('new', 'waiting')"),
        postgresql_where=sa.text("status IN ('new', 'waiting')"),
    )
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_table("contact_copy")
    op.drop_index(op.f("ix_introduction_case_id"), table_name="introduction")
    op.drop_table("introduction")
    op.drop_index(op.f("ix_case_status_case_id"), table_name="case_status")
    op.drop_table("case_status")
    op.drop_index(op.f("ix_case_access_staff_id"), table_name="case_access")
    op.drop_index(op.f("ix_case_access_case_id"), table_name="case_access")
    op.drop_table("case_access")
    op.drop_table("meeting")
