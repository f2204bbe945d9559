"""The README's example for Slicer's Python console."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_readmes_console_example_is_that_of_the_page_that_is_run(repository: Path) -> None:
    """`docs/console.md` is executed as a whole in test_docs_console.py."""
    readme = (repository / "README.md").read_text(encoding="utf-8")
    page = (repository / "docs" / "console.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(logic = .*?)```", readme, flags=re.DOTALL)
    lines = [_without_comment(line) for line in code.splitlines() if line]
    run = {_without_comment(line) for line in page.splitlines()}
    assert [line for line in lines if line not in run] == []


def _without_comment(line: str) -> str:
    return line.partition("#")[0].strip()
