"""How long things may take on their way out; a storm of tests runs the same rules faster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from storage.leases import LEASE


@dataclass(frozen=True, slots=True)
class Timing:
    """Lengths of time measured by the database's clock or a monotonic one, never by the service's.

    `lease` is longer than two calls; `grace` is longer than a provider needs to show what it took.
    """

    lease: timedelta = LEASE
    call: timedelta = timedelta(seconds=70)  # one call, and another to the provider that stands in
    grace: timedelta = timedelta(seconds=120)
    ask_again: timedelta = timedelta(minutes=2)  # when a provider could not be asked
    look_every: timedelta = timedelta(seconds=2)

    @property
    def may_call_for(self) -> timedelta:
        """How long after a claim a call may still begin, so that it ends within the lease."""
        return self.lease - self.call
