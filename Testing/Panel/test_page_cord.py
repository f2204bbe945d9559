"""Step 4 of the panel: the cord volume and the planning risk volume of the cord."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from panel_plans import CORD, TARGET, VERTEBRA, cylinder, opened, plan
from person import Person

if TYPE_CHECKING:
    from host import Host

# Of a circle of 60 corners with a radius of 5 mm.
AREA_MM2 = 78.40


@pytest.fixture
def page(person: Person) -> Any:
    return person.page("cord")


@pytest.fixture
def case(person: Person, page: Any) -> Any:
    """The small plan with cord and target chosen, and the page of step 4 in front."""
    return chosen(person)


@pytest.fixture
def made(person: Person, case: Any) -> Any:
    person.press("cord")
    return case


def chosen(person: Person, target: Any = None, cord: Any = None) -> Any:
    target = target if target is not None else cylinder(TARGET, 10.0, 9.0, -10.0, 10.0, "CTV")
    cord = cord if cord is not None else cylinder(CORD, -15.0, 5.0, -50.0, 50.0)
    lower = cylinder(VERTEBRA, 10.0, 9.0, -40.0, -30.0)
    case = opened(person, plan(structures=(target, cord, lower)))
    case.cordNode, case.cordSegmentID = case.structuresNode, CORD
    case.targetSource = "structure"
    case.drawnNode, case.drawnSegmentID = case.structuresNode, TARGET
    person.press("target")
    person.open("cord")
    return case


def reason(person: Person) -> str:
    person.host.settle()
    return person.workflow.states["cord"].reason


def lines(page: Any) -> list[str]:
    return page.ui.cordResultLabel.text.split("\n")


def segmentations(host: Host) -> list[str]:
    count = host.scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode")
    nodes = [host.scene.GetNthNodeByClass(n, "vtkMRMLSegmentationNode") for n in range(count)]
    return [node.GetName() for node in nodes]


def test_without_a_cord_it_asks_for_one(person: Person, page: Any) -> None:
    person.open("cord")
    assert page.ui.cordButton.toolTip == "Choose the spinal cord."
    assert page.ui.cordRiskButton.toolTip == "Choose the spinal cord."


def test_without_a_target_it_says_which_step_makes_one(person: Person, page: Any) -> None:
    case = opened(person)
    case.cordNode, case.cordSegmentID = case.structuresNode, CORD
    person.open("cord")
    assert page.ui.cordButton.toolTip == "Make the target first (step 3)."
    assert page.ui.cordRiskButton.isEnabled()


def test_the_cord_cannot_be_the_target(person: Person, page: Any, case: Any) -> None:
    case.cordSegmentID = TARGET
    person.host.settle()
    assert page.ui.cordButton.toolTip.startswith("Cord and target are the same segment")


def test_the_selector_chooses_the_cord(person: Person, page: Any, case: Any) -> None:
    page.ui.cordSegmentSelector.setCurrentSegmentID(VERTEBRA)
    assert case.cordSegmentID == VERTEBRA


def test_the_result_is_told_with_units(person: Person, page: Any, made: Any) -> None:
    assert lines(page) == [
        f"{AREA_MM2 * 32 / 1000:.2f} cc, 32.0 mm long",
        "6.0 mm above, 6.0 mm below reached",
        "Cross-section 78 mm²",
    ]


def test_the_panel_makes_what_the_console_makes(person: Person, made: Any) -> None:
    from spine_radiosurgery.scene.steps.provenance import parameters_of

    node, _segment_id = person.workflow.logic.createCordVolume(made.structuresNode, CORD, made.structuresNode, TARGET)
    assert parameters_of(made.cordVolumeNode) == parameters_of(node)


def test_a_cord_that_ends_too_early_is_told(person: Person, page: Any) -> None:
    chosen(person, cord=cylinder(CORD, -15.0, 5.0, -50.0, 12.5))
    person.press("cord")
    assert lines(page)[1] == "2.5 mm above, 6.0 mm below reached"
    assert lines(page)[3].startswith("SpinalCord ends 3.5 mm before the 6 mm margin above")


def test_separate_sites_have_a_line_each(person: Person, page: Any) -> None:
    from spine_radiosurgery.geometry import Structure

    parts = (cylinder(TARGET, 10.0, 9.0, *ends) for ends in ((-30.0, -20.0), (20.0, 30.0)))
    rings = [ring for part in parts for ring in part.contours()]
    slices = np.arange(-48.75, 50.0, 2.5).tolist()
    both = Structure.from_contours(TARGET, rings, slice_positions_mm=slices)
    chosen(person, target=both)
    person.press("cord")
    assert [line.split(":")[0] for line in lines(page)[:2]] == [
        "SpinalCord_Partial_1 beside CTV_T8", "SpinalCord_Partial_2 beside CTV_T8",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("cordMarginMm", 5.0, "the margin was 6.0 mm and is 5.0 mm now"),
        ("cordMode", "centreline", "the mode was axial and is along the cord now"),
        ("cordSegmentID", VERTEBRA, "the cord is another one"),
    ],
)
def test_another_choice_makes_it_stale(person: Person, made: Any, field: str, value: Any, text: str) -> None:
    setattr(made, field, value)
    assert reason(person) == text


def test_another_target_makes_it_stale(person: Person, made: Any) -> None:
    made.drawnSegmentID = VERTEBRA
    person.press("target")
    assert reason(person) == "the target is another one"


def test_a_changed_cord_makes_it_stale(person: Person, made: Any) -> None:
    made.structuresNode.GetSegmentation().RemoveSegment(CORD)
    assert "cord SpinalCord was removed" in reason(person)


def test_cutting_again_replaces_the_former_volume(host: Host, person: Person, made: Any) -> None:
    before, former = segmentations(host), made.cordVolumeNode
    made.cordMarginMm = 5.0
    host.settle()
    person.press("cord")
    assert made.cordVolumeNode is not former
    assert segmentations(host) == before
    assert reason(person) == ""


def test_along_the_cord_is_said(person: Person, page: Any, case: Any) -> None:
    case.cordMode = "centreline"
    person.host.settle()
    person.press("cord")
    assert lines(page)[-1] == "Millimeters along the cord"


def test_a_risk_volume_tells_the_margin_reached(person: Person, page: Any, case: Any) -> None:
    person.press("cord", "cordRiskButton")
    assert case.riskVolumeNode.GetSegmentation().GetNthSegmentID(0) == "SpinalCord_PRV02"
    volume, margin = page.ui.cordRiskResultLabel.text.split("\n")
    assert volume.endswith(" cc")
    assert margin == "Margin reached: at least 2.0 mm, on average 2.0 mm"


def test_a_risk_volume_of_another_margin_is_stale(person: Person, page: Any, case: Any) -> None:
    person.press("cord", "cordRiskButton")
    case.prvMarginMm = 3.0
    person.host.settle()
    assert page.ui.cordRiskResultLabel.text.endswith("Stale: another margin is chosen")


def test_a_cord_that_does_not_reach_the_target_is_told(person: Person, page: Any) -> None:
    case = chosen(person, cord=cylinder(CORD, -15.0, 5.0, 20.0, 50.0))
    person.press("cord")
    assert "does not reach the target" in str(person.host.take_errors()[0])
    assert case.cordVolumeNode is None


def test_the_result_is_saved_with_the_scene(host: Host, person: Person, page: Any, made: Any, tmp_path: Path) -> None:
    before = lines(page)
    host.save_scene(tmp_path / "case.mrb")
    host.load_scene(tmp_path / "case.mrb")
    assert (lines(page), reason(person)) == (before, "")
