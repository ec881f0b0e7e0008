"""The command line, one file a command. `--help` reads no settings and imports nothing heavy."""

from __future__ import annotations

import sys

import typer

from bot.cli import audit, check_config, demo, import_, keys, migrate, serve, talk

app = typer.Typer(
    help="Keeps a family in touch with one named person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("check-config")(check_config.check_config)
app.command("migrate")(migrate.migrate)
app.command("talk")(talk.talk)
app.add_typer(import_.app, name="import")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run one command; what the user can put right is said in one line."""
    from bot.settings import NotReady
    from storage.folder import FolderInUse

    try:
        app()
    except (NotReady, FolderInUse) as error:
        print(f"keyworker: {error}", file=sys.stderr)
        sys.exit(2)
