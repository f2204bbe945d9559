"""3D Slicer gets every file of the module and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import update_cmake_lists
from installed_tree import MODULES

EMPTY = "  # begin scripts\n  # end scripts\n  # begin resources\n  # end resources\n"


def test_cmake_lists_hold_every_file_of_the_module() -> None:
    text = update_cmake_lists.CMAKE_LISTS.read_text(encoding="utf-8")
    assert text == update_cmake_lists.listed_text(text), "run `make cmake-lists`"


def test_scripts_and_resources_are_told_apart(tmp_path: Path) -> None:
    for name in ("Module.py", "ModulePanel/page.py", "Logic/library/a.py", "Resources/UI/M.ui"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert update_cmake_lists.listed_text(EMPTY, tmp_path) == (
        "  # begin scripts\n  Module.py\n  Logic/library/a.py\n  ModulePanel/page.py\n"
        "  # end scripts\n  # begin resources\n  Resources/UI/M.ui\n  # end resources\n"
    )


def test_a_file_that_slicer_would_not_get_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ModulePanel").mkdir()
    (tmp_path / "ModulePanel" / "page.ui").touch()
    with pytest.raises(ValueError, match=r"move it to Resources/: ModulePanel/page\.ui"):
        update_cmake_lists.listed_text(EMPTY, tmp_path)


def test_an_installed_extension_holds_the_listed_files_in_their_folders(installed: Path) -> None:
    shipped = set(update_cmake_lists.files_of(update_cmake_lists.MODULE))
    assert set(update_cmake_lists.files_of(installed)) == shipped - update_cmake_lists.NOT_SHIPPED
    assert installed.parts[-3:] == MODULES.parts
