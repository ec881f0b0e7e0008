"""The command line, one file a command. `--help` reads no settings and imports nothing heavy."""

from __future__ import annotations

import sys

import typer

from bot.cli import (
    audit,
    backup,
    check_config,
    demo,
    import_,
    import_placements,
    import_register,
    keys,
    migrate,
    restore,
    serve,
    staff,
    talk,
)
from bot.domain import NotReady

app = typer.Typer(
    help="Keeps a family in touch with one named person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would cost more than everything --help needs
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("check-config")(check_config.check_config)
app.command("migrate")(migrate.migrate)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("talk")(talk.talk)
import_.app.command("placements")(import_placements.placements)
import_.app.command("register")(import_register.register)
app.add_typer(import_.app, name="import")
app.add_typer(keys.app, name="keys")
app.add_typer(staff.app, name="staff")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run one command; what the user can put right is said in one line."""
    try:
        app()
    except NotReady as error:
        print(f"keyworker: {error}", file=sys.stderr)
        sys.exit(2)
