"""The console's calls on whole cases: what the library gives without a scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_logic_module import NAME

if TYPE_CHECKING:
    from host import Host


@pytest.fixture
def logic(host: Host, module_file: Path) -> Any:
    host.load_module(module_file)
    return host.widget(NAME).logic


@pytest.mark.slow
def test_the_self_test_passes(host: Host, module_file: Path) -> None:
    module = host.load_module(module_file)
    module.SpineRadiosurgeryTest().runTest()
    assert host.vtk_errors == []


@pytest.mark.slow
@pytest.mark.real_data
def test_a_real_case_gives_the_librarys_numbers(logic: Any, real_data: Path) -> None:
    import spine_radiosurgery as sr

    folder = real_data / "spine-srs-L1" / "dicom"
    expected = sr.evaluate(sr.read_dicom_case(folder), target="CTV_L1", cord="SpinalCord", robustness=None)
    case = logic.loadCase(folder)
    node = case.structuresNode
    table = logic.evaluateTolerance(case.doseNode, node, "CTV_L1", node, "SpinalCord", robustness=False)
    assert logic.evaluation(table)["verdict"] == expected.to_dict()["verdict"]
    values = table.GetTable().GetColumnByName("Value")
    for row, result in enumerate(expected.constraints):
        assert values.GetValue(row) == pytest.approx(result.value, rel=1e-12, nan_ok=True)
    assert logic.evaluation(table)["cord_volumes"] == expected.to_dict()["cord_volumes"]
