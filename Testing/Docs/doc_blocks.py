"""The fenced blocks of the documents, with the comments that stand before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "SpineRadiosurgery" / "Logic" / "spine_radiosurgery"
LANGUAGES = ("python", "bash", "json", "csv", "text")
MARKS = ("not run", "file", "schema", "printed by")

RUN_ELSEWHERE = {
    "docs/console.md": ("Testing/Panel/test_docs_console.py", ("python",)),
    "docs/cookbook.md": ("Testing/Docs/test_cookbook.py", ("python", "bash")),
}
"""Pages with a test of their own, which says what must come out, and the languages that it runs."""

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+|~~~+) *(?P<language>[^`\s]*)")
COMMENT = re.compile(r"^ *<!-- (?P<mark>[a-z ]+): (?P<text>.*\S) -->$")
IN_SLICER = re.compile(r"\b(?:slicer|logic|qt)\.\w")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes
    ----------
    page : str
        From the root of the checkout.
    line : int
        Of its fence, from 1.
    language, code : str
    marks : dict of str to str
        What the comments before it say: "not run", "file", "schema", "printed by".
    """

    page: str
    line: int
    language: str
    code: str
    marks: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_run(self) -> bool:
        return "not run" not in self.marks

    @property
    def runs_elsewhere(self) -> bool:
        """Whether its page has a test of its own, which runs it."""
        return self.page in RUN_ELSEWHERE and self.language in RUN_ELSEWHERE[self.page][1]

    @property
    def starts_a_host(self) -> bool:
        """Whether it starts the panel without Slicer."""
        return "start_host()" in self.code

    @property
    def in_slicer(self) -> bool:
        """Whether it is for the console of 3D Slicer."""
        return self.language == "python" and bool(IN_SLICER.search(self.code))


def pages() -> list[str]:
    """All documents."""
    found = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    found += sorted((ROOT / "docs").rglob("*.md"))
    return [path.relative_to(ROOT).as_posix() for path in found]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks_of(page: str, text: str | None = None) -> list[Block]:
    """All blocks of a page, in order."""
    blocks: list[Block] = []
    marks: dict[str, str] = {}
    code: list[str] = []
    opened: re.Match[str] | None = None
    start = 0
    lines = (text_of(page) if text is None else text).splitlines()
    for number, line in enumerate(lines, start=1):
        found = FENCE.match(line)
        if opened is not None:
            if found and found["fence"] == opened["fence"] and not found["language"]:
                joined = "\n".join(code) + "\n"
                blocks.append(Block(page, start, opened["language"], joined, marks))
                opened, code, marks = None, [], {}
            else:
                code.append(line.removeprefix(opened["indent"]))
        elif found:
            opened, start = found, number
        elif comment := COMMENT.match(line):
            marks[comment["mark"]] = comment["text"]
        elif line.strip():
            marks = {}
    if opened is not None:
        raise ValueError(f"{page}:{start}: the block is not closed.")
    return blocks


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks_of(page)]
