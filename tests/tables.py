"""A table of rows as one test: it tries each of them, and names every row that fails."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

SHOWN = 300  # characters of what is wrong with one row


def every_row(names: str, rows: Iterable[Any]) -> Callable[[Callable[..., None]], Any]:
    """As `pytest.mark.parametrize`, for a rule that needs no set-up: one test for the table."""
    given = [name.strip() for name in names.split(",")]
    table = [dict(zip(given, row if len(given) > 1 else (row,), strict=True)) for row in rows]
    assert table, "a table with no rows proves nothing"

    def whole(test: Callable[..., None]) -> Any:
        @functools.wraps(test)
        def tries_every_row(*owner: Any, **rest: Any) -> None:
            faults = [fault for row in table if (fault := _fault(test, owner, {**rest, **row}))]
            wrong = "\n".join(said for said, _error in faults)
            if faults:
                raise AssertionError(
                    f"{len(faults)} of {len(table)} rows fail:\n{wrong}"
                ) from faults[0][1]

        asked = inspect.signature(test)
        kept = [one for name, one in asked.parameters.items() if name not in given]
        tries_every_row.__signature__ = asked.replace(parameters=kept)  # type: ignore[attr-defined]
        return tries_every_row

    return whole


def _fault(
    test: Callable[..., None], owner: tuple[Any, ...], row: dict[str, Any]
) -> tuple[str, Exception] | None:
    """Try one row; returns what is wrong with it."""
    try:
        test(*owner, **row)
    except Exception as error:  # noqa: BLE001  whatever it is, the other rows are tried too
        values = ", ".join(f"{name}={_named(value)}" for name, value in row.items())
        return f"- {values}: {type(error).__name__}: {str(error)[:SHOWN]}", error
    return None


def _named(value: Any) -> str:
    """A conversation by its name, anything else as it is."""
    return str(getattr(value, "name", None) or repr(value))[:SHOWN]
