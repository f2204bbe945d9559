"""A case into a scene and back: nothing that decides a number is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scene_plans import plan
from steps_plans import loaded, put_under, rigid, saved_and_loaded
from test_steps_structures import are_the_same

from spine_radiosurgery.case import (
    InputError,
    ListedObject,
    Prescription,
    SourceFile,
    guess_role,
)
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps.fingerprints import volume_digest
from spine_radiosurgery.scene.steps.loading import (
    add_case,
    case_name,
    case_of,
    load_case,
    nodes_of_case,
    planned_prescription,
)
from spine_radiosurgery.scene.volumes import dose_node

FACTS = (
    "identifier", "prescription", "dose_label", "dose_summation", "warnings", "sources", "listing",
    "unusable", "uids",
)  # fmt: skip


def full_case():
    return plan(
        warnings=("Look at this.",),
        sources=(SourceFile("RD.dcm", "ab" * 32, "RTDOSE"),),
        listing=(ListedObject("RTDOSE", "1.2.3", "Plan", True),),
        unusable={"Broken": "Broken has no contours."},
        parameters={"plan_fractions": [1, 1], "size_mm": np.float64(2.5)},
        uids={"study": "1.2"},
    )


def test_a_case_comes_back_whole_also_from_a_saved_scene(slicer_core, tmp_path) -> None:
    case = full_case()
    with loaded(case) as (scene, nodes):
        read = [case_of(nodes.structures, nodes.dose, image=nodes.image)]
        with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
            structures = other.GetFirstNodeByClass("vtkMRMLSegmentationNode")
            again = nodes_of_case(structures)
            read.append(case_of(structures, again.dose, image=again.image))
    for found in read:
        assert [getattr(found, f) for f in FACTS] == [getattr(case, f) for f in FACTS]
        assert found.parameters == {"plan_fractions": [1, 1], "size_mm": 2.5}
        assert all(map(are_the_same, found.structures, case.structures))
        # Left-handed volumes come back right-handed from a saved scene.
        points = case.dose.grid.to_ras(np.argwhere(np.ones(case.dose.values_gy.shape))[:, ::-1])
        assert np.array_equal(found.dose.sample(points), case.dose.sample(points))
        assert np.array_equal(found.image.values, case.image.values)
        assert (found.image.label, found.image.slice_thickness_mm) == ("Planning CT", 2.5)


def test_structures_have_colour_terminology_and_role(slicer_core) -> None:
    with loaded(full_case()) as (_, nodes):
        segment = nodes.structures.GetSegmentation().GetSegment("SpinalCord")
        assert "Spinal cord" in segment.GetTerminology()
        assert segment.GetColor() == pytest.approx((1.0, 214 / 255, 10 / 255))
        assert case_name(nodes.structures) == "scene-test"
        assert planned_prescription(nodes.structures) == Prescription(16.0, 1, source="RTPLAN")


def test_another_dose_does_not_take_the_plan_over(slicer_core) -> None:
    other = DoseGrid(np.full((4, 4, 4), 2.0), np.eye(4))
    with loaded(full_case()) as (scene, nodes):
        node = dose_node(scene, other, Prescription(2.0, 1), name="Other dose")
        read = case_of(nodes.structures, node)
    assert (read.prescription, read.sources, read.dose_label) == (None, (), "Other dose")


def test_ignored_and_empty_segments_are_no_structures(slicer_core) -> None:
    with loaded(full_case()) as (_, nodes):
        nodes.structures.GetSegmentation().AddEmptySegment("Empty", "Empty")
        read = case_of(nodes.structures, nodes.dose, roles={"Lung_L": "ignore"})
    assert [s.name for s in read.structures] == ["CTV_T8", "SpinalCord", "Esophagus"]
    assert set(read.unusable) == {"Broken", "Empty"}


def test_a_confirmed_role_counts_whatever_name_and_type_tell(slicer_core) -> None:
    case = plan()
    odd = replace(case.structures[3], name="Bolus", interpreted_type="BOLUS")
    with loaded(replace(case, structures=(*case.structures, odd))) as (_, nodes):
        roles = {"Lung_L": "gtv", "CTV_T8": "ptv", "Bolus": "organ", "SpinalCord": "cord"}
        read = case_of(nodes.structures, nodes.dose, roles=roles)
        unchanged = case_of(nodes.structures, nodes.dose)
    assert {s.name: guess_role(s) for s in read.structures if s.name in roles} == roles
    types = {s.name: s.interpreted_type for s in read.structures}
    assert (types["Lung_L"], types["CTV_T8"], types["Bolus"]) == ("GTV", "PTV", "")
    assert types["SpinalCord"] == "ORGAN"
    assert guess_role(unchanged.structure("Bolus")) == "ignore"


def test_a_case_without_image_dose_and_prescription_loads(slicer_core) -> None:
    with loaded(plan(image=None, dose=None, prescription=None)) as (_, nodes):
        assert (nodes.image, nodes.dose) == (None, None)
        assert planned_prescription(nodes.structures) is None


def test_a_dose_without_prescription_is_shown_up_to_its_maximum(slicer_core) -> None:
    with loaded(plan(prescription=None)) as (_, nodes):
        assert nodes.dose.GetDisplayNode().GetWindowLevelMax() == pytest.approx(19.0 * 1.2)


def test_what_cannot_be_loaded_is_one_sentence(slicer_core, tmp_path) -> None:
    with fresh_scene() as scene:
        with pytest.raises(InputError):
            load_case(scene, tmp_path)
        with pytest.raises(InputError, match="has no structure that can be used"):
            add_case(scene, replace(plan(), structures=()))
        assert scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 0


def test_saving_and_loading_does_not_change_the_digest_of_a_dose(slicer_core, tmp_path) -> None:
    with loaded(full_case()) as (scene, nodes):
        before = volume_digest(nodes.dose)
        with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
            assert volume_digest(other.GetFirstNodeByName("Plan 16 Gy")) == before
        put_under(nodes.dose, rigid())
        assert volume_digest(nodes.dose) != before
