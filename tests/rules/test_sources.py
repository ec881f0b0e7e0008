"""How often one place on the network may try to sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.pace import Bucket
from bot.rules.sources import Sources, source_of

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9%eth0", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_a_source_is_an_address_or_one_household_of_the_newer_kind(host, source):
    assert source_of(host) == source


def test_a_whole_office_signs_in_at_once_and_a_machine_has_to_wait():
    sources = Sources()
    for _ in range(200):  # whoever is let in costs nothing
        assert sources.may_try("192.0.2.7", NOW)
        sources.let_in("192.0.2.7")
    tries = [sources.may_try("192.0.2.7", NOW) for _ in range(50)]
    assert tries == [True] * 40 + [False] * 10
    assert sources.may_try("198.51.100.1", NOW), "another place is another matter"
    later = [sources.may_try("192.0.2.7", NOW + 3 * MINUTE) for _ in range(5)]
    assert later == [True] * 3 + [False] * 2


def test_a_proxy_that_does_not_say_for_whom_it_asks_shuts_nobody_out():
    sources = Sources()
    assert all(sources.may_try(source_of("127.0.0.1"), NOW) for _ in range(500))
    assert not sources.rested


def test_no_more_sources_are_kept_in_mind_than_there_is_room_for():
    sources = Sources(Bucket(MINUTE, 2), most=3)
    for _ in range(2):
        assert sources.may_try("busy", NOW)
    for number in range(100):
        assert sources.may_try(f"passing-{number}", NOW)
    assert len(sources.rested) == 3
    assert not sources.may_try("busy", NOW), "who tries most is remembered longest"
    assert sources.may_try("one", NOW + 10 * MINUTE)
    assert list(sources.rested) == ["one"], "who has rested is forgotten"
