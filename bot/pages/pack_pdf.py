"""A sheet as a PDF for the table: A4 across, headings repeated, rows never cut in two."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.pages.sheets import Row, Section, Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
FACES = (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf"))
WIDTH, MARGIN, FOOT = 297, 12, 14  # millimetres
SMALL, LINE = 7.5, 3.6
UNKNOWN = "?"


def pdf_of(sheet: Sheet) -> bytes:
    """Write a sheet down as a PDF."""
    paper = _paper(sheet.foot)
    paper.add_page()
    paper.set_font(FAMILY, "B", 15)
    paper.cell(text=_drawn(sheet.title), new_x="LMARGIN", new_y="NEXT", h=8)
    paper.set_font(FAMILY, "", 9)
    for line in sheet.lead:
        paper.cell(text=_drawn(line), new_x="LMARGIN", new_y="NEXT", h=5)
    for section in sheet.sections:
        _section(paper, section)
    return bytes(paper.output())


def rows_of(section: Section) -> list[tuple[str, ...]]:
    """List the lines of a section as they are printed; a line across the table is one cell."""
    return [tuple(map(_drawn, line)) for row in section.rows for line in _lines(row)]


def _lines(row: Row) -> Iterable[tuple[str, ...]]:
    """What stands below a row names it again: it may come onto the next page."""
    yield row.cells
    yield from ((f"{row.cells[0]}: {below}",) for below in row.below)


def _paper(foot: str) -> FPDF:
    from fpdf import FPDF  # noqa: PLC0415 - slow to load, and seldom needed

    class Paper(FPDF):
        """Pages that say what they are and to whom they belong."""

        def footer(self) -> None:
            self.set_y(-FOOT + 3)
            self.set_font(FAMILY, "", SMALL)
            self.cell(w=self.epw - 30, h=5, text=_drawn(foot))
            self.cell(w=30, h=5, text=f"Page {self.page_no()} of {{nb}}", align="R")

    paper = Paper(orientation="landscape", format="A4")
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(auto=True, margin=FOOT)
    for style, name in FACES:
        paper.add_font(FAMILY, style, FONTS / name)
    paper.set_title("Meeting pack")
    paper.set_lang("en-GB")
    return paper


def _section(paper: FPDF, section: Section) -> None:
    if paper.will_page_break(26):  # a heading is never left alone at the foot of a page
        paper.add_page()
    paper.ln(3)
    paper.set_font(FAMILY, "B", 10.5)
    many = f" ({section.many})" if section.many else ""
    paper.cell(text=f"{section.title}{many}", new_x="LMARGIN", new_y="NEXT", h=6)
    paper.set_font(FAMILY, "", SMALL)
    if not section.rows:
        paper.cell(text=section.none, new_x="LMARGIN", new_y="NEXT", h=5)
        return
    if section.note:
        paper.cell(text=section.note, new_x="LMARGIN", new_y="NEXT", h=5)
    _table(paper, section)


def _table(paper: FPDF, section: Section) -> None:
    from fpdf.fonts import FontFace  # noqa: PLC0415 - slow to load, and seldom needed

    bold, columns = FontFace(emphasis="BOLD"), section.columns
    with paper.table(
        col_widths=tuple(column.share for column in columns),
        text_align=tuple("CENTER" if column.number else "LEFT" for column in columns),
        line_height=LINE,
        headings_style=FontFace(emphasis="BOLD", fill_color=235),
        borders_layout="HORIZONTAL_LINES",
        padding=(0.6, 1),
    ) as table:
        table.row([column.label for column in columns])
        for row in section.rows:
            for line in _lines(row):
                across = len(columns) if len(line) == 1 else 1
                printed = table.row(style=bold if row.grave else None)
                for cell in line:
                    # Line breaks that somebody typed could make a row taller than the page.
                    printed.cell(_drawn(" ".join(cell.split())), colspan=across)


@cache
def _glyphs() -> frozenset[int]:
    """List the characters the fonts can draw."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to load, and seldom needed

    with TTFont(FONTS / FACES[0][1]) as font:
        return frozenset(font.getBestCmap())


def _drawn(text: str) -> str:
    """Put a question mark where the fonts have no glyph: nothing vanishes without a trace."""
    glyphs = _glyphs()
    return "".join(one if ord(one) in glyphs or one.isspace() else UNKNOWN for one in text)
