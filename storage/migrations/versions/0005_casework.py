"""Casework: logged calls and visits, promises, decisions, passports, and who is signed in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import triggers

revision = "0005_casework"
down_revision = "0004_moments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _doors()
    _casework()
    _columns()
    triggers.take_off(op.get_bind())
    triggers.put_on(op.get_bind())


def _doors() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_proof", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_staff_id"), "sign_in", ["staff_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["person.id"], name=op.f("fk_staff_session_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)


def _casework() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "passport",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_passport_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passport")),
    )
    op.create_index(op.f("ix_passport_case_id"), "passport", ["case_id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_promise_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_promise_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_case_id"), "promise", ["case_id"], unique=False)
    op.create_index(
        "ix_promise_open",
        "promise",
        ["staff_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    _beside_contacts_and_tasks()


def _beside_contacts_and_tasks() -> None:
    op.create_table(
        "contact_detail",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("travel_minutes", sa.Integer(), nullable=True),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("child_present", sa.String(length=3), nullable=False),
        sa.Column("child_seen", sa.String(length=3), nullable=False),
        sa.Column("child_seen_alone", sa.String(length=3), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_detail_contact_id")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_detail")),
    )
    op.create_table(
        "task_closing",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_in", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_closing_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task_closing")),
    )
    op.create_table(
        "task_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_step_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_step")),
    )
    op.create_index(op.f("ix_task_step_task_id"), "task_step", ["task_id"], unique=False)


def _columns() -> None:
    # Columns are added one by one: a table that is rebuilt would lose its triggers.
    op.add_column("school", sa.Column("safeguarding_name", sa.LargeBinary(), nullable=True))
    op.add_column("school", sa.Column("safeguarding_phone", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("school", "safeguarding_phone")
    op.drop_column("school", "safeguarding_name")
    op.drop_index(op.f("ix_task_step_task_id"), table_name="task_step")
    op.drop_table("task_step")
    op.drop_table("task_closing")
    op.drop_table("contact_detail")
    op.drop_index(
        "ix_promise_open",
        table_name="promise",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(op.f("ix_promise_case_id"), table_name="promise")
    op.drop_table("promise")
    op.drop_index(op.f("ix_passport_case_id"), table_name="passport")
    op.drop_table("passport")
    op.drop_index(op.f("ix_decision_case_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_sign_in_staff_id"), table_name="sign_in")
    op.drop_table("sign_in")
