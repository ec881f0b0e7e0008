"""An installation of its own for every command: keys, folder, and one way to run a command."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from bot.cli import main
from bot.logs import QUIET
from bot.settings import DEMO
from storage.database import Database
from storage.keys import new_keys
from tests.cli.ready import Ready, everything_set
from tests.fakes.answers import Answers, answering
from tests.stage import open_stage

PEOPLE = tuple(str(DEMO / f"{kind}.csv") for kind in ("staff", "schools", "pupils", "carers"))


@dataclass(frozen=True)
class Said:
    """What one command printed, and how it ended."""

    out: str
    err: str
    code: int


class Installation:
    """A data folder with its keys in the environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch

    def run(self, *words: str, typed: str = "") -> Said:
        """Run one command as a person would type it after `keyworker`."""
        out, err = StringIO(), StringIO()
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["keyworker", *words])
            patch.setattr(sys, "stdin", StringIO(typed))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Said(out.getvalue(), err.getvalue(), code)

    def database(self) -> Database:
        return open_stage(f"sqlite:///{self.folder / 'keyworker.sqlite'}")


@pytest.fixture
def installation(tmp_path, monkeypatch):
    seal, index = new_keys()
    monkeypatch.setenv("KEYWORKER_KEYS", seal)
    monkeypatch.setenv("KEYWORKER_INDEX_KEY", index)
    monkeypatch.setenv("KEYWORKER_DATA_DIR", str(tmp_path / "data"))
    root = logging.getLogger()
    kept = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in QUIET}
    yield Installation(tmp_path / "data", monkeypatch)
    root.handlers[:] = kept[0]
    root.setLevel(kept[1])
    for name, level in kept[2].items():
        logging.getLogger(name).setLevel(level)
    logging.raiseExceptions = True


@pytest.fixture(scope="module")
def door() -> Iterator[Answers]:
    """Every provider at once, on 127.0.0.1."""
    with answering() as answers:
        yield answers


@pytest.fixture
def ready(installation, monkeypatch, door) -> Ready:
    """An installation in which everything works."""
    return everything_set(installation, monkeypatch, door)
