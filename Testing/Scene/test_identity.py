from __future__ import annotations

import json
from dataclasses import replace

import pytest
from scene_plans import plan
from steps_plans import CORD, case, loaded, saved_and_loaded, segment

from spine_radiosurgery.case import PatientIdentity, Pseudonym, SourceFile, study_code
from spine_radiosurgery.scene.identity import (
    hide_in_scene,
    hierarchy_items,
    identity_of,
    pseudonym_of,
)
from spine_radiosurgery.scene.steps.confirming import CaseAnswers, confirm_case
from spine_radiosurgery.scene.steps.loading import case_of
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan

WHO = PatientIdentity("Müller^Annegret", "MRN-4711-ÄÖ", "19561004")
CODE = study_code(WHO.patient_id)


def told(made):
    """A case that a person wanted identified: name and ID are in its texts, too."""
    structures = (
        made.structures[0].renamed("CTV_T8 Annegret"),
        *made.structures[1:],
    )
    return replace(
        made,
        identifier=CODE,
        structures=structures,
        identity=WHO,
        dose_label="Dose Müller",
        warnings=("RD MRN-4711-ÄÖ is old.",),
        sources=(SourceFile("Annegret/RD.dcm", "ab" * 32, "RTDOSE"),),
        unusable={"Mueller": "Mueller has no contours."},
        parameters={"chosen_dose": "Dose Müller"},
    )


def test_nobody_is_known_in_a_scene_of_study_codes(slicer_core) -> None:
    with loaded(plan()) as (_, nodes):
        assert identity_of(nodes.structures) is None
        assert pseudonym_of(nodes.structures) == Pseudonym()
        assert identity_of(None) is None


def test_who_was_identified_is_known_also_in_a_saved_scene(slicer_core, tmp_path) -> None:
    with loaded(told(plan())) as (scene, nodes):
        assert identity_of(nodes.dose) == identity_of(nodes.structures) == WHO
        with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
            assert identity_of(other.GetFirstNodeByClass("vtkMRMLSegmentationNode")) == WHO


def test_a_case_out_of_an_identified_scene_holds_the_study_code(slicer_core) -> None:
    with loaded(told(plan())) as (_, nodes):
        read = case_of(nodes.structures, nodes.dose, image=nodes.image)
    assert read.identifier == CODE and read.identity is None
    assert read.structure("CTV_T8 Annegret").name == f"CTV_T8 {CODE}"
    assert read.dose_label == f"Dose {CODE}" and read.parameters["chosen_dose"] == f"Dose {CODE}"
    assert read.warnings == (f"RD {CODE} is old.",)
    assert [source.name for source in read.sources] == ["RTDOSE 1"]
    assert read.unusable == {CODE: f"{CODE} has no contours."}
    assert not any(word in repr(read) for word in ("Annegret", "Müller", "4711"))


def test_a_confirmed_case_finds_its_structures_by_their_segments(slicer_core) -> None:
    with loaded(told(plan())) as (_, nodes):
        found = confirm_case(nodes.structures, nodes, CaseAnswers({}, 16.0, 1, "no"))
        ids = nodes.structures.GetSegmentation().GetSegmentIDs()
    assert set(found.structures) == set(ids)


@pytest.mark.slow
def test_an_evaluation_in_an_identified_scene_tells_nobody(slicer_core) -> None:
    made = case()
    ordered = sorted(made.structures, key=lambda s: s.name != "CTV_T8")
    with loaded(told(replace(made, structures=tuple(ordered)))) as (_, nodes):
        target, cord = segment(nodes, "CTV_T8 Annegret"), segment(nodes, CORD)
        asked = Plan(nodes.dose, nodes.structures, (target,), cord)
        report = evaluate_plan(asked, EvaluationOptions(robustness=False))
    written = json.dumps(report.to_dict(), ensure_ascii=False)
    assert not any(word in written for word in ("Annegret", "Müller", "Mueller", "4711"))
    assert f"CTV_T8 {CODE}" in written


def test_what_slicer_loaded_loses_the_name(slicer_core) -> None:
    patient = Pseudonym.of(CODE, [WHO.patient_name], [WHO.patient_id], [WHO.birth_date])
    with loaded(told(plan())) as (scene, nodes):
        hierarchy = scene.GetSubjectHierarchyNode()
        nodes.dose.SetName("RTDOSE: Müller Annegret")
        hide_in_scene((nodes.dose, nodes.structures), patient, hierarchy_items(scene))
        assert identity_of(nodes.structures) is None
        names = {hierarchy.GetItemName(item) for item in hierarchy_items(scene)}
        assert nodes.dose.GetName() == f"RTDOSE: {CODE}" and CODE in names
        assert not any("nnegret" in name or "ller" in name for name in names)
        segmentation = nodes.structures.GetSegmentation()
        assert segmentation.GetNthSegment(0).GetName() == f"CTV_T8 {CODE}"
