"""/find: whose a name, a case number or a phone number is. It never shows a number."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command

AT_MOST = 12


def find(asked: Asked) -> Answer:
    """List the cases these words may mean, a part of a name included."""
    if not asked.rest:
        return Answer("Find whom? Type /find and a name, a case number or a phone number.")
    found = asked.reads.found(asked.rest)
    if not found:
        return Answer("Nothing found.")
    listed = "\n".join(f"- {asked.reads.named(hit)}" for hit in found[:AT_MOST])
    more = f"\nand {len(found) - AT_MOST} more: type more of it." if len(found) > AT_MOST else ""
    return Answer(f"{listed}{more}")


FIND = Command("find", "/find WORDS", "a family by name, case or phone number", find)
