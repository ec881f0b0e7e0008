"""A second count of attendance, in plain SQL, from the codes as the guidance lists them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from html.parser import HTMLParser
from math import floor
from typing import Any

from sqlalchemy import Connection, bindparam, text

from storage.columns import UtcTime

ATTENDED = "'/','\\','L','K','V','P','W','B'"
AUTHORISED = "'C','C1','C2','M','J1','S','T','R','I','E','H','J'"
UNAUTHORISED = "'G','N','O','U'"
HALF_TERM = date(2026, 10, 26)
MONDAYS = [date(2026, 8, 31) + timedelta(weeks=n) for n in range(14)]  # up to 30 November

# The weeks of the term by their Mondays, with the Sunday each ends on.
TERM = " UNION ALL ".join(
    f"SELECT '{monday}' AS monday, '{monday + timedelta(days=6)}' AS sunday"
    for monday in MONDAYS
    if monday != HALF_TERM
)

# One row a session: two registers are read as one, what they differ about counts nowhere.
SESSIONS = f"""
WITH school_week AS ({TERM}), said AS (
    SELECT m.case_id, CAST(m.day AS text) AS day, m.half, m.code,
        CASE WHEN m.school_id = t.school_id THEN 1 ELSE 0 END AS chosen,
        CASE WHEN m.code IN ({ATTENDED}) THEN 1 ELSE 0 END AS here
    FROM session_mark m LEFT JOIN mark_settled t
      ON t.case_id = m.case_id AND t.day = m.day AND t.half = m.half
    WHERE m.replaced_by IS NULL AND m.code NOT IN ('D', 'Z', '#')
), sessions AS (
    SELECT case_id, day,
        CASE WHEN max(chosen) = 1 THEN max(CASE WHEN chosen = 1 THEN code END)
             WHEN count(DISTINCT code) = 1 THEN min(code)
             WHEN sum(here) = count(*) THEN min(code) END AS code
    FROM said GROUP BY case_id, day, half
), newest AS (
    SELECT p.case_id, CAST(p.starts_on AS text) AS starts_on, p.prior_tenths
    FROM placement p WHERE p.id = (SELECT max(q.id) FROM placement q WHERE q.case_id = p.case_id)
), counted AS (
    SELECT s.case_id, w.monday,
        sum(CASE WHEN s.code IN ({ATTENDED}) THEN 1 ELSE 0 END) AS present,
        sum(CASE WHEN s.code IN ({AUTHORISED}) THEN 1 ELSE 0 END) AS authorised,
        sum(CASE WHEN s.code IN ({UNAUTHORISED}) THEN 1 ELSE 0 END) AS unauthorised
    FROM sessions s JOIN school_week w ON s.day BETWEEN w.monday AND w.sunday
    LEFT JOIN newest p ON p.case_id = s.case_id
    WHERE s.code IS NOT NULL
      AND (:since_start = 0 OR (s.day >= p.starts_on AND s.day <= :today))
    GROUP BY s.case_id, w.monday
)"""
WEEKS = text(f"""{SESSIONS}
SELECT c.ref, w.monday, w.present, w.authorised, w.unauthorised
FROM counted w JOIN cases c ON c.id = w.case_id ORDER BY c.ref, w.monday
""")

# The first six weeks with school in them of everybody who started between two days, a row a week.
STARTERS = text(f"""{SESSIONS}, numbered AS (
    SELECT p.case_id, p.starts_on, p.prior_tenths, w.monday,
        row_number() OVER (PARTITION BY p.case_id ORDER BY w.monday) AS number
    FROM newest p JOIN school_week w ON w.sunday >= p.starts_on AND w.monday <= :today
    WHERE p.starts_on BETWEEN :first AND :last
), tenths AS (
    SELECT n.*, (2000 * k.present + k.present + k.authorised + k.unauthorised)
        / (2 * nullif(k.present + k.authorised + k.unauthorised, 0)) AS share
    FROM numbered n LEFT JOIN counted k ON k.case_id = n.case_id AND k.monday = n.monday
    WHERE n.number <= 6
), starts AS (
    SELECT t.*, coalesce(t.prior_tenths, (
        SELECT u.share FROM tenths u WHERE u.case_id = t.case_id AND u.share IS NOT NULL
        ORDER BY u.number LIMIT 1)) AS start
    FROM tenths t
)
SELECT c.ref, s.number, s.share, s.start, (
    SELECT u.share - s.start FROM tenths u WHERE u.case_id = s.case_id AND u.share IS NOT NULL
    ORDER BY u.number DESC LIMIT 1) AS gained
FROM starts s JOIN cases c ON c.id = s.case_id
WHERE c.status IN ('referred', 'waiting', 'offered', 'engaged', 'reintegrating')
ORDER BY s.starts_on, c.ref, s.number
""")

# The reason of a day is the one with no later one; one that was taken back is none.
REASONS = text("""
SELECT c.ref, r.kind, count(*) AS days
FROM absence_reason r JOIN cases c ON c.id = r.case_id
WHERE r.kind <> 'taken_back' AND CAST(r.day AS text) >= :since AND NOT EXISTS (
    SELECT 1 FROM absence_reason n WHERE n.case_id = r.case_id AND n.day = r.day AND n.id > r.id)
