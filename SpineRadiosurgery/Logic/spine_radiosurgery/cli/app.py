"""Commands and the one place where complaints about input become an exit status."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from .. import __version__
from ..geometry import InputError
from . import assess, cohort, compare, demo, evaluate, inspect, manifest, protocols, render, target
from .endings import careful_streams, complain, told_in_a_line

INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

app = typer.Typer(
    name="spine-radiosurgery",
    help=(
        "Spine radiosurgery planning research after Ryu et al. 2015. "
        "A research tool, not a medical device."
    ),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"spine-radiosurgery {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Take what applies to every command."""


app.command("demo")(demo.demo)
app.command("inspect")(inspect.inspect)
app.command("target")(target.target)
app.command("evaluate")(evaluate.evaluate_case)
app.command("render")(render.render)
app.command("compare")(compare.compare)
app.command("assess")(assess.assess)
app.command("manifest")(manifest.manifest)
app.command("cohort")(cohort.cohort)
app.add_typer(protocols.app, name="protocols")


def main() -> None:
    """Run the command line; unusable input ends with one line on standard error and status 2."""
    with careful_streams(), told_in_a_line():
        try:
            # Not standalone: the library's own complaints span several lines.
            status = app(standalone_mode=False)
        except InputError as error:
            complain(str(error))
        except TyperException as error:
            complain(f"{error.format_message()} See spine-radiosurgery --help.")
        except (Abort, KeyboardInterrupt):
            status = INTERRUPTED
        if status == INTERRUPTED:
            complain("Interrupted; nothing half-written is left.")
    sys.exit(status if isinstance(status, int) else 0)
