"""Every block of the documents is of a known kind, and runs; those that cannot are listed here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doc_blocks import (
    LANGUAGES,
    MARKS,
    ROOT,
    RUN_ELSEWHERE,
    Block,
    all_blocks,
    blocks_of,
    pages,
    text_of,
)
from doc_commands import check, commands_of, run

from spine_radiosurgery import resources
from spine_radiosurgery.cohort.manifest import read_manifest

NOT_RUN: dict[str, str] = {}
"""Page and reason of the blocks that cannot run here."""


def test_every_block_has_a_language_and_marks_that_there_are() -> None:
    blocks = all_blocks()
    assert [b.place for b in blocks if b.language not in LANGUAGES] == []
    assert [(b.place, m) for b in blocks for m in b.marks if m not in MARKS] == []


def test_only_the_listed_blocks_are_not_run() -> None:
    found = {b.page: b.marks["not run"] for b in all_blocks() if not b.is_run}
    assert found == NOT_RUN


def test_text_says_what_prints_it() -> None:
    shown = [b for b in all_blocks() if b.language == "text"]
    assert [b.place for b in shown if b.is_run and "printed by" not in b.marks] == []


@pytest.mark.parametrize("page", RUN_ELSEWHERE)
def test_a_page_with_a_test_of_its_own_has_it(page: str) -> None:
    test, _ = RUN_ELSEWHERE[page]
    assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


def test_a_block_is_found_with_its_marks_however_it_is_indented() -> None:
    text = "a\n\n<!-- file: r.json -->\n\n   ```json\n   {}\n   ```\nb\n````text\n```\n````\n"
    first, second = blocks_of("made", text)
    assert (first.language, first.code, first.marks) == ("json", "{}\n", {"file": "r.json"})
    assert (second.language, second.code, second.marks) == ("text", "```\n", {})


def plain(block: Block) -> bool:
    """Whether it runs with its page: neither in Slicer nor by a test of its own."""
    return block.is_run and not (block.in_slicer or block.starts_a_host or block.runs_elsewhere)


PAGES = [page for page in pages() if any(plain(block) for block in blocks_of(page))]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_page_runs_from_top_to_bottom(page: str, workplace: Callable[[str], Path]) -> None:
    workplace(page)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in filter(plain, blocks_of(page)):
        match block.language:
            case "python":
                # The line of the page in a traceback; the text is the project's own.
                exec(compile("\n" * block.line + block.code, block.page, "exec"), names)
            case "json":
                check_json(block)
            case "csv":
                check_manifest(block)
            case "text":
                check_printed(block)
            case _:
                wrong = {command: check(command) for command in commands_of(block.code)}
                assert {c: w for c, w in wrong.items() if w} == {}, block.place
        if "file" in block.marks:
            Path(block.marks["file"]).write_text(block.code, encoding="utf-8")


def check_json(block: Block) -> None:
    document = json.loads(block.code)
    if "schema" in block.marks:
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads(resources.path(block.marks["schema"]).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(document)


def check_manifest(block: Block) -> None:
    path = Path("manifest-of-the-page.csv")
    path.write_text(block.code, encoding="utf-8")
    assert [row.problem for row in read_manifest(path).rows if row.problem] == []


def check_printed(block: Block) -> None:
    """Every line but `...` is printed; how columns are spaced does not matter."""
    _, *words = block.marks["printed by"].split()
    _, text = run(words)
    printed = {" ".join(line.split()) for line in text.splitlines()}
    shown = [" ".join(line.split()) for line in block.code.splitlines()]
    assert [line for line in shown if line not in (*printed, "...", "")] == [], block.place


def test_the_readme_fits_on_two_screens() -> None:
    assert len(text_of("README.md").splitlines()) <= 120
