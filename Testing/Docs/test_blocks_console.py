"""Blocks for Slicer's console, and CONTRIBUTING's for the panel by hand, on real MRML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from doc_blocks import ROOT, Block, blocks_of, pages

if TYPE_CHECKING:
    from host import Host


def in_console(block: Block) -> bool:
    return block.in_slicer and not (block.runs_elsewhere or block.starts_a_host)


def console_blocks() -> dict[str, list[Block]]:
    """Blocks for Slicer's console by page, the README's six steps first."""
    found = {page: [b for b in blocks_of(page) if b.is_run and in_console(b)] for page in pages()}
    return {page: blocks for page, blocks in found.items() if blocks}


@pytest.mark.slow
def test_console_blocks_run_after_the_six_steps_of_the_readme(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import slicer

    monkeypatch.chdir(tmp_path)
    host.load_module(ROOT / "SpineRadiosurgery" / "SpineRadiosurgery.py")
    by_page = console_blocks()
    (six_steps,) = by_page.pop("README.md")
    common: dict[str, Any] = {"slicer": slicer}
    exec(compile(six_steps.code, six_steps.page, "exec"), common)
    evaluation = common["logic"].evaluation(common["table"])
    assert evaluation["verdict"]["status"] in ("pass", "caution")
    for page, blocks in by_page.items():
        names = dict(common)
        for block in blocks:
            exec(compile("\n" * block.line + block.code, page, "exec"), names)


@pytest.mark.slow
def test_the_panel_by_hand_of_contributing(
    missing: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from host import why_unavailable

    if reason := why_unavailable():
        missing(reason)
    (block,) = [b for b in blocks_of("CONTRIBUTING.md") if b.starts_a_host]
    (tmp_path / "SpineRadiosurgery").symlink_to(ROOT / "SpineRadiosurgery")
    (tmp_path / "build").mkdir()
    monkeypatch.chdir(tmp_path)
    exec(compile(block.code, block.page, "exec"), {})
    assert (tmp_path / "build" / "panel.png").stat().st_size > 10_000
