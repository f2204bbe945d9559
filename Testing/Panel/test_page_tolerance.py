"""Step 5 of the panel: evaluating, and what is said beside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from person import Person
from tolerance_plans import (
    CORD_VOLUME,
    evaluate,
    node_counts,
    texts,
    why_not,
)

from spine_radiosurgery import resources
from spine_radiosurgery.scene.headless import add_singleton
from spine_radiosurgery.scene.layout import LAYOUT_ID
from spine_radiosurgery.tolerance import protocol_files, read_protocol

if TYPE_CHECKING:
    pass


def test_the_button_says_what_is_missing(person: Person, small: Any) -> None:
    cord_volume, dose, prescription = small.cordVolumeNode, small.doseNode, small.prescriptionGy
    small.cordVolumeNode = None
    assert why_not(person) == "Define the cord volume first (step 4)."
    small.cordVolumeNode = cord_volume
    small.targetNode = None
    assert why_not(person) == "Make or choose the target first (step 3)."
    small.targetNode = small.structuresNode
    small.doseNode = None
    assert why_not(person) == "Choose the dose first (step 1)."
    small.doseNode, small.prescriptionGy = dose, prescription
    person.host.settle()
    assert person.page("tolerance").mainButton.enabled


def test_a_stale_cord_volume_is_to_be_defined_again_first(person: Person, small: Any) -> None:
    small.cordMarginMm = 8.0
    assert why_not(person) == "The cord volume is stale; define it again (step 4)."


def test_the_prescription_of_the_plan_is_enough(person: Person, small: Any) -> None:
    small.prescriptionGy, small.fractions = 0.0, 0
    evaluate(person)
    facts = person.widget.logic.evaluation(small.constraintsTable)
    assert (facts["prescription_gy"], facts["fractions"]) == (16.0, 1)
    assert person.marks()["tolerance"] == "done"


def test_auto_names_the_protocol_that_it_means(person: Person, small: Any) -> None:
    box = person.page("tolerance").ui.toleranceProtocolComboBox
    assert box.currentText == "auto: Ryu 2015"
    small.fractions = 3
    person.host.settle()
    assert box.currentText.startswith("auto: AAPM TG-101")
    small.fractions = 2
    person.host.settle()
    assert box.currentText == "auto: HyTEC"


def test_every_protocol_is_offered_with_its_source(person: Person, small: Any) -> None:
    from PySide6.QtCore import Qt

    box = person.page("tolerance").ui.toleranceProtocolComboBox
    shipped = [read_protocol(path) for path in protocol_files(resources.path("Protocols"))]
    assert [box.itemText(n) for n in range(1, box.count)] == [p.title for p in shipped]
    for number, protocol in enumerate(shipped, start=1):
        box.setCurrentIndex(number)
        person.host.settle()
        assert small.protocolName == protocol.identifier
        assert box.toolTip == box.itemData(number, Qt.ToolTipRole) == protocol.citation


def test_the_table_shows_what_the_node_holds(person: Person, small: Any) -> None:
    table = evaluate(person)
    node = small.constraintsTable
    assert table.rowCount == node.GetNumberOfRows() == 3
    assert texts(table, 0) == ["PASS"] * 3
    assert texts(table, 1)[0].replace("\n", "") == CORD_VOLUME
    assert texts(table, 2) == ["V10Gy"] * 3
    assert texts(table, 4) == ["10 %", "0.35 cc", "0.35 cc"]
    values = node.GetTable().GetColumnByName("Value")
    for row, text in enumerate(texts(table, 3)):
        assert float(text.split(" ")[0]) == pytest.approx(values.GetValue(row), abs=0.006)
        assert "±" in text
        assert text.endswith(("%", "cc"))
    assert "Ryu S, et al. 2015" in table.item(0, 0).toolTip()
    assert person.marks()["tolerance"] == "done"


def test_evaluating_shows_the_histogram_and_the_dose(person: Person, small: Any) -> None:

    scene = person.host.scene
    plot = add_singleton(scene, "vtkMRMLPlotViewNode", "PlotView1")
    composite = add_singleton(scene, "vtkMRMLSliceCompositeNode", "Red")
    evaluate(person)
    assert scene.GetNodeByID(plot.GetPlotChartNodeID()).GetName() == "DVH chart"
    assert composite.GetForegroundVolumeID() == small.doseNode.GetID()
    layout = add_singleton(scene, "vtkMRMLLayoutNode", "vtkMRMLLayoutNode")
    assert layout.GetViewArrangement() == LAYOUT_ID


def test_evaluating_again_replaces_the_former_results(person: Person, small: Any) -> None:
    evaluate(person)
    first, counts = small.constraintsTable.GetID(), node_counts(person.host)
    evaluate(person)
    assert small.constraintsTable.GetID() != first
    assert node_counts(person.host) == counts


def test_results_that_were_removed_leave_an_empty_step(person: Person, small: Any) -> None:
    evaluate(person)
    person.host.scene.RemoveNode(small.constraintsTable)
    assert person.marks()["tolerance"] == "ready"
    assert not person.page("tolerance").ui.toleranceResultFrame.isVisible()


def test_a_removed_dose_leaves_the_numbers_and_disables_its_buttons(person: Person, small: Any) -> None:
    table = evaluate(person)
    dose = small.doseNode
    small.doseNode = None
    person.host.scene.RemoveNode(dose)
    person.host.settle()
    ui = person.page("tolerance").ui
    assert not ui.toleranceWashButton.enabled
    assert not ui.toleranceIsodoseButton.enabled
    assert table.rowCount == 3
    assert person.marks()["tolerance"] == "stale"


def test_a_prescription_against_the_plan_is_asked_about(
    person: Person, small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import slicer

    asked: list[str] = []
    answers = [False, True]

    def answer(text: str, *_: Any, **__: Any) -> bool:
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(slicer.util, "confirmYesNoDisplay", answer)
    small.prescriptionGy = 18.0
    person.host.settle()
    person.press("tolerance")
    assert "18 Gy in 1 fraction, contradicts RTPLAN, 16 Gy in 1 fraction" in asked[0]
    assert small.constraintsTable is None
    assert "correct the prescription in step 1" in person.workflow.ui.messageLabel.text
    evaluate(person)
    facts = person.widget.logic.evaluation(small.constraintsTable)
    assert facts["prescription_gy"] == 18.0
    warnings = person.page("tolerance").ui.toleranceWarningsLabel
    assert "the plan's was overridden" in warnings.text
    assert len(asked) == 2


def test_choices_that_differ_make_the_step_stale_and_are_named(person: Person, small: Any) -> None:
    evaluate(person)
    for field, other, said in (
        ("protocolName", "rtog-0631", "protocol was ryu-2015, now rtog-0631"),
        ("prescriptionGy", 18.0, "prescription was 16 Gy, now 18 Gy"),
        ("previousRadiation", "no", "earlier irradiation was unknown, now no"),
        ("robustness", True, "setup robustness was off, now on"),
        ("rolesJson", '{"Lung_L": "ignore"}', "the roles of the structures are others now"),
        ("targetSegmentID", "Esophagus", "target was CTV_T8, now Esophagus"),
    ):
        former = getattr(small, field)
        setattr(small, field, other)
        assert person.marks()["tolerance"] == "stale"
        assert said in person.workflow.states["tolerance"].reason
        setattr(small, field, former)
        assert person.marks()["tolerance"] == "done"


def test_naming_the_protocol_that_auto_meant_changes_nothing(person: Person, small: Any) -> None:
    evaluate(person)
    small.protocolName = "ryu-2015"
    assert person.marks()["tolerance"] == "done"


def test_fall_off_setup_and_indices_are_told_with_units(person: Person, small: Any) -> None:
    evaluate(person)
    ui = person.page("tolerance").ui
    fall_off = person.widget.logic.evaluation(small.constraintsTable)["falloff"]
    assert ui.toleranceFallOffLabel.text == (
        f"90→50 % in {fall_off['median_mm']:.1f} mm (median; {fall_off['min_mm']:.1f} to {fall_off['max_mm']:.1f} mm)"
    )
    assert ui.toleranceSetupLabel.text == "not simulated"
    assert ui.toleranceIndicesLabel.text.startswith("coverage ")


def test_a_fall_off_that_is_a_lower_bound_says_so(person: Person) -> None:
    assert person.widget is not None
    from SpineRadiosurgeryPanel.tolerance_words import fallOffSentence

    found = {
        "from_percent": 90.0, "to_percent": 50.0, "median_mm": 6.12, "min_mm": 4.0, "max_mm": 10.7,
        "rays": 50, "not_reached_90": 2, "not_reached_50": 8, "lower_bound": True, "reason": "",
    }  # fmt: skip
    assert fallOffSentence(found) == (
        "90→50 % in at least 6.1 mm (4.0 to 10.7 mm); 10 of 50 rays do not reach both, so the median is a lower bound."
    )
    unknown = {**found, "median_mm": None, "reason": "No ray reaches 90 %."}
    assert fallOffSentence(unknown) == "not known. No ray reaches 90 %."
    assert fallOffSentence(None) == "not measured"


def test_isodose_surfaces_replace_the_former_ones(person: Person, small: Any) -> None:
    evaluate(person)
    scene = person.host.scene
    for _ in range(2):
        person.press("tolerance", "toleranceIsodoseButton")
        count = scene.GetNumberOfNodesByClass("vtkMRMLModelNode")
        models = [scene.GetNthNodeByClass(n, "vtkMRMLModelNode").GetName() for n in range(count)]
        surfaces = [name for name in models if "Gy" in name]
        assert surfaces == ["8 Gy (50 %)", "14.4 Gy (90 %)", "16 Gy (100 %)"]


def test_the_hottest_point_of_the_cord_volume(person: Person, small: Any) -> None:
    evaluate(person)
    for button in ("Dvh", "Wash", "Layout", "Hottest"):
        person.press("tolerance", f"tolerance{button}Button")
    label = person.page("tolerance").ui.tolerancePlaceLabel
    assert label.text.startswith(f"{CORD_VOLUME}: ")


@pytest.mark.parametrize("fixture", ["small", "hot"])
def test_the_page_fits_the_panel(person: Person, request: Any, fixture: str) -> None:
    request.getfixturevalue(fixture)
    table = evaluate(person)
    page, panel = person.page("tolerance"), person.host.panel("SpineRadiosurgery")
    panel.resize(420, 900)
    person.host.settle()
    assert page.widget.minimumSizeHint().width() <= page.widget.width
    assert panel.width == 420
    assert not table.horizontalScrollBar().isVisible()
