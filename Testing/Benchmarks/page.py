"""Sections of text, tables and pictures, as a page in Markdown and on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURES = ROOT / "docs" / "benchmarks"


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; `caption` is one sentence."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        lines = [
            self.caption,
            "",
            "| " + " | ".join(self.header) + " |",
            "|" + " --- |" * len(self.header),
            *("| " + " | ".join(row) + " |" for row in self.rows),
        ]
        return "\n".join(lines)

    def show(self, console: Console) -> None:
        table = RichTable(title=self.caption, title_justify="left")
        for n, name in enumerate(self.header):
            table.add_column(name, justify="left" if n == 0 else "right", no_wrap=n == 0)
        for row in self.rows:
            table.add_row(*row)
        console.print(table)


@dataclass(frozen=True)
class Picture:
    """A file in `PICTURES` with what it shows."""

    file: str
    caption: str

    def markdown(self) -> str:
        return f"![{self.caption}](benchmarks/{self.file})"

    def show(self, console: Console) -> None:
        console.print(f"Picture: {self.file}")


@dataclass(frozen=True)
class Section:
    """One question with its answer."""

    title: str
    blocks: Sequence[str | Table | Picture]

    def markdown(self) -> str:
        parts = (b if isinstance(b, str) else b.markdown() for b in self.blocks)
        return f"## {self.title}\n\n" + "\n\n".join(parts) + "\n"

    def show(self, console: Console) -> None:
        console.rule(self.title, align="left")
        for block in self.blocks:
            if isinstance(block, str):
                console.print(block)
            else:
                block.show(console)


def number(value: float, digits: int = 2) -> str:
    """A figure for a table; one that is missing is said to be."""
    if value != value:
        return "none"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"
