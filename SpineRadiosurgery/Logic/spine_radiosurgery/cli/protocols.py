"""`spine-radiosurgery protocols`: list, show and check sets of constraints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import resources
from ..report import load_protocol
from ..tolerance import protocol_files, read_protocol

app = typer.Typer(help="Protocols: list, show, validate.")


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)


@app.command("list")
def list_protocols() -> None:
    """List the protocols that come with the program."""
    table = Table(box=None, pad_edge=False)
    for heading in ("identifier", "fractions", "rows", "switched off", "title"):
        table.add_column(heading)
    for path in protocol_files(resources.path("Protocols")):
        protocol = read_protocol(path)
        table.add_row(
            protocol.identifier,
            ", ".join(map(str, protocol.fractions)),
            str(len(protocol.constraints)),
            str(len(protocol.switched_off)),
            Text(protocol.title),
        )
    _console().print(table)


@app.command("show")
def show(protocol: Annotated[str, typer.Argument(help="Identifier or file.")]) -> None:
    """Show every row of a protocol with its source."""
    found = load_protocol(protocol, 1)
    console = _console()
    console.print(Text(f"{found.identifier} {found.version}: {found.title}"))
    console.print(Text(found.citation))
    table = Table(box=None, pad_edge=False)
    for heading in ("fractions", "structure", "metric", "limit", "role", "state"):
        table.add_column(heading)
    for row in found.constraints:
        table.add_row(
            ", ".join(map(str, row.fractions)),
            Text(row.structure),
            Text(row.metric),
            f"{row.comparator} {row.limit:g} {row.unit}",
            row.role,
            "on" if row.enabled else "off: wants checking against its source",
        )
    console.print(table)


@app.command("validate")
def validate(file: Annotated[Path, typer.Argument(help="Protocol file (JSON).")]) -> None:
    """Check a protocol file."""
    protocol = read_protocol(file)
    _console().print(
        Text(f"{protocol.identifier}: {len(protocol.constraints)} rows, SHA-256 {protocol.sha256}")
    )
