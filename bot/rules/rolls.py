"""On whose register a pupil stands: what registration and home school mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

RollKind: TypeAlias = Literal["single", "main", "subsidiary"]

HOME_SCHOOL = "home_school"  # the kind of a school that is no provision
DUAL = {  # at the home school, at the provision
    "dual-M": ("main", "subsidiary"),
    "dual-S": ("subsidiary", "main"),
}
SEPTEMBER = 9


@dataclass(frozen=True, slots=True)
class Schools:
    """The schools on record by their names, and the provision itself."""

    by_name: Mapping[str, int]
    provision: int | None


@dataclass(frozen=True, slots=True, order=True)
class Stands:
    """A pupil stands on the register of a school as a pupil of this kind."""

    school_id: int
    kind: str


def stands(registration: str, home_school: str, schools: Schools) -> set[Stands]:
    """Say on which registers a pupil stands; a pupil with no school stands on the provision's."""
    home, provision = schools.by_name.get(home_school), schools.provision
    if home is not None and provision is not None and home != provision and registration in DUAL:
        at_home, here = DUAL[registration]
        return {Stands(home, at_home), Stands(provision, here)}
    only = provision if home is None else home
    return set() if only is None else {Stands(only, "single")}


def reaches_back_to(today: date) -> date:
    """Say since when a pupil who comes on record today is taken to stand where the file says.

    The file tells no day. Registers of this school year and of the last one can be taken in.
    """
    began = today.year if today.month >= SEPTEMBER else today.year - 1
    return date(began - 1, SEPTEMBER, 1)
