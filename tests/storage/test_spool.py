"""The spool's files: sealed, in order, whole or not there."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import NotReady, WebhookRequest
from storage.keys import Keyring, new_keys
from storage.spool import Spoiled, Spool, Spooled, open_spool
from tests.stage import KEYS, london

NOW = london("2026-12-03 15:45")
WORDS = b"From=%2B447700900100&Body=he+wont+come+out+of+his+room"
SECRET = "Bearer a-token-that-was-chosen"


def call(body: bytes = WORDS, kind: str = "message") -> Spooled:
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": SECRET}
    return Spooled("twilio", kind, WebhookRequest("/webhooks/twilio/message", "a=b", headers, body))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return open_spool(folder.parent, KEYS)


def test_what_was_put_in_comes_out_as_it_was_but_for_what_proves_the_caller(spool):
    spool.put(call(b"\x00\xff any bytes \xf0"), NOW)
    [name] = spool.names()
    kept = spool.read(name)
    assert (kept.provider, kept.kind) == ("twilio", "message")
    assert kept.request.body == b"\x00\xff any bytes \xf0"
    assert (kept.request.path, kept.request.query) == ("/webhooks/twilio/message", "a=b")
    assert list(kept.request.headers) == ["content-type"]


def test_nobody_else_can_open_a_file_or_read_a_word_of_it(spool, folder):
    spool.put(call(), NOW)
    [name] = spool.names()
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    raw = (folder / name).read_bytes()
    for word in (b"7700900100", b"room", b"twilio", b"token"):
        assert word not in raw
        assert word not in name.encode()


def test_the_order_of_arrival_is_kept_even_if_the_clock_is_put_back(spool, folder):
    for number, moment in enumerate((NOW, NOW, NOW - timedelta(hours=1), NOW)):
        spool.put(call(b"%d" % number), moment)
    again = Spool(folder, KEYS)
    again.put(call(b"4"), NOW - timedelta(days=1))
    found = [again.read(name).request.body for name in again.names()]
    assert found == [b"0", b"1", b"2", b"3", b"4"]


def test_a_file_is_on_the_disk_before_it_has_its_name(spool, folder, monkeypatch):
    done: list[str] = []
    fsync, rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("kept"), fsync(handle))[1])
    monkeypatch.setattr(Path, "rename", lambda *a: (done.append("named"), rename(*a))[1])
    spool.put(call(), NOW)
    assert done == ["kept", "named", "kept"]


def test_what_a_crash_left_half_written_is_not_read(folder, spool):
    (folder / "00000000000000001-half.part").write_bytes(b"half")
    assert spool.names() == []
    assert open_spool(folder.parent, KEYS).names() == []
    assert list(folder.iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(spool, folder, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        spool.put(call(), NOW)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("raw", [b"", b"nothing that was sealed", b"\xff\x00"])
def test_a_file_that_cannot_be_read_is_handed_back_as_it_stands(spool, folder, raw):
    (folder / "00000000000000007-odd.sealed").write_bytes(raw)
    with pytest.raises(Spoiled) as spoiled:
        spool.read("00000000000000007-odd.sealed")
    assert spoiled.value.raw == raw.decode("ascii", "backslashreplace")


@pytest.mark.parametrize("words", ["[]", "{}", "null", '{"body": "?"}'])
def test_a_file_that_holds_something_else_is_spoiled_too(spool, folder, words):
    (folder / "1-odd.sealed").write_bytes(KEYS.seal(words))
    with pytest.raises(Spoiled):
        spool.read("1-odd.sealed")


def test_without_its_key_a_file_is_put_aside_and_kept(spool, folder):
    spool.put(call(), NOW)
    [name] = spool.names()
    seal, index = new_keys()
    other = Spool(folder, Keyring((seal,), index))
    with pytest.raises(Spoiled):
        other.read(name)
    other.set_aside(name)
    assert (other.names(), other.waits(), other.count()) == ([], False, 0)
    (folder / f"{name}.unread").rename(folder / name)
    assert spool.read(name).request.body == WORDS


def test_a_disk_that_does_not_answer_now_spoils_nothing(spool, folder, monkeypatch):
    spool.put(call(), NOW)
    [name] = spool.names()

    def tired(path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", tired)
    with pytest.raises(OSError, match="Input/output"):
        spool.read(name)
    monkeypatch.undo()
    assert spool.read(name).request.body == WORDS


def test_each_call_says_when_it_came(spool, folder):
    spool.put(call(), NOW)
    [name] = spool.names()
    assert spool.read(name).came_at == NOW
    (folder / name).rename(folder / "0-odd.sealed")
    assert spool.read("0-odd.sealed").came_at is None


def test_trying_the_folder_out_leaves_nothing_behind_and_says_when_it_is_full(
    spool, folder, monkeypatch
):
    spool.try_out()
    assert list(folder.iterdir()) == []

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        spool.try_out()
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_stops_the_service_with_a_sentence(tmp_path):
    (tmp_path / "spool").write_text("a file stands where the folder should")
    with pytest.raises(NotReady, match="cannot be written to") as refusal:
        open_spool(tmp_path, KEYS)
    assert str(tmp_path) not in str(refusal.value)
