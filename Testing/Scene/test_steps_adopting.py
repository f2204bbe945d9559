"""Nodes that SlicerRT or a person loaded, as a case; and a folder through SlicerRT's plug-in."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scene_plans import circle, plan, tube
from slicerrt_nodes import add_roi, as_slicerrt_loads
from steps_plans import saved_and_loaded
from test_steps_structures import are_the_same

from spine_radiosurgery.case import InputError, Prescription
from spine_radiosurgery.dicom import read_dicom_case, write_dicom_case
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report import evaluate
from spine_radiosurgery.scene import slicerrt
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps import importing
from spine_radiosurgery.scene.steps.adopting import adopt_nodes
from spine_radiosurgery.scene.steps.importing import load_case_with_slicerrt
from spine_radiosurgery.scene.steps.loading import (
    add_case,
    case_name,
    case_of,
    nodes_of_case,
    planned_prescription,
)
from spine_radiosurgery.scene.steps.roles import guessed_roles
from spine_radiosurgery.scene.steps.structures import Segment
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan


def numbered():
    case = plan()
    structures = tuple(replace(s, number=n) for n, s in enumerate(case.structures, start=11))
    return replace(case, structures=structures)


@pytest.fixture
def scene(slicer_core):
    with fresh_scene() as found:
        yield found


@pytest.fixture
def nodes(scene):
    return as_slicerrt_loads(scene, numbered())


def ids_of(nodes) -> dict[str, str]:
    segmentation = nodes.structures.GetSegmentation()
    ids = [segmentation.GetNthSegmentID(n) for n in range(segmentation.GetNumberOfSegments())]
    return {segmentation.GetSegment(i).GetName(): i for i in ids}


def test_adopted_nodes_know_each_other(nodes) -> None:
    adopt_nodes(nodes.image, nodes.dose, nodes.structures)
    found = nodes_of_case(nodes.structures)
    assert (found.image, found.dose) == (nodes.image, nodes.dose)
    assert planned_prescription(nodes.structures) is None
    assert case_name(nodes.structures) == "RTSTRUCT: Plan"


def test_adopted_nodes_evaluate_as_the_plan_does(nodes) -> None:
    adopt_nodes(nodes.image, nodes.dose, nodes.structures)
    ids = ids_of(nodes)
    asked = {"prescription_gy": 16.0, "fractions": 1, "robustness": None}
    expected = evaluate(numbered(), target="CTV_T8", cord="SpinalCord", **asked)
    target, cord = (Segment(nodes.structures, ids[n]) for n in ("CTV_T8", "SpinalCord"))
    report = evaluate_plan(
        Plan(nodes.dose, nodes.structures, (target,), cord, image=nodes.image),
        EvaluationOptions(prescription_gy=16.0, fractions=1, robustness=False),
    )
    for metric in ("V10Gy[%]", "D10%[Gy]", "Mean[Gy]"):
        name = "SpinalCord_Partial"
        wanted = expected.metric(name, metric).value
        assert report.metric(name, metric).value == pytest.approx(wanted, rel=1e-4)


def test_the_unit_on_the_study_is_honoured(scene, nodes) -> None:
    hierarchy = scene.GetSubjectHierarchyNode()
    study = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(nodes.dose))
    hierarchy.SetItemAttribute(study, "DicomRtImport.DoseUnitName", "RELATIVE")
    for use in (adopt_nodes, lambda i, d, s: case_of(s, d, image=i)):
        with pytest.raises(InputError, match="Dose RTDOSE: Plan is in relative, not in Gy"):
            use(nodes.image, nodes.dose, nodes.structures)


def test_a_volume_from_a_file_becomes_a_dose(scene, nodes) -> None:
    nodes.dose.RemoveAttribute("DicomRtImport.DoseVolume")
    adopt_nodes(nodes.image, nodes.dose, nodes.structures)
    assert slicerrt.is_dose_volume(nodes.dose)
    assert nodes_of_case(nodes.structures).dose is nodes.dose


def test_another_dose_takes_the_place_of_the_first(scene, nodes) -> None:
    adopt_nodes(nodes.image, nodes.dose, nodes.structures)
    other = as_slicerrt_loads(scene, numbered()).dose
    adopt_nodes(nodes.image, other, nodes.structures)
    assert nodes_of_case(nodes.structures).dose is other


def test_a_loaded_cases_structures_keep_their_own_dose_and_plan(scene, nodes) -> None:
    own = add_case(scene, plan())
    adopt_nodes(nodes.image, nodes.dose, own.structures)
    assert nodes_of_case(own.structures).dose is own.dose
    assert case_of(own.structures, nodes.dose).prescription is None
    assert planned_prescription(own.structures) == Prescription(16.0, 1, source="RTPLAN")


def test_what_cannot_be_a_case_is_one_sentence(scene, nodes) -> None:
    with pytest.raises(InputError, match="CT was chosen as image and as dose"):
        adopt_nodes(nodes.image, nodes.image, nodes.structures)
    with pytest.raises(InputError, match="CT is not a segmentation"):
        adopt_nodes(None, nodes.dose, nodes.image)
    empty = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "Nothing")
    with pytest.raises(InputError, match="Volume Nothing has no voxels"):
        adopt_nodes(empty, nodes.dose, nodes.structures)


def test_what_our_reader_knows_comes_with_the_same_contours(nodes) -> None:
    case = numbered()
    adopt_nodes(nodes.image, nodes.dose, nodes.structures, read=case)
    assert planned_prescription(nodes.structures) == Prescription(16.0, 1, source="RTPLAN")
    read = case_of(nodes.structures, nodes.dose, image=nodes.image)
    assert all(map(are_the_same, read.structures, case.structures))
    assert read.dose_label == "Plan 16 Gy"


def test_other_contours_of_the_same_number_stand_for_themselves(nodes) -> None:
    case = numbered()
    moved = replace(tube("SpinalCord", -5.0, 5.0, -40.0, 40.0), number=12)
    assert case.structures[1].number == 12
    read = replace(case, structures=(case.structures[0], moved, *case.structures[2:]))
    adopt_nodes(nodes.image, nodes.dose, nodes.structures, read=read)
    cord = Segment(nodes.structures, ids_of(nodes)["SpinalCord"]).structure()
    assert cord.bounds_ras()[0][1] == pytest.approx(-13.0, abs=0.01)


def test_a_type_that_slicerrt_does_not_read_tells_the_role(scene) -> None:
    case = numbered()
    odd = replace(case.structures[3], name="ROI_7", interpreted_type="GTV")
    case = replace(case, structures=(*case.structures[:3], odd))
    nodes = as_slicerrt_loads(scene, case)
    adopt_nodes(nodes.image, nodes.dose, nodes.structures, read=case)
    assert guessed_roles(nodes.structures)[ids_of(nodes)["ROI_7"]] == "gtv"


def test_a_contour_on_one_slice_is_as_thick_as_slicerrt_says(scene, nodes) -> None:
    one = [circle(0, 0, 10.0, 5.0)]
    drawn = Structure.from_contours("One", one, slice_spacing_mm=1.0)
    found = Segment(nodes.structures, add_roi(nodes.structures, drawn)).structure()
    assert np.subtract(*reversed(found.extent_mm())) == pytest.approx(2.5)


# A folder through SlicerRT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan")
    write_dicom_case(numbered(), path)
    return path


@pytest.fixture
def import_by_slicerrt(scene, monkeypatch):
    """SlicerRT's plug-in, giving the nodes of a case."""
    calls = SimpleNamespace(loaded=None, database=None)

    def use(case, messages=()):
        def load_dicom_folder(path, *, keep_in_database=False, progress=None):
            nodes = calls.loaded = as_slicerrt_loads(scene, case)
            calls.database = keep_in_database
            return slicerrt.LoadedNodes(
                (nodes.image,), (nodes.dose,), (nodes.structures,), tuple(messages)
            )

        monkeypatch.setattr(importing.slicerrt, "load_dicom_folder", load_dicom_folder)
        return calls

    return use


