"""`keys`: what encrypts the record."""

from __future__ import annotations

import typer

app = typer.Typer(help="Make keys.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _keys() -> None:
    """Make keys."""


@app.command("new")
def new() -> None:
    """Print a fresh pair of keys for the environment. Keep them apart from the backups."""
    from storage.keys import new_keys

    seal, index = new_keys()
    print(f"KEYWORKER_KEYS={seal}\nKEYWORKER_INDEX_KEY={index}")
