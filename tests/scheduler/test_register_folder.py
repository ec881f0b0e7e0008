"""The watched folder: registers are taken in once they are whole, and what is refused is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.polling import pollers
from bot.settings import Settings
from scheduler import registers
from scheduler.registers import NAME, RegisterFolder, files_in, read_whole
from storage.tables import SessionMark
from tests.imports.registers import KAI

HEAD = "UPN,School,Date,Session,Mark\n"
GOOD = f"{HEAD}{KAI},Millrace Centre,30/11/2026,AM,N\n"
NO_SCHOOL = f"UPN,Date,Session,Mark\n{KAI},30/11/2026,AM,N\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "registers"
    place.mkdir()
    return place


@pytest.fixture
def watched(sqlite_play, folder):
    return RegisterFolder(folder, sqlite_play.database, sqlite_play.service.taskforce)


async def marks(play):
    query = select(func.count()).select_from(SessionMark)
    return await play.database.read(lambda c: c.execute(query).scalar_one())


def put_away(folder, where):
    """What lies in one of the two folders, without the moment in each name."""
    return sorted(path.name.split(" ", 2)[2] for path in (folder / where).rglob("*.*"))


async def test_a_register_is_taken_in_once_nobody_has_written_to_it_for_a_minute(
    sqlite_play, folder, watched
):
    now, file = sqlite_play.now, folder / "week 1.csv"
    file.write_text(HEAD)
    (folder / "half.csv.part").write_text(GOOD)
    await watched.look(now)
    file.write_text(GOOD)  # the school's system writes on
    await watched.look(now + MINUTE)
    assert (await marks(sqlite_play), file.exists()) == (0, True)
    await watched.look(now + 2 * MINUTE)
    assert await marks(sqlite_play) == 1
    assert put_away(folder, "done") == ["week 1.csv", "week 1.csv.txt"]
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["half.csv.part"]


async def test_a_service_looks_into_a_folder_only_if_it_is_given_one(sqlite_play, folder):
    given = Settings(KEYWORKER_REGISTER_FOLDER=folder)
    assert [one.name for one in pollers(given, (), sqlite_play.service)] == [NAME]
    assert pollers(Settings(), (), sqlite_play.service) == ()


async def test_a_folder_with_a_schools_name_says_whose_its_registers_are(
    sqlite_play, folder, watched
):
    (folder / "Millrace Centre").mkdir()
    (folder / "Millrace Centre" / "week.csv").write_text(NO_SCHOOL)
    await watched.look(sqlite_play.now)
    await watched.look(sqlite_play.now + MINUTE)
    assert await marks(sqlite_play) == 1


async def test_a_register_that_is_refused_is_put_aside_with_its_faults_and_the_manager_told(
    sqlite_play, folder, watched
):
    (folder / "bad.csv").write_text(NO_SCHOOL)
    (folder / "good.csv").write_text(GOOD)
    await watched.look(sqlite_play.now)
    await watched.look(sqlite_play.now + MINUTE)
    assert await marks(sqlite_play) == 1
    assert put_away(folder, "refused") == ["bad.csv", "bad.csv.txt"]
    (told,) = (folder / "refused").glob("*.txt")
    assert told.read_text().startswith("bad.csv, row 2: the row does not say whose register it is.")
    (task,) = await sqlite_play.tasks(kind="register")
    assert task["owner"] == "HM"
    assert "nothing of it was taken in: bad.csv." in task["words"]


async def test_a_register_whose_file_could_not_be_moved_is_known_again(
    sqlite_play, folder, watched
):
    for later in (0, 2):
        (folder / "week.csv").write_text(GOOD)
        await watched.look(sqlite_play.now + later * MINUTE)
        await watched.look(sqlite_play.now + (later + 1) * MINUTE)
    assert await marks(sqlite_play) == 1
    said = [path.read_text() for path in sorted((folder / "done").glob("*.txt"))]
    assert said[0].startswith(
        "1 mark read, 1 of them of 1 pupil of ours on 1 day (Mon 30 Nov 2026)"
    )
    assert said[1] == "Taken in before, Mon 30 Nov 08:31. Nothing changed.\n"


async def test_a_register_nobody_can_open_keeps_none_of_those_behind_it_out(
    sqlite_play, folder, watched, monkeypatch
):
    for name in ("locked.csv", "week.csv"):
        (folder / name).write_text(GOOD)

    def read_as_we_may(one):
        if one.path.name == "locked.csv":
            raise PermissionError
        return read_whole(one)

    monkeypatch.setattr(registers, "read_whole", read_as_we_may)
    for look in range(4):
        await watched.look(sqlite_play.now + look * MINUTE)
    assert (await marks(sqlite_play), put_away(folder, "done")[0]) == (1, "week.csv")
    (task,) = await sqlite_play.tasks(kind="register")
    assert "cannot be read or moved: locked.csv." in task["words"]
    await watched.look(sqlite_play.now + timedelta(days=1))
    assert len(await sqlite_play.tasks(kind="register")) == 2


async def test_a_register_that_is_gone_when_it_is_opened_is_no_trouble(
    sqlite_play, folder, watched, monkeypatch
):
    (folder / "gone.csv").write_text(GOOD)
    (folder / "week.csv").write_text(GOOD)
    await watched.look(sqlite_play.now)
    found = [*files_in(folder)]
    monkeypatch.setattr(registers, "files_in", lambda _folder: found)
    (folder / "gone.csv").unlink()
    await watched.look(sqlite_play.now + MINUTE)
    assert await marks(sqlite_play) == 1
    assert await sqlite_play.tasks(kind="register") == []
