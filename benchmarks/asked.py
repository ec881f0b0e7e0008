"""What a run is asked to measure, and how long it may take."""

from __future__ import annotations

import argparse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """How large a run is: a short one shows that the bench works, a full one the whole curve."""

    rows: tuple[str, ...] = ()
    quick: bool = False
    full: bool = False
    slow_disk: bool = True

    @property
    def rounds(self) -> int:
        return 2 if self.quick else 3

    @property
    def seconds(self) -> float:
        return 1.0 if self.quick else 4.0

    @property
    def messages(self) -> int:
        return 200 if self.quick else 500

    @property
    def due(self) -> int:
        """How many families fall due together."""
        if self.quick:
            return 100
        return 1000 if self.full else 250

    @property
    def families(self) -> tuple[int, ...]:
        """How many families are stored, from little to much."""
        return (1_000, 10_000) if self.quick else (1_000, 10_000, 100_000, 1_000_000)

    @property
    def contacts(self) -> tuple[int, ...]:
        """How many contacts are stored, from little to much."""
        if self.quick:
            return (10_000, 100_000)
        return (10_000, 100_000, 1_000_000, *((10_000_000,) if self.full else ()))


def read(rows: tuple[str, ...], given: list[str] | None = None) -> Asked:
    """Read the command line; no row named means all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure speed beside its baselines, in one run: only ratios mean anything.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(rows)}; all if none")
    parser.add_argument("--quick", action="store_true", help="a short run on little data")
    parser.add_argument(
        "--full", action="store_true", help="10,000,000 contacts (10 GB), 1,000 due"
    )
    slow = argparse.BooleanOptionalAction
    parser.add_argument("--slow-disk", action=slow, default=True, help="also 1 ms under each fsync")
    named = parser.parse_args(given)
    if unknown := set(named.rows) - set(rows):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    return Asked(tuple(named.rows) or rows, named.quick, named.full, named.slow_disk)
