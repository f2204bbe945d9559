"""A folder for each page, in which what the documents take for granted is there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from doc_blocks import ROOT, all_blocks, text_of
from doc_given import FILES, Given, make_demo, write_plan

import spine_radiosurgery as sr


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The demo's results and a plan of L1."""
    folder = tmp_path_factory.mktemp("given")
    blocks = [block for block in all_blocks() if not block.runs_elsewhere]
    texts = "\n".join(block.code for block in blocks)
    case = make_demo(folder / "demo", texts)
    coarse = sr.SpinePhantom(level="L1", pixel_spacing_mm=2.0)
    write_plan(coarse, folder / "plan", texts)
    return Given(folder / "demo", folder / "plan", case)


def exported_in(text: str) -> list[str]:
    return re.findall(r"^export (\w+)=", text, re.MULTILINE)


@pytest.fixture
def workplace(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Make the folder of a page and go there."""

    def prepared(page: str) -> Path:
        folder = tmp_path / Path(page).stem
        (folder / "build").mkdir(parents=True)
        (folder / "build" / "demo").symlink_to(given.demo, target_is_directory=True)
        (folder / "CASE_DIR").symlink_to(given.plan, target_is_directory=True)
        (folder / "SpineRadiosurgery").symlink_to(ROOT / "SpineRadiosurgery")
        for name, make in FILES.items():
            if re.search(rf"(?<![\w.-]){re.escape(name)}", text_of(page)):
                make(folder / name, given.case)
        monkeypatch.chdir(folder)
        # What a page exports ends with it.
        for name in exported_in(text_of(page)):
            monkeypatch.setenv(name, "")
        return folder

    return prepared
