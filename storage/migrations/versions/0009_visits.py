"""Visits and appointments, whose time they take, who is out, and calendars"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import triggers

revision = "0009_visits"
down_revision = "0008_attending"
branch_labels = None
depends_on = None

# A range of one person and a range of time: both overlap only where one person is taken twice.
# Ranges of their own kind need no extension of PostgreSQL. SQLite has triggers for it.
NOBODY_TWICE = """ALTER TABLE taken_time ADD CONSTRAINT ex_taken_time_person EXCLUDE USING gist
 (int4range(person_id, person_id, '[]') WITH &&, tstzrange(from_at, to_at) WITH &&)
 WHERE (ended_at IS NULL)"""


def upgrade() -> None:
    _visits()
    _outings()
    _calendars()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NOBODY_TWICE)
    triggers.take_off(op.get_bind())
    triggers.put_on(op.get_bind())


def _visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(
        "ix_visit_live",
        "visit",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('offered', 'booked')"),
        postgresql_where=sa.text("state IN ('offered', 'booked')"),
    )
    op.create_table(
        "visit_case",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visit_case_case_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_case_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "case_id", name=op.f("pk_visit_case")),
    )
    op.create_index(op.f("ix_visit_case_case_id"), "visit_case", ["case_id"], unique=False)
    op.create_table(
        "visit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("place_words", sa.LargeBinary(), nullable=False),
        sa.Column("coming", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_version_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_version")),
        sa.UniqueConstraint("visit_id", "version", name=op.f("uq_visit_version_visit_id_version")),
    )
    op.create_index(
        op.f("ix_visit_version_starts_at"), "visit_version", ["starts_at"], unique=False
    )
    op.create_table(
        "taken_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_taken_time_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_taken_time_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_time")),
    )
    op.create_index("ix_taken_time_from", "taken_time", ["from_at"], unique=False)
    op.create_index(
        "ix_taken_time_person",
        "taken_time",
        ["person_id", "from_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_taken_time_visit_id"), "taken_time", ["visit_id"], unique=False)
    op.create_table(
        "visit_outcome",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("missed", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_visit_outcome_contact_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_outcome_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_outcome")),
    )


def _outings() -> None:
    op.create_table(
        "outing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("safe_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sos_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_outing_staff_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_outing_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outing")),
        sa.UniqueConstraint(
            "visit_id", "version", "staff_id", name=op.f("uq_outing_visit_id_version_staff_id")
        ),
    )
    op.create_index(
        "ix_outing_open",
        "outing",
        ["staff_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "outing_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outing_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["outing_id"], ["outing.id"], name=op.f("fk_outing_step_outing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outing_step")),
    )
    op.create_index(op.f("ix_outing_step_outing_id"), "outing_step", ["outing_id"], unique=False)


def _calendars() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_index", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["person.id"], name=op.f("fk_calendar_feed_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_index", name=op.f("uq_calendar_feed_token_index")),
    )
    op.create_index(op.f("ix_calendar_feed_staff_id"), "calendar_feed", ["staff_id"], unique=False)
    op.create_table(
        "visit_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_index", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_link_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_link_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_link")),
        sa.UniqueConstraint("token_index", name=op.f("uq_visit_link_token_index")),
    )
    op.create_index(op.f("ix_visit_link_visit_id"), "visit_link", ["visit_id"], unique=False)
    op.create_table(
        "case_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_label_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_label")),
    )
    op.create_index(op.f("ix_case_label_case_id"), "case_label", ["case_id"], unique=False)
    op.create_table(
        "extra_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_extra_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_shift")),
    )
    op.create_index(op.f("ix_extra_shift_staff_id"), "extra_shift", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_extra_shift_staff_id"), table_name="extra_shift")
    op.drop_table("extra_shift")
    op.drop_index(op.f("ix_case_label_case_id"), table_name="case_label")
    op.drop_table("case_label")
    op.drop_index(op.f("ix_visit_link_visit_id"), table_name="visit_link")
    op.drop_table("visit_link")
    op.drop_index(op.f("ix_calendar_feed_staff_id"), table_name="calendar_feed")
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_outing_step_outing_id"), table_name="outing_step")
    op.drop_table("outing_step")
    op.drop_index(
        "ix_outing_open",
        table_name="outing",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("outing")
    op.drop_table("visit_outcome")
    op.drop_index(op.f("ix_taken_time_visit_id"), table_name="taken_time")
    op.drop_index(
        "ix_taken_time_person",
        table_name="taken_time",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_taken_time_from", table_name="taken_time")
    op.drop_table("taken_time")
    op.drop_index(op.f("ix_visit_version_starts_at"), table_name="visit_version")
    op.drop_table("visit_version")
    op.drop_index(op.f("ix_visit_case_case_id"), table_name="visit_case")
    op.drop_table("visit_case")
    op.drop_index(
        "ix_visit_live",
        table_name="visit",
        sqlite_where=sa.text("state IN ('offered', 'booked')"),
        postgresql_where=sa.text("state IN ('offered', 'booked')"),
    )
    op.drop_table("visit")
