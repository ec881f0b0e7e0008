"""An ordinary disk: one millisecond more under every fsync, put there by a preloaded library."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

MILLISECOND = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int answer = real(file);
    struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, 0);
    return answer;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
"""


class NoSlowDisk(Exception):
    """There is no slow disk here; the text says why."""


def slow_disk(folder: Path) -> Mapping[str, str]:
    """Compile the library into a folder; returns the environment that puts it under a program."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoSlowDisk("there is no C compiler (cc)")
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(MILLISECOND)
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NoSlowDisk(f"cc failed: {done.stderr.strip().splitlines()[-1][:120]}")
    for path, mode in ((folder, 0o755), (library, 0o755)):  # PostgreSQL runs as somebody else
        path.chmod(mode)
    return {"LD_PRELOAD": str(library)}


def surroundings(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give a child process this one's environment, and what is put under it."""
    return {**os.environ, **(more or {})}
