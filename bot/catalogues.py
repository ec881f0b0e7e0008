"""`python -m bot.catalogues update|check`: sentences in the code, sentences in the catalogues.

`update` writes new sentences into every catalogue; `check` fails when one is missing, stale,
names something the English does not, or solicits a word the carriers take for an opt-out.
"""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
CARRIER_WORDS = re.compile(
    r"\b(CANCEL|END|QUIT|UNSUBSCRIBE|STOPALL|REVOKE|OPTOUT|YES|INFO|UNSTOP)\b"
)
RESERVED = re.compile(r"\b(sorry)\b|\bI\b|\bI'm\b", re.IGNORECASE)
# What a worker reads word for word and says yes to, before it leaves under their name.
SIGNED = frozenset({"bot/rules/welcome.py"})


def extracted() -> Catalog:
    """Gather every sentence marked with `_` in the code."""
    found = Catalog(project="Keyworker", charset="utf-8")
    rows = extract_from_dir(ROOT / "bot", [("**.py", "python")], keywords={"_": None})
    for name, line, message, _comments, _context in rows:
        found.add(message, locations=[(f"bot/{name}", line)])
    return found


def catalogues() -> dict[str, Catalog]:
    """Read every catalogue that is kept."""
    kept = {}
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as source:
            kept[path.parts[-3]] = read_po(source, locale=path.parts[-3], abort_invalid=True)
    return kept


def update() -> None:
    """Bring every catalogue up to the code; what is new waits for a translator."""
    template = extracted()
    for language, catalogue in catalogues().items():
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path = LOCALES / language / "LC_MESSAGES" / "messages.po"
        with path.open("wb") as target:
            write_po(target, catalogue, width=100, omit_header=False, include_lineno=False)


def faults() -> list[str]:
    """List everything that is wrong with the catalogues."""
    template = extracted()
    english = {message.id for message in template if message.id}
    found = [f"English: {one.id!r}: {fault}" for one in template if one.id for fault in _words(one)]
    for language, catalogue in catalogues().items():
        kept = {message.id: message for message in catalogue if message.id}
        found += [f"{language}: missing {source!r}" for source in sorted(english - set(kept))]
        found += [
            f"{language}: no longer said {source!r}" for source in sorted(set(kept) - english)
        ]
        for message in kept.values():
            found += [f"{language}: {message.id!r}: {fault}" for fault in _translation(message)]
    return found


def _translation(message: Message) -> list[str]:
    if not message.string:
        return ["not translated"]
    if message.fuzzy:
        return ["marked fuzzy: somebody has to look"]
    source, written = str(message.id), str(message.string)
    wrong = []
    try:
        same = names(written) == names(source)
    except ValueError as error:
        return [f"braces: {error}"]
    if not same:
        wrong.append(f"names {sorted(names(written))}, the English {sorted(names(source))}")
    if CARRIER_WORDS.search(written):
        wrong.append("asks for a word the carriers take for something else")
    return wrong


def _words(message: Message) -> list[str]:
    wrong, source = [], str(message.id)
    signed = {file for file, _line in message.locations} <= SIGNED
    if CARRIER_WORDS.search(source):
        wrong.append("asks for a word the carriers take for something else")
    if RESERVED.search(source) and not signed:
        wrong.append("a machine never says sorry and never says I")
    return wrong


def names(sentence: str) -> set[str]:
    """List the {names} in a sentence, their formats included."""
    return {f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(sentence) if name}


def main(arguments: list[str]) -> int:
    """Run `update` or `check`."""
    if arguments == ["update"]:
        update()
        return 0
    if arguments != ["check"]:
        sys.stderr.write("python -m bot.catalogues update|check\n")
        return 2
    wrong = faults()
    for fault in wrong:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(f"catalogues: {len(catalogues())} languages, {len(wrong)} faults\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
