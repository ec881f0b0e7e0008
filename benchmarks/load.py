"""A load of form posts over kept-alive connections, and what it measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Answers per second and how long they took."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    @property
    def p99_ms(self) -> float:
        ordered = sorted(self.took)
        return ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0.0


async def post(
    port: int, make: Callable[[], bytes], seconds: float, connections: int = 32
) -> Figures:
    """Send requests made by `make` on every connection, one after another, for some seconds."""
    figures = Figures()
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(_one(port, make, until, figures) for _ in range(connections)))
    figures.seconds = time.perf_counter() - began
    return figures


async def _one(port: int, make: Callable[[], bytes], until: float, figures: Figures) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(make())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
             if line.startswith(b"content-length")), 0)  # fmt: skip
        if length:
            await reader.readexactly(length)
        figures.took.append(time.perf_counter() - began)
        figures.refused += b" 200 " not in head.split(b"\r\n", 1)[0]
    writer.close()
    await writer.wait_closed()
