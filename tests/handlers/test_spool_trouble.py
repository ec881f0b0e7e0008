"""The spool in trouble, over a restart, and where it cannot be had at all."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.app import real_service
from bot.domain import NotReady
from bot.handlers.spool import PATIENT_FOR
from bot.health import Pulse
from bot.settings import Settings, read_settings
from storage.tables import Contact
from tests.fakes.twilio import ACCOUNT, PUBLIC_URL, SENDER, TOKEN
from tests.handlers.listening import until
from tests.handlers.spooled import words_of
from tests.stage import KEYS

WORDS = "he wont come out of his room"


class TestTrouble:
    async def test_a_file_that_cannot_be_read_is_kept_aside_and_holds_nobody_up(self, spooled):
        (spooled.folder / "00000000000000001-odd.sealed").write_bytes(b"not what we sealed")
        spooled.database.goes()
        await spooled.says(WORDS)
        spooled.database.comes_back()
        await spooled.room.empty()
        assert spooled.files == ["00000000000000001-odd.sealed.unread"]
        assert await spooled.quarantined() == ["not what we sealed"]
        assert await words_of(spooled) == [WORDS]

    async def test_a_call_we_cannot_act_on_is_kept_for_a_person_and_holds_nobody_up(
        self, spooled, caplog
    ):
        spooled.database.goes()
        await spooled.says("one")
        spooled.room.admit("twilio", Broken())
        spooled.database.comes_back()
        await spooled.room.empty()
        assert spooled.files == []
        [kept] = await spooled.quarantined()
        assert "Body=one" in kept
        assert "about one" not in caplog.text

    async def test_when_neither_database_nor_disk_takes_it_twilio_has_to_come_again(
        self, spooled, monkeypatch, caplog
    ):
        spooled.database.goes()
        full_disk(monkeypatch)
        assert await spooled.says(WORDS) == {503}
        assert WORDS not in caplog.text
        monkeypatch.undo()
        assert spooled.files == []
        assert await spooled.says(WORDS) == {200}

    async def test_a_full_disk_is_no_reason_not_to_hear_when_the_database_is_back(
        self, spooled, monkeypatch
    ):
        spooled.database.goes()
        await spooled.says("one")
        spooled.database.comes_back()
        full_disk(monkeypatch)
        assert await spooled.says("two") == {200}
        assert await words_of(spooled) == ["two"]
        monkeypatch.undo()
        await spooled.room.empty()
        assert sorted(await words_of(spooled)) == ["one", "two"]

    async def test_a_fault_of_ours_is_not_spooled(self, spooled, monkeypatch):
        async def broken(work):
            raise ZeroDivisionError

        monkeypatch.setattr(spooled.database, "write", broken)
        assert await spooled.says(WORDS) == {500}
        assert spooled.files == []

    async def test_a_folder_nobody_can_look_into_refuses_no_text_and_hides_no_figure(
        self, spooled, monkeypatch, caplog
    ):
        monkeypatch.setattr("os.scandir", no_disk)
        assert await spooled.says(WORDS) == {200}
        assert await words_of(spooled) == [WORDS]
        status, found = await spooled.health()
        assert (status, "spooled" in found) == (200, False)
        assert "keyworker_spooled" not in await spooled.service.figures()
        assert WORDS not in caplog.text

    async def test_a_file_the_disk_does_not_give_up_now_is_heard_a_moment_later_in_its_turn(
        self, spooled, monkeypatch
    ):
        spooled.database.goes()
        await spooled.says("one", "two")
        spooled.database.comes_back()
        monkeypatch.setattr(Path, "read_bytes", no_disk)
        for _ in range(2):
            with pytest.raises(OSError, match="Input/output"):
                await spooled.room.empty()
        assert await words_of(spooled) == []
        monkeypatch.undo()
        await spooled.room.empty()
        assert await words_of(spooled) == ["one", "two"]
        assert await spooled.quarantined() == []

    async def test_one_file_the_disk_never_gives_up_holds_the_others_back_for_a_while_only(
        self, spooled, monkeypatch
    ):
        spooled.database.goes()
        await spooled.says("one", "two")
        spooled.database.comes_back()
        read, lost = Path.read_bytes, spooled.files[0]
        monkeypatch.setattr(
            Path, "read_bytes", lambda path: no_disk() if path.name == lost else read(path)
        )
        for _ in range(PATIENT_FOR - 1):
            with pytest.raises(OSError, match="Input/output"):
                await spooled.room.empty()
            assert await words_of(spooled) == []
            assert spooled.room.occupied
        await spooled.room.empty()
        await spooled.room.empty()
        assert not spooled.room.occupied
        assert await spooled.says("three") == {200}
        assert "three" in await words_of(spooled)
        [task] = await spooled.tasks(kind="unreadable")
        assert "the disk does not give its file up" in task["words"]
        assert (await words_of(spooled), spooled.files) == (["two", "three"], [lost])
        monkeypatch.undo()
        await spooled.room.empty()
        assert (sorted(await words_of(spooled)), spooled.files) == (["one", "three", "two"], [])

    async def test_a_file_that_will_not_go_is_acted_on_once(self, spooled, monkeypatch):
        spooled.database.goes()
        await spooled.says("one", "two")
        spooled.database.comes_back()
        heard: list[str] = []
        door = spooled.room._doors["twilio"]

        class Counting:
            async def hear(self, kind, asked, came_at=None):
                heard.append(kind)
                await door.hear(kind, asked, came_at)

        spooled.room.admit("twilio", Counting())
        monkeypatch.setattr(Path, "unlink", no_disk)
        for _ in range(PATIENT_FOR * 2):
            with contextlib.suppress(OSError):
                await spooled.room.empty()
        assert len(heard) == 2
        assert await spooled.tasks(kind="unreadable") == []
        monkeypatch.undo()
        await spooled.room.empty()
        assert (len(heard), spooled.files) == (2, [])

    async def test_without_database_and_spool_nothing_can_be_taken_and_health_says_so(
        self, spooled, monkeypatch
    ):
        spooled.database.goes()
        full_disk(monkeypatch)
        status, found = await spooled.health()
        assert (status, found["spool"]) == (503, "OSError")
        assert "status" not in found

    async def test_without_the_database_a_process_that_cannot_tick_still_takes_texts(self, spooled):
        spooled.service.pulse = Pulse(iter((0.0, 100.0)).__next__)
        spooled.service.pulse.begin()
        spooled.database.goes()
        status, found = await spooled.health()
        assert (status, found["status"], found["heartbeat_seconds"]) == (200, "degraded", 100.0)


class Broken:
    async def hear(self, kind, asked, came_at=None):
        raise ZeroDivisionError("about one")


def no_disk(*given, **more):
    raise OSError(5, "Input/output error")


def full_disk(monkeypatch) -> None:
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)


class TestAtWork:
    async def test_what_waited_over_a_restart_is_heard_without_being_told(self, spooled):
        spooled.database.goes()
        await spooled.says(WORDS)
        spooled.database.comes_back()
        async with spooled.service.at_the_door():
            await until(lambda: spooled.files == [])
        assert await words_of(spooled) == [WORDS]

    async def test_the_service_goes_on_trying_until_the_database_is_there(self, spooled):
        pauses: list[float] = []

        async def pause(seconds):
            pauses.append(seconds)
            if len(pauses) == 8:
                spooled.database.comes_back()
            await asyncio.sleep(0)

        spooled.room.pause = pause
        spooled.database.goes()
        async with spooled.service.at_the_door():
            await spooled.says("one", "two")
            await until(lambda: spooled.files == [])
        assert pauses[:7] == [0.5, 1, 2, 4, 8, 15, 15]
        assert await words_of(spooled) == ["one", "two"]

    async def test_a_process_that_ticks_and_sends_lets_them_in_as_well(self, spooled):
        spooled.database.goes()
        await spooled.says(WORDS)
        spooled.database.comes_back()
        async with spooled.service.at_work():
            await until(lambda: spooled.files == [])
        assert await spooled.count(Contact, Contact.source.like("sms:%")) == 1


def installation(folder: Path, **more: str) -> Settings:
    """A taskforce that texts through Twilio."""
    return read_settings(
        KEYWORKER_DATA_DIR=folder, KEYWORKER_KEYS=KEYS.seals[0], KEYWORKER_INDEX_KEY=KEYS.index_key,
        SMS_PROVIDER="twilio", TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_FROM=SENDER, **more,
    )  # fmt: skip


class TestAtTheStart:
    async def test_a_service_that_could_lose_words_does_not_start_and_says_why(self, tmp_path):
        (tmp_path / "spool").write_text("a file stands where the folder should")
        with pytest.raises(NotReady, match="cannot be written to"):
            await real_service(installation(tmp_path, KEYWORKER_PUBLIC_URL=PUBLIC_URL))
        assert not (tmp_path / "keyworker.sqlite").exists()

    async def test_behind_a_wall_the_whole_service_starts_with_no_public_address(self, tmp_path):
        service, _providers = await real_service(installation(tmp_path, TWILIO_INBOUND="poll"))
        assert (tmp_path / "spool").is_dir()
        assert "twilio_messages" in {poller.name for poller in service.pollers}
        await service.close()
