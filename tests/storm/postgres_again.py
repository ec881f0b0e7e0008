"""The temporary PostgreSQL of a storm, stopped without a word and started again."""

from __future__ import annotations

import asyncio
import os
import pwd
import shlex
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

SECONDS_TO_START = 30


@asynccontextmanager
async def restarted(sock: str, seconds: float) -> AsyncIterator[None]:
    """Stop the server at once; it is started again after so many seconds, whatever goes on."""
    folder = Path(sock)
    pid, program, told = _as_it_runs(folder)
    os.kill(pid, signal.SIGQUIT)
    coming = asyncio.create_task(_comes_back(folder, program, told, seconds))
    try:
        yield
    finally:
        await coming


def _as_it_runs(folder: Path) -> tuple[int, Path, list[str]]:
    """Find its process, its program, and everything it was told when it was started."""
    pid = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])
    told = shlex.split((folder / "data" / "postmaster.opts").read_text(encoding="utf-8"))[1:]
    return pid, Path(f"/proc/{pid}/exe").resolve(), told


async def _comes_back(folder: Path, program: Path, told: list[str], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(_start, folder, program, told)


def _start(folder: Path, program: Path, told: list[str]) -> None:
    """Start it as it was started before; PostgreSQL refuses to be run by root."""
    owner = pwd.getpwuid((folder / "data").stat().st_uid)
    other = owner.pw_uid != os.geteuid()
    told = told[told.index("-D") + 2 :] if "-D" in told else told
    options = shlex.join(told)
    command = [str(program.with_name("pg_ctl")), "-D", str(folder / "data"), "-w"]
    command += ["-t", str(SECONDS_TO_START), "-l", str(folder / "log"), "-o", options, "start"]
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=owner.pw_uid if other else None,
        group=owner.pw_gid if other else None,
        extra_groups=[] if other else None,
        env={"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
    )
