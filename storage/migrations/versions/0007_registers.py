"""Registers: rolls, former UPNs, imports, marks, placements and expected sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import triggers

revision = "0007_registers"
down_revision = "0006_referrals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _pupils()
    _times()
    _marks()
    triggers.take_off(op.get_bind())
    triggers.put_on(op.get_bind())


def _pupils() -> None:
    op.create_table(
        "on_roll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_on_roll_case_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_on_roll_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_roll")),
    )
    op.create_index(op.f("ix_on_roll_case_id"), "on_roll", ["case_id"], unique=False)
    op.create_index(op.f("ix_on_roll_school_id"), "on_roll", ["school_id"], unique=False)
    op.create_table(
        "former_upn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("upn", sa.LargeBinary(), nullable=False),
        sa.Column("upn_index", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_former_upn_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_upn")),
        sa.UniqueConstraint("upn_index", name=op.f("uq_former_upn_upn_index")),
    )
    op.create_index(op.f("ix_former_upn_case_id"), "former_upn", ["case_id"], unique=False)


def _times() -> None:
    op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("excluded_on", sa.Date(), nullable=True),
        sa.Column("prior_tenths", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_placement_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_case_id"), "placement", ["case_id"], unique=False)
    op.create_table(
        "expected_pattern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_expected_pattern_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_pattern")),
    )
    op.create_index(
        op.f("ix_expected_pattern_case_id"), "expected_pattern", ["case_id"], unique=False
    )


def _marks() -> None:
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    op.create_index(op.f("ix_register_import_at"), "register_import", ["at"], unique=False)
    op.create_index(op.f("ix_register_import_digest"), "register_import", ["digest"], unique=False)
    op.create_table(
        "session_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_session_mark_case_id")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["register_import.id"], name=op.f("fk_session_mark_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["register_import.id"], name=op.f("fk_session_mark_replaced_by")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_session_mark_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_mark")),
    )
    op.create_index("ix_session_mark_day", "session_mark", ["day", "case_id"], unique=False)
    op.create_index(op.f("ix_session_mark_import_id"), "session_mark", ["import_id"], unique=False)
    op.create_index(
        "uq_session_mark_now",
        "session_mark",
        ["case_id", "day", "half", "school_id"],
        unique=True,
        sqlite_where=sa.text("replaced_by IS NULL"),
        postgresql_where=sa.text("replaced_by IS NULL"),
    )
    op.create_table(
        "mark_settled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_mark_settled_case_id")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_mark_settled_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_settled")),
        sa.UniqueConstraint(
            "case_id", "day", "half", name=op.f("uq_mark_settled_case_id_day_half")
        ),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_presence_case_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_presence_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_day", "presence", ["day", "school_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_presence_day", table_name="presence")
    op.drop_table("presence")
    op.drop_index(
        "uq_session_mark_now",
        table_name="session_mark",
        sqlite_where=sa.text("replaced_by IS NULL"),
        postgresql_where=sa.text("replaced_by IS NULL"),
    )
    op.drop_index(op.f("ix_session_mark_import_id"), table_name="session_mark")
    op.drop_index("ix_session_mark_day", table_name="session_mark")
    op.drop_table("session_mark")
    op.drop_index(op.f("ix_placement_case_id"), table_name="placement")
    op.drop_table("placement")
    op.drop_index(op.f("ix_on_roll_school_id"), table_name="on_roll")
    op.drop_index(op.f("ix_on_roll_case_id"), table_name="on_roll")
    op.drop_table("on_roll")
    op.drop_table("mark_settled")
    op.drop_index(op.f("ix_former_upn_case_id"), table_name="former_upn")
    op.drop_table("former_upn")
    op.drop_index(op.f("ix_expected_pattern_case_id"), table_name="expected_pattern")
    op.drop_table("expected_pattern")
    op.drop_index(op.f("ix_register_import_digest"), table_name="register_import")
    op.drop_index(op.f("ix_register_import_at"), table_name="register_import")
    op.drop_table("register_import")
