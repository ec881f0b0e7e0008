"""A process that was asked to stop ends, whatever hangs: what it held is looked into by leases."""

from __future__ import annotations

import os
import sys
import threading

HARD_END = 90.0  # seconds from the wish to stop; what is in flight lands long before
BITTEN = 75  # the exit code by which a service manager tells it from an ordinary stop


def end_within(seconds: float = HARD_END) -> threading.Timer:
    """End this process hard after so long; nothing else is asked, no lock is waited for."""
    watchdog = threading.Timer(seconds, _bite)
    watchdog.daemon = True
    watchdog.start()
    return watchdog


def _bite() -> None:
    sys.stderr.write("keyworker: stopping hung; the process was ended hard.\n")
    sys.stderr.flush()
    os._exit(BITTEN)
