"""One test for a whole table is worth nothing if it can overlook a row."""

from __future__ import annotations

import pytest

from tests.tables import every_row

TRIED: list[tuple[int, str]] = []


@every_row("number, word", [(1, "one"), (2, "two"), (3, "three")])
def odd_ones_fail(number: int, word: str) -> None:
    TRIED.append((number, word))
    assert number % 2 == 0, word


def test_every_row_is_tried_and_every_one_that_fails_is_named():
    TRIED.clear()
    with pytest.raises(AssertionError) as raised:
        odd_ones_fail()
    assert TRIED == [(1, "one"), (2, "two"), (3, "three")]
    first, *rows = str(raised.value).splitlines()
    assert first == "2 of 3 rows fail:"
    assert [row.partition(":")[0] for row in rows if row.startswith("- ")] == [
        "- number=1, word='one'",
        "- number=3, word='three'",
    ]
    assert str(raised.value.__cause__).startswith("one")


def test_rows_of_two_tables_are_each_tried_with_each():
    met: list[tuple[int, str]] = []

    @every_row("number", [1, 2])
    @every_row("word", "ab")
    def meets(number: int, word: str) -> None:
        met.append((number, word))

    meets()
    assert met == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


def test_a_table_with_no_rows_is_no_test():
    with pytest.raises(AssertionError, match="no rows"):
        every_row("number", [])
