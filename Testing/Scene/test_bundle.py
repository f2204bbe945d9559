"""case.mrb, written and loaded back into another scene."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scene_plans import plan

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report import Report, evaluate
from spine_radiosurgery.scene import bundle as bundle_room
from spine_radiosurgery.scene import write_scene
from spine_radiosurgery.scene.arrays import numpy_matrix
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.volumes import dose_grid_from_node, image_from_node


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(plan(), target="CTV_T8", cord="SpinalCord", previous_radiation="no")


@pytest.fixture(scope="module")
def scene(slicer_core, report, tmp_path_factory):
    from spine_radiosurgery.scene.headless import fresh_scene

    path = tmp_path_factory.mktemp("scene") / "case.mrb"
    write_scene(report, path)
    with fresh_scene() as loaded:
        assert loaded.ReadFromMRB(str(path), True)
        yield loaded


def named(scene, name: str):
    node = scene.GetFirstNodeByName(name)
    assert node is not None, f"no node {name}"
    return node


def table_column(table, name: str) -> list:
    column = table.GetTable().GetColumnByName(name)
    return [column.GetValue(n) for n in range(column.GetNumberOfValues())]


def test_geometry_of_image_and_dose_survives(scene, report) -> None:
    image = image_from_node(named(scene, "Planning CT"))
    assert image.ijk_to_ras == pytest.approx(report.case.image.ijk_to_ras, abs=0.01)
    assert np.array_equal(image.values, report.case.image.values)
    dose = named(scene, "Plan 16 Gy")
    assert dose.GetAttribute("DicomRtImport.DoseVolume") == "1"
    assert dose.GetVoxelValueUnits().GetCodeValue() == "Gy"


def test_dose_is_in_gray_where_it_was(scene, report) -> None:
    read, written = dose_grid_from_node(named(scene, "Plan 16 Gy")), report.case.dose
    points = np.random.default_rng(1).uniform([-25, -25, -35], [25, 25, 35], (500, 3))
    assert read.sample(points) == pytest.approx(written.sample(points), abs=1e-4)
    assert read.max_gy == pytest.approx(19.0, abs=1e-5)


def test_dose_display_follows_the_prescription(scene) -> None:
    display = named(scene, "Plan 16 Gy").GetVolumeDisplayNode()
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == pytest.approx((0.0, 19.2))
    assert display.GetApplyThreshold()
    assert display.GetLowerThreshold() == pytest.approx(3.2)
    assert display.GetUpperThreshold() >= 19.2
    colours = display.GetColorNode()
    assert colours.GetColorName(0) == "0.0 Gy"
    assert colours.GetColorName(colours.GetNumberOfColors() - 1) == "19.2 Gy"


def test_segments_carry_names_terminology_and_colours(scene) -> None:
    segmentation = named(scene, "Target and cord").GetSegmentation()
    found = {}
    for n in range(segmentation.GetNumberOfSegments()):
        segment = segmentation.GetNthSegment(n)
        found[segment.GetName()] = segment.GetTerminology().split("~")[2:4]
    assert found == {
        "CTV_T8": ["SCT^228792002^Clinical target volume", "^^"],
        "SpinalCord_Partial": ["SCT^2748008^Spinal cord", "SCT^255609007^Partial"],
        "SpinalCord": ["SCT^2748008^Spinal cord", "^^"],
    }
    rgb = {n: segmentation.GetSegment(n).GetColor() for n in found}
    assert rgb["CTV_T8"] == pytest.approx((1.0, 0.23, 0.19), abs=0.01)
    assert rgb["SpinalCord"] == pytest.approx((1.0, 0.84, 0.04), abs=0.01)
    assert rgb["SpinalCord_Partial"] == pytest.approx((0.21, 0.88, 1.0), abs=0.01)
    organs = named(scene, "Organs").GetSegmentation()
    rgb = np.array(organs.GetSegment("Esophagus").GetColor()) * 255
    assert rgb == pytest.approx([10, 200, 30], abs=0.01)
    assert "Left" in organs.GetSegment("Lung_L").GetTerminology()


def test_segments_are_fine_enough_to_keep_their_volume(scene, report) -> None:
    node = named(scene, "Target and cord")
    for structure in (report.targets[0], report.cord, report.cord_volumes[0].structure):
        read = structure_from_segment(node, structure.name)
        assert read.volume_cc == pytest.approx(structure.volume_cc, rel=0.01)
        assert np.abs(read.bounds_ras() - structure.bounds_ras()).max() < 0.5


def test_surfaces_are_there_for_smooth_outlines(scene) -> None:
    node = named(scene, "Target and cord")
    assert node.GetSegmentation().ContainsRepresentation("Closed surface")
    display = node.GetDisplayNode()
    assert not display.GetSegmentVisibility2DFill("SpinalCord")
    assert display.GetSegmentVisibility2DOutline("SpinalCord")
    assert display.GetSliceIntersectionThickness() == 1


def test_tables_hold_the_report(scene, report) -> None:
    constraints = named(scene, "Constraints")
    assert table_column(constraints, "Metric") == [r.metric for r in report.constraints]
    assert table_column(constraints, "Status") == [r.status for r in report.constraints]
    values = table_column(constraints, "Value")
    assert values == pytest.approx([r.value for r in report.constraints], rel=1e-4, nan_ok=True)
    metrics = named(scene, "Metrics")
    values = table_column(metrics, "Value")
    assert values == pytest.approx([m.metric.value for m in report.metrics], rel=1e-4, nan_ok=True)
    assert table_column(metrics, "Structure") == [m.structure for m in report.metrics]


def test_plot_has_a_curve_a_structure_and_the_limit(scene, report) -> None:
    chart = named(scene, "DVH chart")
    names = [
        chart.GetNthPlotSeriesNode(n).GetName() for n in range(chart.GetNumberOfPlotSeriesNodes())
    ]
    assert names == [*report.samples, "10 Gy", "10 %"]
    for n in range(len(names)):
        series = chart.GetNthPlotSeriesNode(n)
        table = series.GetTableNode().GetTable()
        assert table.GetColumnByName(series.GetXColumnName()) is not None
        assert table.GetColumnByName(series.GetYColumnName()) is not None
    dvh = named(scene, "DVH")
    doses, cord = table_column(dvh, "Dose"), table_column(dvh, "SpinalCord_Partial")
    at_10_gy = cord[int(np.argmin(np.abs(np.array(doses) - 10.0)))]
    expected = report.metric("SpinalCord_Partial", "V10Gy[%]").value
    assert at_10_gy == pytest.approx(expected, abs=1e-3)


def test_everything_lies_below_the_study(scene) -> None:
    hierarchy = scene.GetSubjectHierarchyNode()
    names = ["Planning CT", "Plan 16 Gy", "Target and cord", "Organs", "Constraints", "Metrics",
             "DVH", "DVH limit", "DVH chart"]  # fmt: skip
    for name in names:
        item = hierarchy.GetItemByDataNode(named(scene, name))
        assert item, f"{name} is not in the hierarchy"
        study = hierarchy.GetItemAncestorAtLevel(item, "Study")
        assert hierarchy.GetItemName(study) == "16 Gy in 1 fraction"
        assert hierarchy.GetItemAttribute(study, "DicomRtImport.DoseUnitName") == "GY"
        patient = hierarchy.GetItemParent(study)
        assert hierarchy.GetItemName(patient) == "scene-test"


def test_views_meet_at_the_hottest_cord_point(scene, report) -> None:
    hottest = report.samples["SpinalCord_Partial"].hottest_point_ras
    for name, axis in (("Red", 2), ("Yellow", 0), ("Green", 1)):
        to_ras = numpy_matrix(scene.GetSingletonNode(name, "vtkMRMLSliceNode").GetSliceToRAS())
        assert to_ras[axis, 3] == pytest.approx(hottest[axis], abs=0.01)
        assert abs(to_ras[axis, 2]) == pytest.approx(1.0)
        composite = scene.GetSingletonNode(name, "vtkMRMLSliceCompositeNode")
        assert composite.GetBackgroundVolumeID() == named(scene, "Planning CT").GetID()
        assert composite.GetForegroundVolumeID() == named(scene, "Plan 16 Gy").GetID()
        assert composite.GetForegroundOpacity() == pytest.approx(0.35)
    layout = scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    assert layout.GetViewArrangement() == layout.SlicerLayoutFourUpPlotView
    plot_view = scene.GetSingletonNode("PlotView1", "vtkMRMLPlotViewNode")
    assert plot_view.GetPlotChartNodeID() == named(scene, "DVH chart").GetID()


def test_patients_right_is_on_the_left_of_the_axial_view(scene) -> None:
    to_ras = numpy_matrix(scene.GetSingletonNode("Red", "vtkMRMLSliceNode").GetSliceToRAS())
    assert to_ras[0, 0] == pytest.approx(-1.0)


def test_a_case_without_image_has_a_scene(slicer_core, tmp_path) -> None:
    from spine_radiosurgery.scene.headless import fresh_scene

    report = evaluate(plan(image=None), target="CTV_T8", cord="SpinalCord")
    write_scene(report, tmp_path / "case.mrb")
    with fresh_scene() as scene:
        assert scene.ReadFromMRB(str(tmp_path / "case.mrb"), True)
        read = structure_from_segment(named(scene, "Target and cord"), "SpinalCord")
        assert read.volume_cc == pytest.approx(report.cord.volume_cc, rel=0.01)


def test_a_missing_folder_is_one_sentence(report, tmp_path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        write_scene(report, tmp_path / "missing" / "case.mrb")


def test_a_failed_bundle_leaves_the_old_one(slicer_core, report, tmp_path, monkeypatch) -> None:
    path = tmp_path / "case.mrb"
    path.write_bytes(b"former")
    monkeypatch.setattr(bundle_room, "_is_whole", lambda path: False)
    with pytest.raises(InputError, match="could not be written"):
        write_scene(report, path)
    assert path.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [path]


_FULL_DISK = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from scene_plans import plan
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report import evaluate
from spine_radiosurgery.scene import write_scene
report = evaluate(plan(), target="CTV_T8", cord="SpinalCord")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    write_scene(report, Path(sys.argv[2]) / "case.mrb")
except InputError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit of a process on Windows")
@pytest.mark.parametrize("limit_bytes", [0, 60_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(slicer_core, tmp_path, limit_bytes) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, Path(__file__).parent, tmp_path, str(limit_bytes)],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "could not be written" in run.stdout
    assert run.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
