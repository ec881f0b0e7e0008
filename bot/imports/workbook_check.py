"""A workbook looked through before it is opened: how large it unpacks, and what it only computes.

The library that reads the values builds the whole rectangle of a sheet, and copies a shared word
into each of its cells: a file of a few kilobytes could ask for all the memory there is.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from bot.imports.faults import Unclear

MOST_UNPACKED = 200_000_000  # bytes of all parts together
MOST_PARTS = 500
MOST_CELLS = 3_000_000  # of the rectangle around everything on a sheet
MOST_LETTERS = 500_000_000  # if each cell held the longest word of the workbook
MANY_ROWS = 12  # of a column, that are remembered as computed: more than can be titles

BROKEN = "is broken. Open it in the spreadsheet and save it again as an Excel workbook (.xlsx)."
NO_WORKBOOK = "is a zip file but no Excel workbook (.xlsx). Export an .xlsx or a CSV file."
TOO_LARGE = "unpacks to more than a register can need. Export fewer weeks or columns at a time."

_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
READ = (".xml", ".rels")

Computed = Mapping[int, list[int]]


def look_through(content: bytes) -> Mapping[str, Computed]:
    """Give the columns (from 0) and rows of each sheet that hold formulas or errors.

    Raises `Unclear` for what is no workbook, is broken, or would not fit into memory.
    """
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            return _computed(_scans(packed))
    except (
        BadZipFile,
        zlib.error,
        expat.ExpatError,
        OSError,
        ValueError,
        RuntimeError,
        KeyError,
    ) as error:
        if isinstance(error, Unclear):
            raise
        raise Unclear(BROKEN) from None


class _Scan:
    """One part of a workbook, counted while it streams by."""

    def __init__(self) -> None:
        self.cells = self.last_row = self.last_column = self.longest = 0
        self.computed: dict[int, list[int]] = {}
        self.sheets: list[tuple[str, str]] = []  # name and relation
        self.targets: dict[str, str] = {}  # by relation
        self._row, self._column, self._letters = 0, -1, 0
        self._counts_letters = False  # only words of cells are copied
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, chunk: bytes, *, last: bool = False) -> None:
        self._parser.Parse(chunk, last)

    def _start(self, name: str, said: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self._cell(said)
            case "v" | "is":
                self._filled()
            case "f":
                self._filled()
                self._compute()
            case "row":
                self._row, self._column = int(said.get("r", self._row + 1)), -1
            case "si":
                self._words()
            case "sheet":
                relation = next((v for k, v in said.items() if k.endswith(":id")), "")
                self.sheets.append((said.get("name", ""), relation))
            case "Relationship":
                self.targets[said.get("Id", "")] = said.get("Target", "")

    def _cell(self, said: dict[str, str]) -> None:
        self._words()
        if found := _PLACE.fullmatch(said.get("r", "")):
            self._column, self._row = _column(found[1]), int(found[2])
        else:
            self._column += 1
        if said.get("t") == "e":
            self._compute()

    def _words(self) -> None:
        self._counts_letters, self._letters = True, 0

    def _filled(self) -> None:
        self.cells += 1
        self.last_row = max(self.last_row, self._row)
        self.last_column = max(self.last_column, self._column)
        if self.last_row * (self.last_column + 1) > MOST_CELLS:
            raise Unclear(TOO_LARGE)

    def _compute(self) -> None:
        rows = self.computed.setdefault(self._column, [])
        if len(rows) < MANY_ROWS:
            rows.append(self._row)

    def _text(self, words: str) -> None:
        if self._counts_letters:
            self._letters += len(words)
            self.longest = max(self.longest, self._letters)

    def _doctype(self, *_said: object) -> None:
        raise Unclear(BROKEN)  # no spreadsheet writes one; it could unfold without end


def _scans(packed: ZipFile) -> dict[str, _Scan]:
    parts = packed.infolist()
    names = {part.filename.casefold() for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unclear(NO_WORKBOOK)
    if len(parts) > MOST_PARTS or len(names) < len(parts):
        raise Unclear(BROKEN)
    left = MOST_UNPACKED
    scans = {}
    for part in parts:
        scan = _Scan()
        for chunk in _unpacked(packed, part):
            left -= len(chunk)
            if left < 0:
                raise Unclear(TOO_LARGE)
            if part.filename.endswith(READ):
                scan.read(chunk)
        if part.filename.endswith(READ):
            scan.read(b"", last=True)
            scans[part.filename] = scan
    return scans


def _unpacked(packed: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    """Unpack a part to its true end, whatever length the file claims for it."""
    part.file_size = 2 * MOST_UNPACKED  # the caller stops long before
    with packed.open(part) as stream:
        while chunk := stream.read(1 << 16):
            yield chunk


def _computed(scans: Mapping[str, _Scan]) -> dict[str, Computed]:
    cells = sum(scan.cells for scan in scans.values())
    if cells * max(scan.longest for scan in scans.values()) > MOST_LETTERS:
        raise Unclear(TOO_LARGE)
    targets = scans["xl/_rels/workbook.xml.rels"].targets
    return {
        name: scans[_path(targets[relation])].computed
        for name, relation in scans["xl/workbook.xml"].sheets
    }


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
