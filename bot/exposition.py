"""Metrics in the text format Prometheus reads. Pure.

Source: Prometheus, "Exposition formats", text format 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.counters import Durations

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure, and what it is a figure of."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """Figures of one kind under one name."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    samples: tuple[Sample, ...]


def gauge(name: str, meaning: str, *samples: Sample) -> Metric:
    """Name something that goes up and down."""
    return Metric(name, "gauge", meaning, samples)


def counter(name: str, meaning: str, *samples: Sample) -> Metric:
    """Name something that only grows until the process starts again."""
    return Metric(name, "counter", meaning, samples)


def histogram(name: str, meaning: str, times: Durations) -> Metric:
    """Name something that takes time."""
    buckets = [Sample(n, {"le": _number(bound)}, "_bucket") for bound, n in times.up_to()]
    whole = (
        Sample(times.count, {"le": "+Inf"}, "_bucket"),
        Sample(times.total, suffix="_sum"),
        Sample(times.count, suffix="_count"),
    )
    return Metric(name, "histogram", meaning, (*buckets, *whole))


def exposition(metrics: Iterable[Metric]) -> str:
    """Write metrics down; one without a figure is left out."""
    return "".join(f"{line}\n" for metric in metrics if metric.samples for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.meaning}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for sample in metric.samples:
        pairs = ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels.items())
        labels = f"{{{pairs}}}" if pairs else ""
        yield f"{metric.name}{sample.suffix}{labels} {_number(sample.value)}"


def _quoted(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
