"""The data folder belongs to one process at a time, and its keys to nobody else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.folder import KEYS, WORD, FolderInUse, demo_keyring, leave_word, locked, word_left


def test_a_second_service_is_told_which_folder_is_in_use(tmp_path: Path):
    folder = tmp_path / "var"
    with locked(folder):
        other = "from pathlib import Path; from storage.folder import *; import sys\n"
        other += "try:\n  locked(Path(sys.argv[1])).__enter__()\nexcept FolderInUse as e: print(e)"
        told = subprocess.run(
            [sys.executable, "-c", other, str(folder)], capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == (
            "Another Keyworker is using the folder “var”. Stop it first."
        )
        with pytest.raises(FolderInUse), locked(folder):
            pass
    with locked(folder):
        pass


def test_the_demo_s_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path):
    first = demo_keyring(tmp_path)
    again = demo_keyring(tmp_path)
    assert again.unseal(first.seal("words")) == "words"
    assert first.index("number") == again.index("number")
    assert (tmp_path / KEYS).stat().st_mode & 0o777 == 0o600


def test_every_demonstration_has_keys_of_its_own(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert demo_keyring(tmp_path / "a").index("x") != demo_keyring(tmp_path / "b").index("x")


def test_commands_find_the_running_service_by_the_word_it_left(tmp_path: Path):
    assert word_left(tmp_path) is None
    for port in (8000, 8001):
        leave_word(tmp_path, port, "secret")
        assert word_left(tmp_path) == (port, "secret")
    assert (tmp_path / WORD).stat().st_mode & 0o777 == 0o600
    (tmp_path / WORD).write_text("8000\n")
    assert word_left(tmp_path) is None
