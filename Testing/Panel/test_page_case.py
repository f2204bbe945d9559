"""Step 1 of the panel: loading, roles, checks, confirmation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from panel_plans import CORD, LUNG, TARGET, TUMOR, VERTEBRA, opened, plan, structures
from person import Person
from PySide6 import QtCore, QtGui, QtWidgets

if TYPE_CHECKING:
    from host import Host

COVERAGE = "Dose covers 90.0 % of SpinalCord; the rest reaches 10.0 mm below it."


@pytest.fixture
def page(person: Person) -> Any:
    return person.page("case")


@pytest.fixture
def case(person: Person, page: Any) -> Any:
    """The small plan, chosen in the panel."""
    return opened(person)


@pytest.fixture
def confirmed(person: Person, case: Any) -> Any:
    person.press("case")
    return case


def state(person: Person) -> Any:
    person.host.settle()
    return person.workflow.states["case"]


def role_box(page: Any, segment_id: str) -> Any:
    table = page.ui.caseRoleTable
    names = [table.item(row, 0).text().replace("\n", "") for row in range(table.rowCount)]
    return table.cellWidget(names.index(segment_id), 1)


def notes(page: Any) -> dict[str, tuple[str, str, str]]:
    """Role, volume and note of every row."""
    table = page.ui.caseRoleTable
    return {
        table.item(row, 0).text().replace("\n", ""): (
            table.cellWidget(row, 1).currentText,
            table.item(row, 2).text(),
            table.item(row, 3).text(),
        )
        for row in range(table.rowCount)
    }


def slice_node(host: Host) -> Any:
    node = host.scene.AddNewNodeByClass("vtkMRMLSliceNode")
    node.SetLayoutName("Red")
    return node


def place_of(node: Any) -> list[float]:
    matrix = node.GetSliceToRAS()
    return [round(matrix.GetElement(row, 3), 2) for row in range(3)]


def test_an_empty_case_says_what_to_do(person: Person, page: Any) -> None:
    person.open("case")
    assert not page.ui.caseButton.isEnabled()
    assert page.ui.caseButton.toolTip == "Load a case, or choose its structures."


def test_without_slicerrt_one_line_says_how_to_get_it(person: Person, page: Any) -> None:
    person.open("case")
    assert page.ui.caseSlicerRtLabel.isVisible()
    assert page.ui.caseSlicerRtLabel.text.startswith("SlicerRT is not installed; get it")


def test_without_totalsegmentator_its_button_says_how_to_get_it(person: Person, page: Any) -> None:
    person.open("case")
    assert not page.ui.caseSegmentButton.isEnabled()
    assert "TotalSegmentator is not installed" in page.ui.caseSegmentButton.toolTip


def test_a_plan_that_is_in_the_scene_is_chosen_at_the_opening(host: Host, person: Person) -> None:
    from spine_radiosurgery.scene.steps.loading import add_case

    nodes = add_case(host.scene, plan())
    chosen = person.case
    assert (chosen.imageNode, chosen.doseNode, chosen.structuresNode) == (
        nodes.image, nodes.dose, nodes.structures,
    )  # fmt: skip


def test_a_plan_of_another_case_is_not_chosen(person: Person, case: Any) -> None:
    person.host.click(person.workflow.ui.newCaseButton)
    assert person.case.structuresNode is None


def test_a_folder_is_loaded_in_the_place_of_the_empty_case(
    person: Person, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spine_radiosurgery.dicom import write_dicom_case

    write_dicom_case(plan(), tmp_path / "plan")
    monkeypatch.setattr(page, "_askForFolder", lambda: str(tmp_path / "plan"))
    person.press("case", "caseLoadButton")
    assert person.workflow.logic.getAllParameterNodes() == [person.case.parameterNode]
    assert page.ui.casePlanLabel.text == "Plan: 16 Gy in 1 fraction(s)"
    assert QtCore.QSettings().value("SpineRadiosurgery/CaseFolder") == str(tmp_path / "plan")


def test_no_folder_loads_nothing(person: Person, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_askForFolder", lambda: "")
    before = person.case.parameterNode
    person.press("case", "caseLoadButton")
    assert person.case.parameterNode is before


def test_a_folder_that_cannot_be_read_leaves_the_case(
    person: Person, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_askForFolder", lambda: str(tmp_path))
    before = person.case.parameterNode
    person.press("case", "caseLoadButton")
    assert "holds no DICOM file" in str(person.host.take_errors()[0])
    assert person.case.parameterNode is before


def test_roles_are_guessed_the_decisive_ones_first(person: Person, page: Any, case: Any) -> None:
    roles = {name: role for name, (role, _, _) in notes(page).items()}
    assert list(roles.items()) == [
        (TARGET, "target"), (TUMOR, "GTV"), (VERTEBRA, "vertebra"), (CORD, "cord"), (LUNG, "organ"),
    ]  # fmt: skip


def test_confirming_says_what_is_wrong(person: Person, page: Any, confirmed: Any) -> None:
    messages = person.workflow.logic.confirmationOf(confirmed).messages
    assert [message.text for message in messages] == [COVERAGE]
    assert page.ui.caseMessagesLabel.isVisible()
    assert COVERAGE in page.ui.caseMessagesLabel.text


def test_a_message_shows_its_place(host: Host, person: Person, page: Any, confirmed: Any) -> None:
    node = slice_node(host)
    page.ui.caseMessagesLabel.linkActivated.emit("0")
    assert place_of(node) == [0.0, -15.0, -45.0]


def test_a_double_click_goes_to_the_structure(host: Host, person: Person, page: Any, confirmed: Any) -> None:
    node = slice_node(host)
    page.ui.caseRoleTable.cellDoubleClicked.emit(0, 0)
    assert place_of(node) == [0.0, 10.0, 0.0]


def test_confirming_tells_volumes(person: Person, page: Any, confirmed: Any) -> None:
    assert notes(page)[CORD] == ("cord", "7.84", "dose covers 90.0\u00a0%")


def test_a_confirmed_case_is_done(person: Person, confirmed: Any) -> None:
    assert (state(person).mark, state(person).reason) == ("done", "")


def test_confirming_fills_in_what_later_steps_start_from(confirmed: Any) -> None:
    assert confirmed.structuresNode is confirmed.cordNode is confirmed.vertebraNode
    assert (confirmed.vertebraSegmentID, confirmed.cordSegmentID) == (VERTEBRA, CORD)
    assert (confirmed.gtvSegmentID, confirmed.targetSource) == (TUMOR, "sectors")


def test_without_a_vertebra_the_drawn_target_is_proposed(person: Person, page: Any) -> None:
    case = opened(person, plan(structures=(structures()[0], structures()[3])))
    person.press("case")
    assert (case.targetSource, case.drawnSegmentID) == ("structure", TARGET)


def test_what_was_chosen_before_stays(person: Person, case: Any) -> None:
    other = person.host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "Mine")
    case.vertebraNode = other
    person.press("case")
    assert case.vertebraNode is other


def test_another_role_makes_the_case_stale(person: Person, page: Any, confirmed: Any) -> None:
    role_box(page, LUNG).setCurrentIndex(page.roleTable.values.index("ignore"))
    assert state(person).reason == "roles were changed: Lung_L"


def test_the_role_that_was_chosen_counts(person: Person, page: Any, confirmed: Any) -> None:
    role_box(page, LUNG).setCurrentIndex(page.roleTable.values.index("ignore"))
    person.press("case")
    assert json.loads(confirmed.rolesJson)[LUNG] == "ignore"
    assert notes(page)[LUNG] == ("ignore", "", "")


def test_another_cord_takes_the_place_of_the_former_one(person: Person, page: Any, confirmed: Any) -> None:
    role_box(page, CORD).setCurrentIndex(page.roleTable.values.index("canal"))
    role_box(page, LUNG).setCurrentIndex(page.roleTable.values.index("cord"))
    person.press("case")
    assert (confirmed.cordSegmentID, confirmed.canalSegmentID) == (LUNG, CORD)


def test_the_wheel_does_not_change_a_role(person: Person, page: Any, case: Any) -> None:
    person.open("case")
    box = role_box(page, TARGET)
    point = QtCore.QPointF(5, 5)
    turn = QtGui.QWheelEvent(
        point, box.mapToGlobal(point), QtCore.QPoint(0, -120), QtCore.QPoint(0, -120),
        QtCore.Qt.NoButton, QtCore.Qt.NoModifier, QtCore.Qt.NoScrollPhase, False,
    )  # fmt: skip
    QtWidgets.QApplication.sendEvent(box, turn)
    assert box.currentText == "target"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("prescriptionGy", 18.0, "the prescription was changed"),
        ("previousRadiation", "yes", "the earlier irradiation was changed"),
        ("doseNode", None, "another dose is chosen"),
    ],
)
def test_another_answer_makes_the_case_stale(
    person: Person, confirmed: Any, field: str, value: Any, reason: str
) -> None:
    setattr(confirmed, field, value)
    assert state(person).reason == reason


def test_a_changed_structure_makes_the_case_stale(person: Person, confirmed: Any) -> None:
    confirmed.structuresNode.GetSegmentation().RemoveSegment(LUNG)
    assert state(person).reason == "structures small plan structures was changed"


def test_other_structures_are_guessed_anew(person: Person, page: Any, confirmed: Any) -> None:
    role_box(page, LUNG).setCurrentIndex(page.roleTable.values.index("cord"))
    person.host.settle()
    confirmed.structuresNode = opened(person).structuresNode
    person.host.settle()
    assert notes(page)[LUNG][0] == "organ"


def test_a_prescription_against_the_plan_is_told(person: Person, case: Any) -> None:
    case.prescriptionGy = 24.0
    case.fractions = 3
    person.press("case")
    texts = [message.text for message in person.workflow.logic.confirmationOf(case).messages]
    assert "24 Gy in 3 fractions, contradicts RTPLAN, 16 Gy in 1 fraction" in texts[0]
    assert "CTV_T8: The target's median dose is 16.00 Gy, 67 %" in texts[1]


def test_an_unreadable_structure_is_noted(host: Host, person: Person, page: Any, case: Any) -> None:
    case.structuresNode.GetSegmentation().AddEmptySegment("Empty", "Esophagus")
    host.settle()
    person.press("case")
    assert notes(page)["Esophagus"][2].startswith("unreadable: Segment Esophagus")


def test_the_confirmation_is_saved_with_the_scene(
    host: Host, person: Person, page: Any, confirmed: Any, tmp_path: Path
) -> None:
    host.save_scene(tmp_path / "case.mrb")
    host.load_scene(tmp_path / "case.mrb")
    assert state(person).mark == "done"
    assert COVERAGE in page.ui.caseMessagesLabel.text
    assert notes(page)[CORD] == ("cord", "7.84", "dose covers 90.0\u00a0%")


def test_confirming_a_case_without_structures_is_refused(person: Person) -> None:
    with pytest.raises(ValueError, match="has no structures"):
        person.workflow.logic.confirmCase(person.case)


class Segmenter:
    """Stands for TotalSegmentator, which is not in the test host."""

    def __init__(self, logic: Any, missing: tuple[str, ...]) -> None:
        self.scene_node: Any = None
        self.allowed: list[bool] = []
        logic.whyNoTotalSegmentator = lambda: ""
        logic.missingForTotalSegmentator = lambda: missing
        logic.segmentVertebrae = self.segment

    def segment(self, volumeNode: Any, fast: bool = False, allowDownload: bool = False) -> Any:
        self.allowed.append(allowDownload)
        self.scene_node = volumeNode.GetScene().AddNewNodeByClass("vtkMRMLSegmentationNode")
        self.scene_node.GetSegmentation().AddEmptySegment("vertebrae_T8", "vertebrae_T8")
        return self.scene_node


@pytest.mark.parametrize("agrees", [True, False])
def test_totalsegmentator_downloads_only_when_allowed(
    person: Person, case: Any, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    import slicer

    segmenter = Segmenter(person.workflow.logic, ("trained models: 291",))
    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda text: asked.append(text) or agrees)
    person.workflow.refresh()
    person.press("case", "caseSegmentButton")
    assert asked == ["TotalSegmentator has to download first: trained models: 291. Download now?"]
    assert segmenter.allowed == ([True] if agrees else [])


def test_totalsegmentators_vertebrae_are_taken_for_the_next_steps(person: Person, case: Any) -> None:
    segmenter = Segmenter(person.workflow.logic, ())
    person.workflow.refresh()
    person.press("case", "caseSegmentButton")
    assert case.vertebraNode is segmenter.scene_node
    assert case.vertebraSegmentID == "vertebrae_T8"


def test_confirming_again_adds_no_node(host: Host, person: Person, confirmed: Any) -> None:
    before = host.scene.GetNumberOfNodes()
    person.press("case")
    assert host.scene.GetNumberOfNodes() == before


def test_everything_fits_into_the_panels_width(person: Person, page: Any, confirmed: Any) -> None:
    assert page.widget.minimumSizeHint().width() <= 420
