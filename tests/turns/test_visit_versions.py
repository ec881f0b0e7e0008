"""Whatever is booked, moved, confirmed or called off by whom and when: no old time is ever shown.

`VISIT_HISTORIES=2000 pytest tests/turns/test_visit_versions.py` looks at more of them by hand.
"""

from __future__ import annotations

import os

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.stage import Play, london
from tests.turns.visit_histories import History, steps

HISTORIES = int(os.environ.get("VISIT_HISTORIES", "6"))
BEGINS = ("2026-10-19 10:00", "2026-10-22 14:00", "2026-11-30 10:00", "2027-03-23 07:00")
WHOSE = ("P01", "P21")  # one with hours of her own, one without
DEEDS = st.lists(
    st.tuples(st.sampled_from(list(steps())), st.integers(0, 40)), min_size=2, max_size=10
)

# The first number is that of the first booking; a button is pressed there before there is one.
BESIDE = [("press", 22), ("move", 13)]
UNSEEN = [("press", 21), ("cancel", 0), ("book", 21), ("write", 0), ("move", 13), ("write", 0)]
OLD_BUTTONS = [("press", 22), ("move", 13), ("press", 0), ("move", 22), ("press", 2), ("press", 1)]


async def test_no_reminder_is_old_and_no_time_is_wrong_whatever_happens(play: Play) -> None:
    people = {case: await play.carer(case) for case in WHOSE}
    taskforce = play.service.taskforce

    def live(connection: Connection) -> int:
        told = 0

        # News that waits for half past one beside another question, and is changed before.
        @example(begins=BEGINS[2], case="P01", asked=True, deeds=BESIDE)
        # An offer that nobody has seen yet is answered, called off, and made anew.
        @example(begins=BEGINS[2], case="P01", asked=False, deeds=UNSEEN)
        # Buttons of a time that has been moved since.
        @example(begins=BEGINS[2], case="P21", asked=False, deeds=OLD_BUTTONS)
        @settings(max_examples=HISTORIES, database=None)
        @given(
            begins=st.sampled_from(BEGINS),
            case=st.sampled_from(WHOSE),
            asked=st.booleans(),
            deeds=DEEDS,
        )
        def one(begins: str, case: str, deeds: list[tuple[str, int]], *, asked: bool) -> None:
            nonlocal told
            before = connection.begin_nested()
            history = History(connection, taskforce, case, people[case], london(begins))
            first = [("other", 0)] if asked else []
            for what, number in [*first, ("book", deeds[0][1]), *deeds, ("wait", 40)]:
                history.does(what, number)
            told += len(history.received)
            before.rollback()

        one()
        return told

    assert await play.database.write(live) > HISTORIES
