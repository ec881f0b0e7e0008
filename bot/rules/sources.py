"""How often one place on the network may try to sign in. Pure: memory and time are handed in.

A source is an address, or of IPv6 the network of one household or office. A whole office sits
behind one address, so the limit is wide: it stops machines, not people.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.rules.pace import Bucket, earliest, taken

TRIES = Bucket(timedelta(minutes=1), at_once=40)  # what let somebody in is no try
MOST = 4096  # sources that are kept in mind at once
HOUSEHOLD = 64  # bits of an IPv6 address that are one network


def source_of(host: str) -> str:
    """Name where a request comes from; empty: nobody can tell.

    This machine's own address is that of a proxy which does not say for whom it asks. One limit
    for all of them would let anybody in the world shut the whole team out.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            network = ipaddress.ip_network(f"{host.partition('%')[0]}/{HOUSEHOLD}", strict=False)
            return "" if address.is_loopback else str(network)
        address = mapped
    return "" if address.is_loopback else str(address)


@dataclass(frozen=True, slots=True)
class Sources:
    """The tries of each source lately, as the moment from which it has all of them again."""

    tries: Bucket = TRIES
    most: int = MOST
    rested: MutableMapping[str, datetime] = field(default_factory=dict, repr=False)

    def may_try(self, source: str, now: datetime) -> bool:
        """Count one try, as it begins: many at once are many. False: there were too many lately."""
        if not source:
            return True
        if earliest(self.tries, self.rested.get(source), now) > now:
            return False
        if source not in self.rested and len(self.rested) >= self.most:
            for one in _spare(self.rested, now):
                del self.rested[one]
        self.rested[source] = taken(self.tries, self.rested.get(source), now)
        return True

    def let_in(self, source: str) -> None:
        """Take one try back: it was somebody who belongs here."""
        if source in self.rested:
            self.rested[source] -= self.tries.between


def _spare(rested: Mapping[str, datetime], now: datetime) -> list[str]:
    """Name who need not be kept in mind: all who have rested, or else the nearest to it."""
    over = [source for source, until in rested.items() if until <= now]
    return over or [min(rested, key=lambda source: rested[source])]
