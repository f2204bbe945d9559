from __future__ import annotations

import sys
from pathlib import Path

import pytest

from spine_radiosurgery.cohort.cells import CellError, Cells, folder_path, one_of, protocol_choice


@pytest.mark.skipif(sys.platform == "win32", reason="there it is no path of another system")
def test_a_path_of_another_system_is_told_without_the_path(tmp_path) -> None:
    cells = Cells({"folder": "D:\\Patients\\Miller_John"}, ",")
    with pytest.raises(CellError, match="a path of another system") as told:
        folder_path(cells, tmp_path)
    assert "Miller" not in str(told.value)


@pytest.mark.parametrize("path", ["D:\\Patients\\Miller", "/data/Miller", "\\\\pacs\\Miller"])
def test_a_path_in_a_wrong_column_is_told_without_the_path(path) -> None:
    cells = Cells({"protocol": path, "previous_radiation": path}, ",")
    with pytest.raises(CellError, match="protocol is 'a path'"):
        protocol_choice(cells, Path())
    with pytest.raises(CellError, match="previous_radiation is 'a path'"):
        one_of(cells, "previous_radiation", ("yes", "no"), "no")
