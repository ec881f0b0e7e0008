"""A PostgreSQL for measuring: unlike the tests' own it waits for the disk, as a real one does."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.fakes import postgres as fake

OPTIONS = (
    "-c listen_addresses='' -c unix_socket_permissions=0777 -c fsync=on -c synchronous_commit=on "
    "-c full_page_writes=on -c shared_buffers=512MB -c max_wal_size=8GB -c unix_socket_directories="
)


@contextmanager
def durable_postgres(under: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start a server and yield the folder of its socket; raises `NoPostgres`."""
    with tempfile.TemporaryDirectory(prefix="kwbench", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = fake._prepared(fake._binaries(), folder)  # noqa: SLF001  what the tests start
        environment = {"LC_ALL": "C", "PATH": os.environ.get("PATH", ""), **(under or {})}
        waiting = ("-D", str(folder / "data"), "-w", "-t", "60", "-l", str(folder / "log"))

        def control(*arguments: str) -> None:
            subprocess.run(
                [str(server.bins / "pg_ctl"), *arguments],
                cwd=folder,
                check=True,
                capture_output=True,
                user=server.user and server.user.pw_uid,
                group=server.user and server.user.pw_gid,
                extra_groups=[] if server.user else None,
                env={**environment, "HOME": str(folder)},
            )

        control(*waiting, "-o", OPTIONS + str(folder), "start")
        try:
            yield str(folder)
        finally:
            control("-D", str(folder / "data"), "-m", "immediate", "stop")
