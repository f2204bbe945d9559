"""DICOM objects out of a scene refer to the files that the case was loaded from."""

from __future__ import annotations

import json
from pathlib import Path

import pydicom
import pytest
from steps_plans import CORD, VERTEBRA, case, segment

from spine_radiosurgery.dicom import write_dicom_case
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.steps.evaluations import add_evaluation
from spine_radiosurgery.scene.steps.exporting import INSTANCE_UIDS, LOADED_FROM, export_dicom
from spine_radiosurgery.scene.steps.loading import load_case
from spine_radiosurgery.scene.steps.splitting import split_segment
from spine_radiosurgery.scene.steps.structures import Segment
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan

pytestmark = pytest.mark.slow
QUICK = EvaluationOptions(robustness=False, prv_margin_mm=2.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("plan") / "dicom"
    write_dicom_case(case(), target)
    return target


@pytest.fixture(scope="module")
def evaluated(slicer_core, folder):
    """Scene, nodes and table of a plan that was loaded from a folder."""
    with fresh_scene() as scene:
        nodes = load_case(scene, folder)
        sectors = split_segment(segment(nodes, VERTEBRA), image_node=nodes.image)
        plan = Plan(
            nodes.dose,
            nodes.structures,
            (Segment(nodes.structures, "CTV_T8"),),
            segment(nodes, CORD),
            image=nodes.image,
            sectors=(sectors,),
        )
        yield scene, nodes, add_evaluation(plan, QUICK, evaluate_plan(plan, QUICK))


@pytest.fixture
def noted(evaluated, folder):
    """The table, with the folder noted as the panel does."""
    scene, _, table = evaluated
    node = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", "Parameters")
    node.SetAttribute(LOADED_FROM, str(folder))
    yield table
    scene.RemoveNode(node)


def test_structures_refer_to_the_slices_of_the_folder(noted, folder, tmp_path) -> None:
    files = export_dicom(noted, tmp_path / "out", ("rtstruct",), merge=True)
    assert [f.name for f in files] == ["rtstruct.dcm", "exports.json"]
    found = pydicom.dcmread(files[0])
    image = pydicom.dcmread(next((folder / "CT").iterdir()), stop_before_pixels=True)
    assert found.StudyInstanceUID == image.StudyInstanceUID
    names = [roi.ROIName for roi in found.StructureSetROISequence]
    assert names.count("CTV_T8") == names.count("SpinalCord") == 1
    assert {"SpinalCord_Partial", "SpinalCord_PRV02", "VB_T08", "Pedicle_T08_L"} <= set(names)
    written = json.loads(files[1].read_text())["objects"][0]["structures"]
    sectors = [s for s in written if s["name"] != "SpinalCord_PRV02"]
    assert max(abs(s["difference_percent"]) for s in sectors) < 0.5


def test_an_export_takes_the_place_of_a_former_one_only(noted, tmp_path) -> None:
    target = tmp_path / "out"
    export_dicom(noted, target)
    export_dicom(noted, target)
    (target / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="other files"):
        export_dicom(noted, target)
    assert (target / "mine.txt").read_text() == "mine"


def test_without_the_original_files_a_sentence_says_what_to_do(evaluated, tmp_path) -> None:
    with pytest.raises(InputError, match="Load the case from its DICOM folder"):
        export_dicom(evaluated[2], tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kinds", [(), ("stl",)])
def test_only_what_can_be_exported_is(noted, tmp_path, kinds) -> None:
    with pytest.raises(InputError, match="rtstruct"):
        export_dicom(noted, tmp_path / "out", kinds)


def test_slicer_s_database_is_asked_for_the_slices(
    evaluated, folder, tmp_path, monkeypatch
) -> None:
    import slicer

    _, nodes, table = evaluated
    files = {}
    for path in folder.rglob("*.dcm"):
        uid = pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID
        files[str(uid)] = str(path)
    images = [uid for uid, path in files.items() if "CT" in Path(path).parent.name]

    class Database:
        def fileForInstance(self, uid: str) -> str:
            return files.get(uid, "")

    monkeypatch.setattr(slicer, "dicomDatabase", Database(), raising=False)
    nodes.image.SetAttribute(INSTANCE_UIDS, " ".join(images))
    try:
        found = export_dicom(table, tmp_path / "out")
    finally:
        nodes.image.RemoveAttribute(INSTANCE_UIDS)
    assert found[0].exists()
