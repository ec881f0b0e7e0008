"""The data folder: one process at a time, and the demo's own keys."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain import NotReady
from storage.keys import Keyring, new_keys, split_keys

LOCK, KEYS, WORD = "keyworker.lock", "demo-keys", "service-word"


class FolderInUse(NotReady):
    """Another process writes to this data folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone; raises `FolderInUse`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUse(
                f"Another Keyworker is using the folder “{folder.name}”. Stop it first."
            ) from error
        yield


def leave_word(folder: Path, port: int, key: str) -> None:
    """Tell commands of this machine's user where the running service listens, and its key."""
    path = folder / WORD
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{port}\n{key}\n")


def word_left(folder: Path) -> tuple[int, str] | None:
    """Read where a running service listens, and its key."""
    try:
        port, key = (folder / WORD).read_text().split()
    except (OSError, ValueError):
        return None
    return int(port), key


def demo_keyring(folder: Path) -> Keyring:
    """Read the demo's keys, made on the first start and readable by nobody else."""
    path = folder / KEYS
    if not path.exists():
        seal, index = new_keys()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{seal}\n{index}\n")
    seal, index = path.read_text().split()
    return Keyring((seal,), index)


def keyring(seals: str, index_key: str) -> Keyring:
    """Make the keyring from the environment's values; raises `ValueError` if one is no key."""
    return Keyring(tuple(split_keys(seals)), index_key)
