"""Turning what was read into HTML. Everything a person wrote is escaped; nothing is a template."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

STAFF = Path(__file__).parent / "staff"
STAFF_ASSETS = STAFF / "assets"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(STAFF),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """Make a page out of its template."""
    return _templates().get_template(template).render(**values)
