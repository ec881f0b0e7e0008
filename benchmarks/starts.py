"""P7 and P8: how long a process takes to be ready, and how much memory it holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks.asked import Asked
from benchmarks.ground import a_folder
from benchmarks.report import at_most, figure, heading, ratio, said
from storage.keys import new_keys

OWN = "bot.cli.web_server, bot.cli.watchdog, bot.app, bot.polling, storage.migrate"
WEB = f"{OWN}, alembic.command, uvicorn.protocols.http.httptools_impl, uvloop"
TEXTS = "bot.channels.twilio"
EVERYTHING = (
    f"{WEB}, {TEXTS}, bot.channels.notify, bot.channels.telegram_family, "
    "bot.channels.telegram_staff, bot.handlers.family_bot, bot.handlers.staff_bot, segno"
)
TIMED: Mapping[str, tuple[str, ...]] = {
    "nothing": ("-c", "pass"),
    "help": ("-m", "bot", "--help"),
}
IMPORTED: Mapping[str, str] = {
    "imports": WEB,
    "web": f"{WEB}, {TEXTS}",
    "everything": EVERYTHING,
}


def _takes(*arguments: str) -> float:
    """Run Python to its end; returns milliseconds."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return (time.perf_counter() - began) * 1000


def _imported(modules: str) -> float:
    """Have Python import so much; returns milliseconds until it has, without its end."""
    command = [sys.executable, "-c", f"import {modules}\nprint(flush=True)"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        took = (time.perf_counter() - began) * 1000
    if not line:
        raise SystemExit("something could not be imported: figures are void")
    return took


def yardstick() -> float:
    """Say how long a Python that does nothing takes: how fast this machine is just now."""
    return median(_takes("-c", "pass") for _run in range(9))


class Serving:
    """A service in a process of its own, without bots, on SQLite."""

    def __init__(self, folder: Path) -> None:
        keys, index = new_keys()
        told = {
            "KEYWORKER_DATA_DIR": str(folder), "KEYWORKER_KEYS": keys,
            "KEYWORKER_INDEX_KEY": index, "KEYWORKER_PORT": "0", "SMS_PROVIDER": "simulator",
        }  # fmt: skip
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self._environment = {**kept, **told}

    def ready(self) -> tuple[float, float]:
        """Start it and stop it; returns milliseconds until it answers, and MiB it then holds."""
        command = [sys.executable, "-m", "bot", "serve", "--log-level", "ERROR"]
        began = time.perf_counter()
        with subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, text=True
        ) as process:
            line = process.stdout.readline() if process.stdout else ""
            took = (time.perf_counter() - began) * 1000
            held = _holds(process.pid)
            process.terminate()
        if "Open http" not in line:
            raise SystemExit("serve did not become ready: figures are void")
        return took, held


def _holds(pid: int) -> float:
    """Read how many MiB a process has in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _imports_hold(modules: str) -> float:
    """Read how many MiB a process holds that has imported so much."""
    shown = f"import {modules}\nprint(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, check=True, text=True)
    found = re.search(r"VmRSS:\s+(\d+) kB", done.stdout)
    return int(found[1]) / 1024 if found else 0.0


async def p7(asked: Asked) -> None:
    """Measure how long a process takes to start."""
    heading("P7  start")
    took: dict[str, list[float]] = {name: [] for name in (*TIMED, *IMPORTED, "serve")}
    with a_folder() as folder:
        serving = Serving(folder)
        serving.ready()  # makes the tables
        for _round in range(asked.rounds):
            for name, arguments in TIMED.items():
                took[name].append(_takes(*arguments))
            for name, modules in IMPORTED.items():
                took[name].append(_imported(modules))
            took["serve"].append(serving.ready()[0])
    for name, each in took.items():
        said(f"{name}: {median(each):,.0f} ms")
    figure("serve ready / its imports", ratio(took["serve"], took["imports"]), at_most(1.3))
    figure("--help", median(took["help"]), at_most(150, " ms"))
    figure("--help / python -c pass", ratio(took["help"], took["nothing"]))
    figure(
        "web role's imports / everything's", ratio(took["web"], took["everything"]), at_most(0.35)
    )


async def p8(asked: Asked) -> None:
    """Measure how much memory a process holds."""
    heading("P8  memory (MiB resident)")
    held: dict[str, list[float]] = {"web": [], "everything": [], "imports": []}
    with a_folder() as folder:
        serving = Serving(folder)
        for _round in range(asked.rounds):
            held["web"].append(serving.ready()[1])
            held["imports"].append(_imports_hold(f"{WEB}, {TEXTS}"))
            held["everything"].append(_imports_hold(EVERYTHING))
    said(f"service without bots, ready: {median(held['web']):,.0f} MiB")
    said(f"imports of a web role with Twilio: {median(held['imports']):,.0f} MiB")
    said(f"imports of everything: {median(held['everything']):,.0f} MiB")
    figure(
        "service without bots / everything", ratio(held["web"], held["everything"]), at_most(0.55)
    )
    share = ratio(held["imports"], held["everything"])
    figure("web role with Twilio / everything", share, at_most(0.55))
