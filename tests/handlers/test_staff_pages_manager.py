"""A manager with no shell: numbers, pauses, passports, taking on, and colleagues."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.settings import DEMO
from storage.tables import Address, Outbox, Passport
from tests.handlers.staff_browser import StaffBrowser
from tests.stage import Play


class TestManager:
    @pytest.fixture
    async def helen(self, sqlite_play: Play) -> StaffBrowser:
        return await StaffBrowser(sqlite_play).plays("HM")

    @pytest.mark.thursday
    async def test_a_corrected_number_is_used_after_somebody_has_spoken_to_them(self, helen):
        play, leanne = helen.play, await helen.play.carer("P01")
        await helen.get("/families/P01/settings")
        await helen.fills("/number", to=leanne, number="07700 900777")
        assert "The number is changed." in helen.page.text
        [task] = await play.tasks(kind="prove_number", case="P01")
        assert task["owner"] == "DO"
        await play.without_digests()
        await play.at("2026-12-03 15:46")
        assert await play.received("P01") == []
        dani = await StaffBrowser(play).plays("DO")
        await dani.presses(f"t:{task['id']}:proven")
        await play.at("2026-12-10 15:46")
        sent = select(Address.address).join(Outbox, Outbox.address_id == Address.id)
        rows = await play.database.read(
            lambda c: set(c.execute(sent.where(Outbox.purpose == "check_in")).scalars())
        )
        assert "+447700900777" in rows
        assert "+447700900100" not in rows

    @pytest.mark.parametrize(
        ("number", "refusal"),
        [
            ("07700 900101", "That is on record as the number of somebody else."),
            ("07700 900100", "That is their number already."),
            ("0161 496 0000", "The number is a landline, which gets no texts."),
            ("", "The number is empty."),
        ],
    )
    async def test_a_number_that_cannot_be_theirs_changes_nothing(self, helen, number, refusal):
        await helen.get("/families/P01/settings")
        await helen.fills("/number", to=await helen.play.carer("P01"), number=number)
        assert refusal in helen.page.text
        assert await helen.play.tasks(kind="prove_number") == []

    async def test_a_family_is_paused_until_a_day_and_goes_on_before_it(self, helen):
        await helen.get("/families/P01/settings")
        await helen.fills("/pause", until="2026-11-30")
        assert "Please choose a day to come." in helen.page.text
        await helen.fills("/pause", until="2026-12-04")
        assert "Held until Fri 4 Dec 00:00." in helen.page.text
        await helen.play.without_digests()
        await helen.play.at("2026-12-03 15:46")
        assert await helen.play.received("P01") == []
        await helen.plays("HM")
        await helen.post("/families/P01/pause", proof=helen.forms()[0][1]["proof"], resume="yes")
        assert "They go as usual." in helen.page.text

    async def test_a_passport_is_read_before_writing_and_the_newest_counts(self, helen):
        for words in ("Short sentences", "One thing at a time"):
            await helen.get("/families/P01/settings")
            await helen.fills("/passport", sentence_length=words, say="")
        page = (await helen.get("/families/P01")).text
        assert "One thing at a time" in page
        assert "Short sentences" not in page
        rows = await helen.play.database.read(lambda c: len(c.execute(select(Passport)).all()))
        assert rows == 2

    async def test_one_family_is_taken_on_with_a_file_of_one_row_each(self, helen):
        def one(name: str, change: tuple[str, str]) -> bytes:
            head, *rows = (DEMO / name).read_text().splitlines()
            row = next(row for row in rows if row.startswith("P01"))
            return f"{head}\n{row.replace(*change)}\n".encode()

        carer = one("carers.csv", ("07700 900100", "07700 900778"))
        await helen.get("/people")
        proof = helen.forms()[0][1]["proof"]

        async def sends(content: bytes) -> str:
            helen.page = await helen.http.post(
                "/staff/people", data={"proof": proof}, headers={"sec-fetch-site": "same-origin"},
                files={"files": ("carers.csv", content, "text/csv")})  # fmt: skip
            return helen.page.text

        assert "carers.csv, row 2, column phone" in await sends(
            carer.replace(b"07700 900778", b"0161 496 0000")
        )
        assert "Nothing was taken in." in helen.page.text
        assert "1 number" in await sends(carer)
        assert "Nothing changed: all of this was on record already." in await sends(carer)

    async def test_nobody_cuts_themselves_off(self, helen):
        await helen.get("/team")
        await helen.post("/team/HM/revoke", proof=helen.forms()[0][1]["proof"])
        assert "You cannot cut yourself off here." in helen.page.text
        assert (await helen.get("")).url.path == "/staff"
