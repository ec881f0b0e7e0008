"""Stop a build whose translations are broken; catalogues ship as .po and are read as they are."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import (  # type: ignore[import-not-found]
    BuildHookInterface,
)


class CataloguesHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is there only while building
    """Checks every catalogue before it goes into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Refuse to build when a translation cannot be read or names what its sentence does not."""
        del version, build_data
        faults = [
            f"{path}: {fault}"
            for path in sorted(Path(self.root, "locales").glob("*/LC_MESSAGES/messages.po"))
            for fault in _faults(path)
        ]
        if faults:
            raise ValueError("\n".join(["broken translations:", *faults]))


def _faults(path: Path) -> list[str]:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parts[-3], abort_invalid=True)
    return [
        str(message.id)
        for message in catalogue
        if message.id and message.string and not _names(message.string) <= _names(message.id)
    ]


def _names(sentence: str | list[str] | tuple[str, ...]) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else sentence
    try:
        parsed = [field for form in forms for field in string.Formatter().parse(form)]
    except ValueError:
        return {"a brace that is never closed"}
    return {name for _, name, _, _ in parsed if name is not None}
