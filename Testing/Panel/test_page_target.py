"""Step 3 of the panel, clicked through on the demo case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from person import Person

if TYPE_CHECKING:
    from host import Host

WIDTH = 420


@pytest.fixture(scope="session")
def split_scene(tmp_path_factory: Any, runnable_host: None, module_file: Path) -> Path:
    """The demo case with its vertebra split by a click, saved."""
    from host import start_host

    path = tmp_path_factory.mktemp("scene") / "split.mrb"
    host = start_host()
    try:
        person = Person(host, module_file)
        person.open("target")
        empty, case = person.case, person.widget.logic.loadDemoCase()
        person.workflow.cases.show(case)
        person.workflow.cases.removeIfEmpty(empty)
        structures = case.structuresNode
        case.vertebraNode, case.vertebraSegmentID = structures, "Vertebra_T08"
        case.gtvNode, case.gtvSegmentID = structures, "GTV_T8"
        case.cordNode, case.cordSegmentID = structures, "SpinalCord"
        case.drawnNode, case.drawnSegmentID = structures, "CTV_T8"
        host.settle()
        assert person.page("target").mainButton.toolTip == "Split the vertebra first."
        person.press("target", "targetSplitButton")
        host.save_scene(path)
        assert host.take_errors() == []
    finally:
        host.stop()
    return path


@pytest.fixture
def person(host: Host, module_file: Path, split_scene: Path) -> Person:
    """A person at the page, with the vertebra split."""
    person = Person(host, module_file)
    assert person.widget is not None
    host.load_scene(split_scene)
    person.open("target")
    return person


@pytest.fixture
def page(person: Person) -> Any:
    return person.page("target")


@pytest.fixture
def ui(page: Any) -> Any:
    return page.ui


def make(person: Person) -> str:
    """Press the main button; return the line with the result."""
    person.press("target")
    return str(person.page("target").ui.targetResultLabel.text)


def state(person: Person) -> Any:
    person.host.settle()
    return person.workflow.states["target"]


def segmentations(person: Person) -> list[str]:
    scene, kind = person.host.scene, "vtkMRMLSegmentationNode"
    count = scene.GetNumberOfNodesByClass(kind)
    return [scene.GetNthNodeByClass(number, kind).GetName() for number in range(count)]


def click_at(person: Person, sector: str) -> None:
    """Click the middle of a sector in the drawing."""
    from PySide6 import QtCore, QtTest

    drawing = person.page("target").choice.drawing
    places = [
        (x, y)
        for y in range(drawing.label.height)
        for x in range(drawing.label.width)
        if drawing.sectorAt(x, y) == sector
    ]
    x, y = places[len(places) // 2]
    QtTest.QTest.mouseClick(drawing.label, QtCore.Qt.LeftButton, pos=QtCore.QPoint(x, y))
    person.host.settle()


def erase(node: Any, segment_id: str) -> None:
    """Edit a segment: take half of its voxels away."""
    import slicer
    from vtkmodules.util.numpy_support import vtk_to_numpy

    segmentation = node.GetSegmentation()
    segmentation.SeparateSegmentLabelmap(segment_id)
    labelmap = slicer.vtkSegmentationConverter.GetBinaryLabelmapRepresentationName()
    image = segmentation.GetSegment(segment_id).GetRepresentation(labelmap)
    voxels = vtk_to_numpy(image.GetPointData().GetScalars())
    voxels[: np.flatnonzero(voxels)[np.count_nonzero(voxels) // 2]] = 0
    image.GetPointData().GetScalars().Modified()
    image.Modified()
    segmentation.InvokeEvent(segmentation.SourceRepresentationModified, segment_id)


# Splitting


def test_the_split_vertebra_shows_its_sectors_with_exact_volumes(person: Person, page: Any, ui: Any) -> None:
    from spine_radiosurgery.scene.steps.splitting import sectors_of

    sectors = sectors_of(page.vertebrae.nodes[0])
    assert ui.targetBodyLabel.text == f"{sectors.body.volume_cc:.1f} cc"
    assert ui.targetLeftPedicleLabel.text == f"{sectors.left_pedicle.volume_cc:.2f} cc"
    assert ui.targetVertebraeList.item(0).text().startswith("T8, ")
    assert state(person).mark == "ready"


def test_showing_again_measures_nothing_again(person: Person, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from spine_radiosurgery.scene.steps import splitting

    monkeypatch.setattr(splitting, "sectors_of", None)
    person.workflow.refresh()
    assert page.ui.targetSumLabel.text.startswith("Chosen: ")


def test_a_vertebra_can_be_left_out_and_stays_so_in_a_saved_scene(person: Person, ui: Any, tmp_path: Path) -> None:
    import qt

    ui.targetVertebraeList.item(0).setCheckState(qt.Qt.Unchecked)
    assert state(person).reason == "Check at least one vertebra."
    person.host.save_scene(tmp_path / "out.mrb")
    person.host.load_scene(tmp_path / "out.mrb")
    assert state(person).reason == "Check at least one vertebra."
    ui.targetVertebraeList.item(0).setCheckState(qt.Qt.Checked)
    assert state(person).mark == "ready"


def test_an_edited_vertebra_makes_its_sectors_and_the_target_stale(person: Person, ui: Any) -> None:
    make(person)
    erase(person.case.vertebraNode, "Vertebra_T08")
    assert "was split before its vertebra or canal was changed" in state(person).reason
    assert ui.targetVertebraeList.item(0).text() == "T8 (stale: split it again)"


def test_removing_sectors_leaves_the_target_but_makes_it_stale(person: Person, ui: Any) -> None:
    make(person)
    person.press("target", "targetRemoveButton")
    assert not ui.targetVertebraeList.isVisible()
    assert person.case.targetNode is not None
    assert state(person).mark == "stale"


# Choosing sectors


def test_a_template_chooses_its_sectors(person: Person, page: Any, ui: Any) -> None:
    person.host.click(ui.targetPosteriorElementsRadio)
    checked = {name for name, box in page.choice.boxes.items() if box.checked}
    assert checked == {"left_lamina", "right_lamina", "spinous_process"}


def test_sectors_checked_by_hand_are_an_own_choice_unless_they_are_a_template(person: Person, ui: Any) -> None:
    person.host.click(ui.targetLeftPedicleCheckBox)
    assert ui.targetOwnChoiceRadio.checked
    assert person.case.sectorChoice == "body,left_pedicle"
    person.host.click(ui.targetRightPedicleCheckBox)
    assert ui.targetBodyAndPediclesRadio.checked
    assert person.case.sectorChoice == ""


def test_without_any_sector_there_is_no_target(person: Person, ui: Any) -> None:
    person.host.click(ui.targetBodyCheckBox)
    assert ui.targetButton.toolTip == "Choose at least one sector."
    assert not ui.targetButton.enabled


# Slicer's Qt 5 has no other way to ask where the mouse is.
@pytest.mark.filterwarnings("ignore:Function. .QMouseEvent:DeprecationWarning")
def test_a_click_in_the_drawing_chooses_a_sector(person: Person, ui: Any) -> None:
    click_at(person, "left_lamina")
    assert ui.targetLeftLaminaCheckBox.checked
    click_at(person, "left_lamina")
    assert ui.targetBodyRadio.checked


def test_the_drawing_shows_the_patients_right_on_the_left(page: Any) -> None:
    drawing = page.choice.drawing
    middle = drawing.label.width // 2
    rows = range(drawing.label.height)
    left = {drawing.sectorAt(x, y) for x in range(middle - 8) for y in rows}
    assert {"right_pedicle", "right_lamina"} <= left
    assert not left & {"left_pedicle", "left_lamina"}


# Proposing


def test_the_consensus_rule_proposes_with_its_source(person: Person, ui: Any) -> None:
    person.host.click(ui.targetWholeVertebraRadio)
    person.press("target", "targetProposeButton")
    assert ui.targetProposalLabel.text == "Consensus rule proposes: body"
    assert "SmartBrush" in ui.targetProposalLabel.toolTip
    assert "Read at this source." in ui.targetProposalLabel.toolTip
    person.press("target", "targetUseProposalButton")
    assert ui.targetBodyRadio.checked
    assert not ui.targetUseProposalButton.enabled


def test_a_proposal_for_another_tumor_is_not_shown(person: Person, ui: Any) -> None:
    person.press("target", "targetProposeButton")
    person.case.gtvSegmentID = "CTV_T8"
    person.host.settle()
    assert not ui.targetProposalLabel.isVisible()


def test_nothing_is_proposed_without_a_tumor(person: Person, ui: Any) -> None:
    person.case.gtvNode = None
    person.host.settle()
    assert ui.targetProposeButton.toolTip == "Choose the tumor first."
    ui.targetUniteCheckBox.checked = True
    assert state(person).reason == "Choose the tumor to unite with."


# Making


def test_the_target_tells_volume_length_distance_and_warnings(person: Person, ui: Any) -> None:
    line = make(person)
    facts = person.widget.logic.targetFacts(person.case.targetNode)
    assert line == (
        f"CTV_T8_body: {facts['volume_cc']:.1f} cc, {facts['length_mm']:.1f} mm long, "
        f"{facts['cord_gap_mm']:.1f} mm from SpinalCord"
    )
    assert 10 < facts["volume_cc"] < 15
    assert ui.targetLevelsLabel.text == "T8: body"
    assert "RTOG 0631 asked for 3 mm" in ui.targetWarningsLabel.text
    assert state(person).mark == "done"


def test_the_distance_is_told_although_the_cord_is_not_kept_out(person: Person, ui: Any) -> None:
    ui.targetKeepOutOfCordCheckBox.checked = False
    assert make(person).endswith("mm from SpinalCord")


def test_the_result_is_the_same_after_saving_and_loading(person: Person, ui: Any, tmp_path: Path) -> None:
    line = make(person)
    person.host.save_scene(tmp_path / "made.mrb")
    person.host.load_scene(tmp_path / "made.mrb")
    assert state(person).mark == "done"
    assert ui.targetResultLabel.text == line


def test_other_choices_make_the_target_stale_until_it_is_made_again(person: Person, ui: Any) -> None:
    make(person)
    before = segmentations(person)
    ui.targetMarginSpinBox.value = 2.0
    person.host.click(ui.targetLeftPedicleCheckBox)
    assert state(person).reason == ("sectors: body then, body + left pedicle now; margin: 0.0 mm then, 2.0 mm now")
    assert ui.targetResultLabel.text.endswith("(stale)")
    make(person)
    assert state(person).mark == "done"
    assert len(segmentations(person)) == len(before)
    ui.targetUniteCheckBox.checked = True
    assert state(person).reason == "united with: nothing then, GTV_T8 now"


def test_a_target_that_another_case_uses_is_not_removed(person: Person, ui: Any) -> None:
    make(person)
    shared = person.case.targetNode
    other = person.widget.logic.createCase("Other")
    other.targetNode = shared
    person.host.click(ui.targetWholeVertebraRadio)
    make(person)
    assert person.case.targetNode is not shared
    assert other.targetNode is shared


@pytest.mark.slow
def test_two_vertebrae_make_one_target(person: Person, ui: Any) -> None:
    person.case.vertebraSegmentID = "Vertebra_T09"
    person.host.settle()
    person.press("target", "targetSplitButton")
    assert ui.targetVertebraeList.count == 2
    assert "CTV_T8_T9" in make(person)
    assert ui.targetLevelsLabel.text == "T8: body\nT9: body"


# A drawn structure


def test_a_drawn_structure_is_measured_and_taken_as_it_is(person: Person, ui: Any) -> None:
    make(person)
    person.host.click(ui.targetFromStructureRadio)
    assert state(person).reason == "made from sectors then, a drawn structure now"
    structures = person.case.structuresNode
    line = make(person)
    assert line.startswith("CTV_T8: 12.0 cc, 20.0 mm long, ")
    assert state(person).mark == "done"
    assert (person.case.targetNode, person.case.targetSegmentID) == (structures, "CTV_T8")
    assert "CTV_T8_body target" not in segmentations(person)


def test_a_target_made_in_the_place_of_a_drawn_one_leaves_the_drawn_one(person: Person, ui: Any) -> None:
    person.host.click(ui.targetFromStructureRadio)
    make(person)
    person.host.click(ui.targetFromSectorsRadio)
    make(person)
    assert state(person).mark == "done"
    assert person.case.structuresNode.GetSegmentation().GetSegment("CTV_T8") is not None
    assert "CTV_T8_body target" in segmentations(person)


def test_an_edited_drawn_target_stays_the_target_and_says_so(person: Person, ui: Any) -> None:
    person.host.click(ui.targetFromStructureRadio)
    make(person)
    erase(person.case.structuresNode, "CTV_T8")
    assert state(person).mark == "done"
    assert "edited since it was measured" in ui.targetWarningsLabel.text


def test_another_structure_is_taken_only_by_the_button(person: Person, ui: Any) -> None:
    person.host.click(ui.targetFromStructureRadio)
    make(person)
    person.case.drawnSegmentID = "PTV_T8"
    assert state(person).reason == "another structure is chosen now"
    assert person.case.targetSegmentID == "CTV_T8"


# The panel


def test_the_page_fits_the_panel(person: Person, page: Any, ui: Any) -> None:
    person.press("target", "targetProposeButton")
    make(person)
    assert page.widget.minimumSizeHint().width() <= WIDTH - 20


def test_a_closed_scene_leaves_a_page_that_says_what_to_do(person: Person, ui: Any) -> None:
    make(person)
    person.host.close_scene()
    assert state(person).mark == "todo"
    assert not ui.targetResultFrame.isVisible()