def test_a_folder_through_slicerrt_is_what_our_reader_reads(
    scene, import_by_slicerrt, folder
) -> None:
    ours = read_dicom_case(folder)
    calls = import_by_slicerrt(ours, ["Left out: Plan (RTPLAN)."])
    nodes = load_case_with_slicerrt(scene, folder, keep_in_database=True)
    assert calls.database
    assert (nodes.image, nodes.dose) == (calls.loaded.image, calls.loaded.dose)
    found = case_of(nodes.structures, nodes.dose, image=nodes.image)
    assert found.prescription == ours.prescription
    assert [s.sha256 for s in found.sources] == [s.sha256 for s in ours.sources]
    assert found.warnings == ours.warnings
    assert all(map(are_the_same, found.structures, ours.structures))
    assert np.allclose(found.dose.values_gy, ours.dose.values_gy, atol=1e-5)


def test_of_several_doses_the_newest_of_a_plan_is_taken_and_said(
    scene, import_by_slicerrt, folder, tmp_path
) -> None:
    pydicom = pytest.importorskip("pydicom")
    for file in folder.rglob("*.dcm"):
        data = pydicom.dcmread(file)
        data.save_as(tmp_path / file.name)
        if data.Modality == "RTDOSE":
            first = data.SOPInstanceUID
            data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = f"{first}.7"
            data.InstanceCreationDate = data.StudyDate = data.SeriesDate = "20991231"
            data.ContentDate = "20991231"
            data.save_as(tmp_path / "newer.dcm")
    ours = read_dicom_case(tmp_path, dose=f"{first}.7")
    import_by_slicerrt(ours)
    nodes = load_case_with_slicerrt(scene, tmp_path)
    warnings = case_of(nodes.structures, nodes.dose).warnings
    assert any(
        text.startswith("The folder holds 2 doses; the newest was taken") for text in warnings
    )
    with pytest.raises(InputError, match="none is surely"):
        load_case_with_slicerrt(scene, tmp_path, dose=str(first))


