"""Small plans that are ready for step 5, and what a person does with the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scene_plans

from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.scene.steps import loading

if TYPE_CHECKING:
    from person import Person

    from host import Host

TARGET, CORD, CORD_VOLUME = "CTV_T8", "SpinalCord", "SpinalCord_Partial"
RESULTS = ("vtkMRMLTableNode", "vtkMRMLPlotSeriesNode", "vtkMRMLPlotChartNode", "vtkMRMLTextNode")


def ready_case(person: Person, more_gy: float) -> Any:
    assert person.widget is not None
    dose = scene_plans.dose()
    warmer = DoseGrid(dose.values_gy + more_gy, dose.ijk_to_ras)
    nodes = loading.add_case(person.host.scene, scene_plans.plan(dose=warmer))
    case = person.case
    case.imageNode, case.doseNode, case.structuresNode = nodes.image, nodes.dose, nodes.structures
    case.prescriptionGy, case.fractions = 16.0, 1
    case.targetSource = "structure"
    case.targetNode, case.targetSegmentID = nodes.structures, TARGET
    case.cordNode, case.cordSegmentID = nodes.structures, CORD
    case.robustness = False
    made, _ = person.widget.logic.createCordVolume(nodes.structures, CORD, nodes.structures, TARGET)
    case.cordVolumeNode = made
    person.host.settle()
    person.open("tolerance")
    return case


def evaluate(person: Person) -> Any:
    person.press("tolerance")
    return person.page("tolerance").ui.toleranceTable


def texts(table: Any, column: int) -> list[str]:
    return [table.item(row, column).text() for row in range(table.rowCount)]


def why_not(person: Person) -> str:
    """The tooltip of the main button, which must be disabled."""
    person.host.settle()
    button = person.page("tolerance").mainButton
    assert not button.enabled
    return str(button.toolTip)


def node_counts(host: Host) -> dict[str, int]:
    return {name: host.scene.GetNumberOfNodesByClass(name) for name in RESULTS}


def click_cell(host: Host, table: Any, row: int, column: int) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    place = table.visualItemRect(table.item(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, place)
    host.settle()
