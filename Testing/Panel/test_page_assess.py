"""Step 2 of the panel on the demo case: what is measured, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from person import Person

CORD, TUMOR, CANAL = "SpinalCord", "GTV_T8", "SpinalCanal"
TIGHTEST = ("grades", "proposal", "compression", "tightest_ras")


@pytest.fixture(scope="session")
def measured_scene(tmp_path_factory: Any, runnable_host: None, module_file: Path) -> Path:
    """The demo case, measured in step 2 with tumor and cord chosen, saved."""
    from host import start_host

    path = tmp_path_factory.mktemp("scene") / "measured.mrb"
    host = start_host()
    try:
        person = Person(host, module_file)
        person.load_demo()
        case = person.case
        case.gtvNode, case.gtvSegmentID = case.structuresNode, TUMOR
        case.cordNode, case.cordSegmentID = case.structuresNode, CORD
        person.press("assess", "assessMeasureButton")
        assert host.take_errors() == []
        host.save_scene(path)
    finally:
        host.stop()
    return path


@pytest.fixture
def measured(person: Person, measured_scene: Path) -> Person:
    """A person at step 2 of that case."""
    person.open("assess")
    person.host.load_scene(measured_scene)
    assert person.case.gtvSegmentID == TUMOR
    return person


@pytest.fixture
def ui(measured: Person) -> Any:
    return measured.page("assess").ui


def state(person: Person) -> Any:
    return person.workflow.states["assess"]


def recorded(person: Person) -> Any:
    return json.loads(person.case.assessmentNode.GetText())


def center_of_views(person: Person) -> list[float]:
    slice_node = person.host.scene.GetFirstNodeByClass("vtkMRMLSliceNode")
    return [slice_node.GetSliceToRAS().GetElement(i, 3) for i in range(3)]


def shift_cord(person: Person) -> None:
    """Draw the cord anew, without its lowest slice."""
    import numpy as np
    import slicer

    voxels = slicer.util.arrayFromSegmentBinaryLabelmap(person.case.structuresNode, CORD)
    voxels[np.nonzero(voxels)[0][0]] = 0
    slicer.util.updateSegmentBinaryLabelmapFromArray(voxels, person.case.structuresNode, CORD)
    person.host.settle()


def grow_into_canal(person: Person) -> tuple[float, float]:
    """Let the tumor fill the anterior 4 mm of the canal at its own height; return that, in mm."""
    import numpy as np
    import slicer
    import vtk

    node, image = person.case.structuresNode, person.case.imageNode
    tumor, canal = (slicer.util.arrayFromSegmentBinaryLabelmap(node, ID, image) for ID in (TUMOR, CANAL))
    ijk_to_ras = vtk.vtkMatrix4x4()
    image.GetIJKToRASMatrix(ijk_to_ras)
    matrix = slicer.util.arrayFromVTKMatrix(ijk_to_ras)
    levels = np.unique(np.nonzero(tumor)[0])
    slices, rows, columns = (index[np.isin(np.nonzero(canal)[0], levels)] for index in np.nonzero(canal))
    anterior = (np.column_stack([columns, rows, slices, np.ones(len(rows))]) @ matrix.T)[:, 1]
    near = anterior > anterior.max() - 4.0
    tumor[slices[near], rows[near], columns[near]] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(tumor, node, TUMOR, image)
    person.host.settle()
    heights = [float((matrix @ [0, 0, level, 1])[2]) for level in (levels[0], levels[-1])]
    return min(heights), max(heights)


def test_measuring_proposes_and_a_person_decides(measured: Person, ui: Any) -> None:
    proposal = measured.page("assess").draft.value(("grades", "proposal"))
    assert ui.assessLevelsLineEdit.text == "T8"
    assert ui.assessRadiographicComboBox.currentText == "Choose..."
    (code,) = proposal["radiographic"]
    assert ui.assessProposalLabel.text == f"Proposed: {code}. {proposal['reason']}"
    measured.host.click(ui.assessUseProposalButton)
    assert ui.assessRadiographicComboBox.currentText.startswith(f"{code}:")
    assert not ui.assessUseProposalButton.visible


def test_measuring_again_changes_no_choice(measured: Person, ui: Any) -> None:
    measured.grade("IV", "c", "2")
    measured.choose(ui.assessCollapseComboBox, "More than 50 %")
    measured.host.click(ui.assessMeasureButton)
    kept = measured.page("assess").draft.document
    assert (kept["grades"]["radiographic"], kept["grades"]["escc"], kept["sins"]["collapse"]) == (
        "IV",
        "2",
        "over_half",
    )
    assert "decided as IV; segmentations proposed" in ui.assessGradesRemarksLabel.text


def test_measured_values_stand_in_every_section(measured: Person, ui: Any) -> None:
    gap = measured.page("assess").draft.value(("selection", "measured", "cord_gap"))
    assert ui.assessMeasuredLabel.text.startswith("Measured: GTV_T8, SpinalCord, ")
    assert ui.assessCollapseComboBox.currentText.startswith("Measured: ")
    assert "Collapse: Measured" in ui.assessSinsReasonsLabel.text
    assert f"{gap['gap_mm']:.1f} mm of SpinalCord" in ui.assessGapLabel.text
    measured.unfold("Selection")
    measured.host.click(ui.assessShowGapButton)
    assert center_of_views(measured) == pytest.approx(gap["tumour_ras"])


def test_tumor_in_the_canal_is_graded_and_its_tightest_slice_shown(measured: Person, ui: Any) -> None:
    draft = measured.page("assess").draft
    assert draft.value(TIGHTEST) is None
    assert not ui.assessShowTightestButton.visible
    low, high = grow_into_canal(measured)
    assert ui.assessMeasuredLabel.text == "Out of date: tumor GTV_T8 was changed. Measure again."
    measured.host.click(ui.assessMeasureButton)
    proposal = draft.value(("grades", "proposal"))
    (code,) = proposal["radiographic"]
    assert code != "0"
    assert ui.assessProposalLabel.text.startswith(f"Proposed: {code}. ")
    measured.host.click(ui.assessUseProposalButton)
    measured.host.click(ui.assessUseEsccButton)
    assert draft.value(("grades", "radiographic")) == code
    assert [draft.value(("grades", "escc"))] == proposal["escc"]
    measured.host.click(ui.assessShowTightestButton)
    assert center_of_views(measured) == pytest.approx(draft.value(TIGHTEST))
    assert low <= center_of_views(measured)[2] <= high


def test_the_record_keeps_proposal_and_decision(measured: Person) -> None:
    measured.grade()
    measured.press("assess")
    kept = recorded(measured)
    assert (state(measured).mark, state(measured).reason) == ("done", "")
    assert kept["grades"]["radiographic"] == "II"
    assert kept["grades"]["proposal"]["structures"]
    assert kept["prescription"]["dose_gy"] == pytest.approx(16.0)


def test_the_record_survives_saving_and_loading(measured: Person, tmp_path: Path) -> None:
    measured.grade()
    measured.press("assess")
    before = recorded(measured)
    measured.host.save_scene(tmp_path / "scene.mrb")
    measured.host.load_scene(tmp_path / "scene.mrb")
    assert recorded(measured) == before
    assert (state(measured).mark, state(measured).reason) == ("done", "")


def test_a_structure_edited_after_recording_makes_the_record_stale(measured: Person) -> None:
    measured.press("assess")
    shift_cord(measured)
    assert (state(measured).mark, state(measured).reason) == ("stale", "cord SpinalCord was changed")


def test_a_structure_edited_between_measuring_and_recording_is_told(measured: Person, ui: Any) -> None:
    shift_cord(measured)
    assert ui.assessMeasuredLabel.text == "Out of date: cord SpinalCord was changed. Measure again."
    measured.press("assess")
    assert (state(measured).mark, state(measured).reason) == ("stale", "cord SpinalCord was changed")
    measured.press("assess", "assessMeasureButton")
    measured.press("assess")
    assert state(measured).mark == "done"


def test_another_tumor_makes_the_record_stale(measured: Person) -> None:
    measured.press("assess")
    measured.case.gtvSegmentID = "CTV_T8"
    measured.host.settle()
    assert state(measured).reason == "another tumor is chosen"


def test_a_removed_cord_makes_the_record_stale(measured: Person) -> None:
    measured.press("assess")
    measured.case.structuresNode.GetSegmentation().RemoveSegment(CORD)
    measured.host.settle()
    assert state(measured).reason == "cord SpinalCord was removed"
    measured.press("assess")
    assert state(measured).reason == "cord SpinalCord was removed"


def test_a_line_that_was_cleared_stays_clear(measured: Person, ui: Any) -> None:
    measured.type(ui.assessLevelsLineEdit, "")
    assert ui.assessLevelsLineEdit.text == ""


def test_without_structures_nothing_can_be_measured(person: Person) -> None:
    button = person.open("assess").ui.assessMeasureButton
    assert (button.enabled, button.toolTip) == (False, "Choose the structures first (step 1).")


def test_showing_the_page_takes_no_time(measured: Person) -> None:
    import time

    measured.press("assess")
    page = measured.page("assess")
    seconds = []
    for _ in range(5):
        start = time.thread_time()
        page.refresh()
        seconds.append(time.thread_time() - start)
    assert min(seconds) < 0.06