def test_a_folder_that_our_reader_cannot_read_has_no_prescription_and_says_why(
    scene, import_by_slicerrt, tmp_path
) -> None:
    (tmp_path / "readme.txt").write_text("nothing")
    import_by_slicerrt(numbered())
    nodes = load_case_with_slicerrt(scene, tmp_path)
    found = case_of(nodes.structures, nodes.dose, image=nodes.image)
    assert found.prescription is None
    assert any(text.startswith("The prescription is not known:") for text in found.warnings)


def test_without_structures_all_is_taken_back(scene, monkeypatch, folder) -> None:
    def load_dicom_folder(path, **_):
        nodes = as_slicerrt_loads(scene, numbered())
        return slicerrt.LoadedNodes((nodes.image,), (nodes.dose,), ())

    monkeypatch.setattr(importing.slicerrt, "load_dicom_folder", load_dicom_folder)
    before = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match="SlicerRT found no structures"):
        load_case_with_slicerrt(scene, folder)
    assert scene.GetNumberOfNodes() == before


def test_without_slicerrt_it_says_how_to_install_it(scene, folder) -> None:
    with pytest.raises(InputError, match="SlicerRT works in 3D Slicer only"):
        load_case_with_slicerrt(scene, folder)


def test_adopted_nodes_are_the_same_case_in_a_saved_scene(scene, nodes, tmp_path) -> None:
    case = numbered()
    adopt_nodes(nodes.image, nodes.dose, nodes.structures, read=case)
    with saved_and_loaded(scene, tmp_path / "scene.mrb") as other:
        structures = other.GetFirstNodeByName("RTSTRUCT: Plan")
        again = nodes_of_case(structures)
        read = case_of(structures, again.dose, image=again.image)
    assert all(map(are_the_same, read.structures, case.structures))
    assert read.prescription == Prescription(16.0, 1, source="RTPLAN")
