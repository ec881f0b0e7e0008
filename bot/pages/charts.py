"""Charts as plain shapes: where each bar, point and label stands. A template only draws them.

They are read in black and white, without colour and without a mouse: outlines, hatching, and every
number beside its shape. The same numbers stand in a table beside each chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BASE = 30, 8, 24, 164
WHOLE = 1000  # tenths of a per cent
FULL_SLOTS = 8  # with more weeks than this every second one is named
GAP = 0.22  # of a slot, left free on each side of a bar
TALL, FOOT = 280, 244  # of columns, where each pupil has to be a visible step
KEY_WIDTH = 66  # for the names of the bands, to the right of the last column
EDGE = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """One week of a chart."""

    name: str
    tenths: int | None  # None: nothing is known
    going: bool = False  # it is not over yet
    told: str = ""  # as it is written beside the shape
    beside: int | None = None  # what it is set against, in tenths of a per cent


@dataclass(frozen=True, slots=True)
class Shape:
    """One bar or point, with what stands above and below it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    above: str
    below: str
    going: bool
    beside: float | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A line across a chart, and its name."""

    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, ready to be drawn."""

    title: str
    says: str  # for whoever hears it
    shapes: tuple[Shape, ...]
    levels: tuple[Level, ...]
    paths: tuple[str, ...] = ()  # between points whose weeks follow each other
    start: float | None = None  # where the own start lies
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column: how many, and which hatching."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    many: int
    hatch: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns in parts, one for each week."""

    title: str
    says: str
    parts: tuple[Part, ...]
    below: tuple[tuple[float, str], ...]
    key: tuple[tuple[float, float, str, int], ...]  # beside the last column
    width: int = WIDTH
    height: int = TALL


def bars(title: str, figures: Sequence[Figure], start: int | None, slots: int) -> Chart:
    """Draw weeks as bars against where a pupil began."""
    shapes = tuple(_shapes(figures, slots))
    at = None if start is None else _y(start)
    return Chart(title, _says(figures), shapes, _levels((0, 50, 100)), start=at)


def trend(title: str, figures: Sequence[Figure], edges: Iterable[int]) -> Chart:
    """Draw weeks as points on a line; `edges`: of the bands, in per cent."""
    shapes = tuple(_shapes(figures, len(figures)))
    paths = tuple(_paths(figures, shapes))
    return Chart(title, _says(figures), shapes, _levels((0, *edges, 100)), paths)


def columns(title: str, weeks: Sequence[tuple[str, Mapping[str, int]]]) -> Columns:
    """Draw how many stand in each band, week by week: the lowest band at the foot."""
    most = max((sum(many.values()) for _name, many in weeks), default=0) or 1
    slot = (WIDTH - EDGE - KEY_WIDTH) / max(len(weeks), 1)
    parts = [part for at, week in enumerate(weeks) for part in _parts(week[1], at, slot, most)]
    below = tuple(
        (round(EDGE + (at + 0.5) * slot, 1), name) for at, (name, _many) in enumerate(weeks)
    )
    says = "; ".join(f"{name}: {_listed(many)}" for name, many in weeks)
    bands = tuple(weeks[0][1]) if weeks else ()
    key = tuple(
        (float(WIDTH - KEY_WIDTH + 6), FOOT - 16 - 26.0 * place, name, place)
        for place, name in enumerate(bands)
    )
    return Columns(title, says, tuple(parts), below, key)


def _parts(many: Mapping[str, int], at: int, slot: float, most: int) -> Iterable[Part]:
    foot = float(FOOT)
    for hatch, count in enumerate(many.values()):
        height = (FOOT - TOP) * count / most
        foot -= height
        if count:
            x = EDGE + (at + GAP / 2) * slot
            yield Part(
                round(x, 1),
                round(foot, 1),
                round(slot * (1 - GAP), 1),
                round(height, 1),
                round(x + slot * (1 - GAP) / 2, 1),
                count,
                hatch,
            )


def _listed(many: Mapping[str, int]) -> str:
    return ", ".join(f"{count} in {name}" for name, count in many.items() if count) or "nobody"


def _shapes(figures: Sequence[Figure], slots: int) -> Iterable[Shape]:
    slot = (WIDTH - LEFT - RIGHT) / max(slots, 1)
    sparse = slots > FULL_SLOTS
    for at, one in enumerate(figures):
        y = _y(one.tenths or 0)
        middle = LEFT + (at + 0.5) * slot
        named = one.name if not sparse or (len(figures) - 1 - at) % 2 == 0 else ""
        yield Shape(
            x=round(LEFT + (at + GAP) * slot, 1),
            y=y,
            width=round(slot * (1 - 2 * GAP), 1),
            height=round(BASE - y, 1),
            middle=round(middle, 1),
            above="" if one.tenths is None else one.told,
            below=named,
            going=one.going,
            beside=None if one.beside is None else _y(one.beside),
        )


def _paths(figures: Sequence[Figure], shapes: Sequence[Shape]) -> Iterable[str]:
    """Join the points of weeks that follow each other: nothing is drawn where nothing is known."""
    run: list[str] = []
    for one, shape in zip(figures, shapes, strict=True):
        if one.tenths is None:
            yield from _path(run)
            run = []
        else:
            run.append(f"{shape.middle} {shape.y}")
    yield from _path(run)


def _path(run: Sequence[str]) -> Iterable[str]:
    if len(run) > 1:
        yield f"M{' L'.join(run)}"


def _levels(percents: Iterable[int]) -> tuple[Level, ...]:
    return tuple(Level(_y(each * 10), str(each)) for each in percents)


def _y(tenths: int) -> float:
    return round(BASE - (BASE - TOP) * tenths / WHOLE, 1)


def _says(figures: Iterable[Figure]) -> str:
    told = (
        f"{one.name}: {'not known' if one.tenths is None else f'{one.told}%'}"
        + (" so far" if one.going and one.tenths is not None else "")
        for one in figures
    )
    return "; ".join(told)
