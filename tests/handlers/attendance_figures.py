"""A second count of attendance, in plain SQL, from the codes as the guidance lists them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, text

ATTENDED = "'/','\\','L','K','V','P','W','B'"
AUTHORISED = "'C','C1','C2','M','J1','S','T','R','I','E','H','J'"
UNAUTHORISED = "'G','N','O','U'"

# One row a pupil and week: two registers are read as one, what they differ about counts nowhere.
WEEKS = text(f"""
WITH said AS (
    SELECT m.case_id, m.day, m.half, m.code, m.school_id = coalesce(t.school_id, -1) AS chosen
    FROM session_mark m LEFT JOIN mark_settled t
      ON t.case_id = m.case_id AND t.day = m.day AND t.half = m.half
    WHERE m.replaced_by IS NULL AND m.code NOT IN ('D', 'Z', '#')
), sessions AS (
    SELECT case_id, day,
        CASE WHEN max(chosen) = 1 THEN max(CASE WHEN chosen THEN code END)
             WHEN count(DISTINCT code) = 1 THEN min(code)
             WHEN sum(code NOT IN ({ATTENDED})) = 0 THEN min(code) END AS code
    FROM said GROUP BY case_id, day, half
)
SELECT c.ref, date(s.day, '-6 days', 'weekday 1') AS monday,
    sum(s.code IN ({ATTENDED})) AS present, sum(s.code IN ({AUTHORISED})) AS authorised,
    sum(s.code IN ({UNAUTHORISED})) AS unauthorised
FROM sessions s JOIN cases c ON c.id = s.case_id
WHERE s.day >= coalesce(:since, s.day) AND s.code IS NOT NULL
GROUP BY c.ref, monday ORDER BY c.ref, monday
""")


def weeks_in_sql(connection: Connection, since: str | None = None) -> dict[str, dict[str, Any]]:
    """Each pupil's weeks by their Monday: (present, possible, with leave, without)."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(WEEKS, {"since": since}):
        possible = row.present + row.authorised + row.unauthorised
        counted = (row.present, possible, row.authorised, row.unauthorised)
        found[row.ref][row.monday] = counted
    return found


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
