"""Commands and the one place where complaints about input become an exit status."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import Abort, TyperException

from .. import __version__
from ..geometry import InputError
from . import assess, compare, demo, evaluate, inspect, protocols, render, target

UNUSABLE_INPUT = 2

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
app.add_typer(protocols.app, name="protocols")


def main() -> None:
    """Run the command line; unusable input ends with one line on standard error and status 2."""
    try:
        # Not standalone: the library's own complaints span several lines.
        status = app(standalone_mode=False)
    except InputError as error:
        _complain(str(error))
    except TyperException as error:
        _complain(f"{error.format_message()} See spine-radiosurgery --help.")
    except Abort:
        _complain("Interrupted; nothing was written.")
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _complain(message: str) -> NoReturn:
    sys.stderr.write(f"spine-radiosurgery: {' '.join(message.split())}\n")
    sys.exit(UNUSABLE_INPUT)
