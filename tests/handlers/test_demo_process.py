"""`python -m bot demo` as a process of its own: it starts, says where, and stops when asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOUSE = Path(__file__).parents[2]
STARTS_WITHIN = 60.0  # seconds; a first start also makes the tables and moves Marlbridge in
STOPS_WITHIN = 10.0


@dataclass
class Demo:
    """One running demonstration, and what it has printed."""

    process: subprocess.Popen[str]
    port: int
    said: list[str]

    def wait_until_open(self) -> None:
        limit = time.monotonic() + STARTS_WITHIN
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.startswith("Open "):
                return
            assert time.monotonic() < limit, self.said
        pytest.fail(f"it ended before it was open: {self.said} {self.errors()}")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def stop(self, how: signal.Signals) -> float:
        """Ask it to stop; returns how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(how)
        out, wrong = self.process.communicate(timeout=STOPS_WITHIN)
        took = time.monotonic() - begun
        self.said += out.splitlines()
        assert (self.process.returncode, wrong) == (0, "")
        return round(took, 1)

    def kill(self) -> None:
        """Leave nothing behind, however the test went: the next test would be blamed for it."""
        with self.process as process:
            process.kill()

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(folder: Path, **more: str) -> Demo:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KEYWORKER")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port)],
        cwd=HOUSE,
        env={**clean, "KEYWORKER_DATA_DIR": str(folder), "PYTHONWARNINGS": "default", **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Demo(process, port, [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def tells_nobody_else_on_the_machine_its_keys(folder: Path) -> None:
    assert (folder / "demo-keys").stat().st_mode & 0o077 == 0
    kept = (folder / "keyworker.sqlite").read_bytes()
    assert b"Leanne" not in kept
    assert b"447700900100" not in kept


def test_a_demonstration_keeps_its_keys_stops_cleanly_and_goes_on_the_next_day(folder, capsys):
    demo = start(folder)
    try:
        demo.wait_until_open()
        assert f"Open http://127.0.0.1:{demo.port}/  (stop with Ctrl-C)" in demo.said
        assert any("moved in" in line for line in demo.said)
        assert demo.get("/health/ready")["database"] == "ok"
        second = start(folder)
        out, wrong = second.process.communicate(timeout=STARTS_WITHIN)
        assert second.process.returncode == 2
        assert "Another Keyworker is using the folder" in wrong
        assert "Traceback" not in wrong
        assert "Open" not in out
        before = demo.get("/simulator/clock")["now"]
        took = [demo.stop(signal.SIGINT)]
        tells_nobody_else_on_the_machine_its_keys(folder)
        assert demo.said[-1].startswith("Stopped. Nothing is lost")
        demo = start(folder)
        demo.wait_until_open()
        assert "Going on where it was." in demo.said
        assert before <= demo.get("/simulator/clock")["now"] < "2026-11-30T08:40"
        took.append(demo.stop(signal.SIGTERM))
    finally:
        demo.kill()
    with capsys.disabled():
        print(f"\n  stopping took {took} s")
