"""What the database itself refuses: changing or deleting what was said, told or audited.

Named here once for both engines. Migrations put them on; a test lists them after every step,
because a table rebuilt by Alembic's batch mode loses its triggers without a word.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, inspect, text

CONTACT_KEEPS = (
    "id", "occurred_at", "recorded_at", "person_id", "address_id", "direction", "mode", "done_by",
    "recorded_by", "purpose", "attempt_result", "language", "sensitivity", "out_of_hours",
    "answering", "source", "outbox_id", "amends", "words_proof",
)  # fmt: skip
CONTACT_CASE_KEEPS = ("id", "contact_id", "case_id")
NEVER_CHANGE = (
    "audit",
    "delivery_event",
    "contact_detail",
    "task_step",
    "contact_copy",
    "outing_step",
)
NEVER_DELETE = (
    *("contact", "contact_case", *NEVER_CHANGE),
    *("decision", "task_closing", "case_status", "referral", "session_mark"),
    *("attendance_hold", "plan_step", "approval", "holiday_duty"),
    *("visit", "visit_version", "visit_outcome", "outing"),
)
# SQLite has no exclusion constraint; what PostgreSQL calls one is in the migration that made it.
TAKEN_TWICE = """NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM taken_time t
 WHERE t.person_id = NEW.person_id AND t.id IS NOT NEW.id AND t.ended_at IS NULL
 AND t.from_at < NEW.to_at AND NEW.from_at < t.to_at)"""
ERASURE = ("erased_at", "erased_by", "erased_reason")

HELD = """EXISTS (SELECT 1 FROM contact_case cc JOIN cases c ON c.id = cc.case_id
 WHERE cc.contact_id = OLD.id AND c.legal_hold)"""
ERASES = "(NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL)"
# Words may be encrypted anew, or go together with who erased them, when and why. Nothing else.
BAD_WORDS = f"""
 (OLD.words IS NULL AND NEW.words IS NOT NULL)
 OR (NEW.words IS NULL AND NEW.words_salt IS NOT NULL)
 OR (OLD.words IS NOT NULL AND NEW.words IS NULL AND (NOT {ERASES} OR NEW.erased_by IS NULL
     OR COALESCE(NEW.erased_reason, '') = '' OR {HELD}))
 OR ((OLD.words IS NULL OR NEW.words IS NOT NULL) AND ({{erasure}}))
"""


def names(dialect: str, tables: Collection[str] | None = None) -> tuple[str, ...]:
    """List the triggers that must be there, in alphabetical order; of these tables, if named."""
    made = _sqlite() if dialect == "sqlite" else _postgres()
    return tuple(sorted(name for name in made if tables is None or table_of(name) in tables))


def table_of(name: str) -> str:
    """Name the table a trigger guards."""
    return name.removeprefix("keep_").rsplit("_", 1)[0]


def put_on(connection: Connection) -> None:
    """Create the triggers of every table that is there: an early migration has not made all."""
    sqlite = connection.dialect.name == "sqlite"
    there = set(inspect(connection).get_table_names())
    for statement in () if sqlite else _postgres_functions():
        connection.execute(text(statement))
    for name, statement in (_sqlite() if sqlite else _postgres()).items():
        if table_of(name) in there:
            connection.execute(text(statement))


def take_off(connection: Connection) -> None:
    """Drop every trigger."""
    if connection.dialect.name == "sqlite":
        for name in _sqlite():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    there = set(inspect(connection).get_table_names())
    for name in _postgres():
        if table_of(name) in there:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table_of(name)}"))
    for function in ("keyworker_refuse", "keyworker_contact", "keyworker_contact_case"):
        connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))


def present(connection: Connection) -> tuple[str, ...]:
    """List the triggers the database really has."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return tuple(sorted(connection.execute(text(query)).scalars()))


def _differ(columns: tuple[str, ...], *, sqlite: bool) -> str:
    test = "NEW.{0} IS NOT OLD.{0}" if sqlite else "NEW.{0} IS DISTINCT FROM OLD.{0}"
    return " OR ".join(test.format(column) for column in columns)


def _contact(*, sqlite: bool) -> str:
    bad_words = BAD_WORDS.format(erasure=_differ(ERASURE, sqlite=sqlite))
    return f"{_differ(CONTACT_KEEPS, sqlite=sqlite)} OR {bad_words}"


def _sqlite() -> dict[str, str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'this record is append-only'); END"
    made = {
        f"keep_{table}_delete": (
            f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON {table} {refuse}"
        )
        for table in NEVER_DELETE
    }
    for table in NEVER_CHANGE:
        made[f"keep_{table}_update"] = (
            f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE ON {table} {refuse}"
        )
    contact = _contact(sqlite=True)
    case = _differ(CONTACT_CASE_KEEPS, sqlite=True)
    made["keep_contact_update"] = (
        f"CREATE TRIGGER keep_contact_update BEFORE UPDATE ON contact WHEN {contact} {refuse}"
    )
    made["keep_contact_case_update"] = (
        "CREATE TRIGGER keep_contact_case_update BEFORE UPDATE ON contact_case "
        f"WHEN {case} {refuse}"
    )
    taken = "BEGIN SELECT RAISE(ABORT, 'somebody is taken at that time'); END"
    for when in ("insert", "update"):
        name = f"keep_taken_time_{when}"
        made[name] = f"CREATE TRIGGER {name} BEFORE {when} ON taken_time WHEN {TAKEN_TWICE} {taken}"
    return made


def _postgres_functions() -> tuple[str, ...]:
    raised = "RAISE EXCEPTION 'this record is append-only';"
    head = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    contact = _contact(sqlite=False)
    case = _differ(CONTACT_CASE_KEEPS, sqlite=False)
    guard = "IF {test} THEN {raised} END IF; RETURN NEW; END $$"
    return (
        f"CREATE FUNCTION keyworker_refuse() {head} {raised} END $$",
        f"CREATE FUNCTION keyworker_contact() {head} {guard.format(test=contact, raised=raised)}",
        f"CREATE FUNCTION keyworker_contact_case() {head} {guard.format(test=case, raised=raised)}",
    )


def _postgres() -> dict[str, str]:
    made = {}
    for table in NEVER_DELETE:
        made[f"keep_{table}_delete"] = (
            f"CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keyworker_refuse()"
        )
        made[f"keep_{table}_truncate"] = (
            f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keyworker_refuse()"
        )
    for table in NEVER_CHANGE:
        made[f"keep_{table}_update"] = (
            f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keyworker_refuse()"
        )
    for table in ("contact", "contact_case"):
        made[f"keep_{table}_update"] = (
            f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keyworker_{table}()"
        )
    return made