GROUP BY c.ref, r.kind
""")
BARRIERS = text("""
SELECT c.ref, count(*) AS many FROM plan_step s JOIN cases c ON c.id = s.case_id
WHERE s.outcome = 'worked' GROUP BY c.ref
""")

# A message counts once and only if it came about; thanks for an answer are no message of ours.
WRITTEN = text("""
WITH letters AS (
    SELECT DISTINCT l.case_id, o.purpose, 'outbox ' || o.id AS letter
    FROM outbox o JOIN contact k ON k.outbox_id = o.id JOIN contact_case l ON l.contact_id = k.id
    WHERE o.kind IN ('proactive', 'person') AND o.status IN ('sent', 'delivered')
      AND k.occurred_at >= :since AND l.ended_at IS NULL
    UNION ALL
    SELECT l.case_id, k.purpose, 'contact ' || k.id
    FROM contact k JOIN contact_case l ON l.contact_id = k.id
    WHERE k.outbox_id IS NULL AND k.direction = 'outbound' AND k.amends IS NULL
      AND (k.attempt_result IS NULL OR k.attempt_result = 'reached')
      AND k.occurred_at >= :since AND l.ended_at IS NULL
)
SELECT c.ref,
    sum(CASE WHEN w.purpose IN ('praise', 'good_news') THEN 1 ELSE 0 END) AS praise,
    sum(CASE WHEN w.purpose LIKE 'absence%' OR w.purpose = 'days_missed' THEN 1 ELSE 0 END)
      AS absence
FROM letters w JOIN cases c ON c.id = w.case_id GROUP BY c.ref
""").bindparams(bindparam("since", type_=UtcTime))


def weeks_in_sql(connection: Connection) -> dict[str, dict[str, Any]]:
    """Each pupil's weeks by their Monday: (present, possible, with leave, without)."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(WEEKS, {"since_start": 0, "today": ""}):
        possible = row.present + row.authorised + row.unauthorised
        counted = (row.present, possible, row.authorised, row.unauthorised)
        found[row.ref][row.monday] = counted
    return found


def starters_in_sql(connection: Connection, first: date, last: date) -> dict[str, list[str]]:
    """What the report says of each starter: the start, six weeks, and the change."""
    asked = {"since_start": 1, "today": f"{last}", "first": f"{first}", "last": f"{last}"}
    found: dict[str, list[str]] = {}
    for row in connection.execute(STARTERS, asked):
        cells = found.setdefault(row.ref, [_share(row.start), *["–"] * 6, _points(row.gained)])
        cells[row.number] = _share(row.share)
    return found


def reasons_in_sql(connection: Connection, since: date) -> dict[str, dict[str, int]]:
    """How many days of each pupil had each reason."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(REASONS, {"since": f"{since}"}):
        found[row.ref][row.kind] = row.days
    return found


def barriers_in_sql(connection: Connection) -> dict[str, int]:
    return {row.ref: row.many for row in connection.execute(BARRIERS)}


def written_in_sql(connection: Connection, since: datetime) -> dict[str, tuple[int, int]]:
    """How many messages of praise, and about absence, each pupil's family got."""
    rows = connection.execute(WRITTEN, {"since": since})
    return {row.ref: (row.praise, row.absence) for row in rows}


def mean(changes: list[str]) -> str:
    """The mean of changes as they are shown, to a tenth of a point, half a tenth rounded up."""
    tenths = sum(Fraction(each) * 10 for each in changes) / len(changes)
    return _points(floor(tenths + Fraction(1, 2)))


def share(counted: tuple[int, ...]) -> str:
    """Attendance to a tenth of a per cent, half a tenth rounded up."""
    present, possible = counted[:2]
    tenths = int(1000 * present / possible + 0.5 + 1e-9)
    return f"{tenths / 10:.1f}%"


def band(counted: tuple[int, ...]) -> str:
    """The band of a week, by the number before any rounding."""
    exact = 100 * counted[0] / counted[1]
    edges = ((90, "90+"), (70, "70-89"), (50, "50-69"), (25, "25-49"))
    return next((name for edge, name in edges if exact >= edge), "<25")


class Tables(HTMLParser):
    """What stands in each part of a page, by the id of its heading: rows, items, strong words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = defaultdict(list)
        self.items: dict[str, int] = defaultdict(int)
        self.strong: dict[str, list[str]] = defaultdict(list)
        self._part = ""
        self._into: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._part = dict(attrs).get("aria-labelledby") or ""
        elif tag == "tr":
            self.rows[self._part].append([])
        elif tag in {"td", "th"}:
            self._into = self.rows[self._part][-1]
            self._into.append("")
        elif tag == "strong" and self._into is None:
            self._into = self.strong[self._part]
            self._into.append("")
        elif tag == "li":
            self.items[self._part] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} or (tag == "strong" and self._into is self.strong[self._part]):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data.strip()


def _share(tenths: int | None) -> str:
    return "–" if tenths is None else f"{tenths / 10:.1f}%"


def _points(tenths: int | None) -> str:
    return "–" if tenths is None else f"{tenths / 10:+.1f}" if tenths else "0.0"
