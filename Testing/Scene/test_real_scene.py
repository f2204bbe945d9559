"""The scene of a real case."""

from __future__ import annotations

import pytest

from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.report import evaluate
from spine_radiosurgery.scene import write_scene
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.volumes import dose_grid_from_node


@pytest.mark.real_data
@pytest.mark.slow
def test_the_scene_of_a_real_case_is_the_case(slicer_core, real_data, tmp_path) -> None:
    case = read_dicom_case(real_data / "spine-srs-L1" / "dicom")
    report = evaluate(case, target="CTV_L1", cord="SpinalCord")
    write_scene(report, tmp_path / "case.mrb")
    assert (tmp_path / "case.mrb").stat().st_size < 40e6
    with fresh_scene() as scene:
        assert scene.ReadFromMRB(str(tmp_path / "case.mrb"), True)
        segmentation = scene.GetFirstNodeByName("Target and cord")
        for structure in (*report.targets, report.cord, report.cord_volumes[0].structure):
            read = structure_from_segment(segmentation, structure.name)
            assert read.volume_cc == pytest.approx(structure.volume_cc, rel=0.015)
        for number in range(scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")):
            node = scene.GetNthNodeByClass(number, "vtkMRMLScalarVolumeNode")
            if node.GetAttribute("DicomRtImport.DoseVolume") == "1":
                dose = dose_grid_from_node(node)
    hottest = report.samples["SpinalCord_Partial"].hottest_point_ras
    assert dose.sample([hottest])[0] == pytest.approx(case.dose.sample([hottest])[0], abs=1e-4)
