"""`target`: from vertebra masks to a target that 3D Slicer opens."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Unit"))
from vertebra_shapes import VertebraShape, make_shape

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.dicom import read_structure, write_segmentation
from spine_radiosurgery.dicom.own_files import check_own_file
from spine_radiosurgery.geometry import Structure

sitk = pytest.importorskip("SimpleITK")

SPACING_MM = (2.0, 2.0, 2.0)
RANKS = {name: number for number, name in enumerate(SECTORS, start=1)}


@pytest.fixture(scope="module")
def shape() -> VertebraShape:
    return make_shape("L3", spacing_mm=SPACING_MM)


@pytest.fixture
def run(run_command):
    return partial(run_command, "target")


@pytest.fixture
def mask(tmp_path: Path, shape: VertebraShape) -> Path:
    return saved(tmp_path / "vertebrae_L3.nii.gz", shape.mask, shape.ijk_to_ras)


def saved(path: Path, values: np.ndarray, ijk_to_ras: np.ndarray) -> Path:
    """A label map as other programs write it."""
    lps = np.diag([-1.0, -1, 1, 1]) @ ijk_to_ras
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image = sitk.GetImageFromArray(values.astype(np.uint8))
    image.SetSpacing(spacing.tolist())
    image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    sitk.WriteImage(image, str(path))
    return path


def cord_beside(shape: VertebraShape) -> Structure:
    """A tube through the canal's middle."""
    voxels = np.argwhere(shape.canal)[:, ::-1]
    centre = (voxels @ shape.ijk_to_ras[:3, :3].T + shape.ijk_to_ras[:3, 3]).mean(axis=0)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    circle = np.column_stack([5 * np.cos(angle), 4 * np.sin(angle), 0 * angle])
    return Structure.from_contours(
        "SpinalCord", [circle + centre + (0, 0, z) for z in np.arange(-40, 41, 2.0)]
    )


def saved_cord(path: Path, shape: VertebraShape) -> Path:
    write_segmentation(path, [cord_beside(shape)])
    return path


def test_target_and_sectors_lie_in_one_segmentation(run, mask, tmp_path, shape) -> None:
    out = tmp_path / "target.seg.nrrd"
    status, text, errors = run(mask, "--template", "body", "-o", out)
    assert (status, errors) == (0, "")
    assert "CTV_L3: " in text
    assert "spinous process" in text
    target = read_structure(out, "CTV_L3")
    truth = Structure.from_mask("Body", shape.labels == RANKS["body"], shape.ijk_to_ras)
    inside = target.mask_on(shape.labels.shape, shape.ijk_to_ras) >= 0.5
    common = 2 * (inside & (shape.labels == 1)).sum() / (inside.sum() + (shape.labels == 1).sum())
    assert common > 0.95
    assert target.volume_cc == pytest.approx(truth.volume_cc, rel=0.05)
    whole = sum(
        read_structure(out, f"vertebrae_L3 {name.replace('_', ' ')}").volume_cc for name in SECTORS
    )
    assert whole == pytest.approx(shape.structure().volume_cc, rel=1e-9)


def test_the_body_is_its_sector_voxel_for_voxel(run, mask, tmp_path) -> None:
    out = tmp_path / "target.seg.nrrd"
    assert run(mask, "-o", out)[0] == 0
    target, body = read_structure(out, "CTV_L3"), read_structure(out, "vertebrae_L3 body")
    assert np.array_equal(target.shape.values, body.shape.values)


def test_a_label_map_holds_the_target_and_another_file_the_sectors(run, mask, tmp_path) -> None:
    out, parts = tmp_path / "target.nii.gz", tmp_path / "sectors.nii.gz"
    status, text, _ = run(mask, "-o", out, "--template", "dorsal", "--sectors-output", parts)
    assert status == 0
    assert np.unique(sitk.GetArrayFromImage(sitk.ReadImage(str(out)))).tolist() == [0, 1]
    assert np.unique(sitk.GetArrayFromImage(sitk.ReadImage(str(parts)))).tolist() == list(range(7))
    posterior = sum(read_structure(parts, n).volume_cc for n in (4, 5, 6))
    assert read_structure(out).volume_cc == pytest.approx(posterior, rel=0.01)
    assert "6 vertebrae_L3 spinous process" in text


def test_the_target_can_be_written_alone(run, mask, tmp_path) -> None:
    assert run(mask, "-o", tmp_path / "t.seg.nrrd", "--target-only", "--name", "CTV")[0] == 0
    assert read_structure(tmp_path / "t.seg.nrrd").name == "CTV"


def test_cord_and_its_margin_are_taken_out(run, mask, tmp_path, shape) -> None:
    cord = saved_cord(tmp_path / "SpinalCord.nrrd", shape)
    out = tmp_path / "target.seg.nrrd"
    status, text, errors = run(
        mask, "--template", "whole_vertebra", "--margin-mm", "3", "--cord", cord,
        "--prv-margin-mm", "2", "-o", out, "--json", tmp_path / "target.json",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "mm from SpinalCord" in text
    found = json.loads((tmp_path / "target.json").read_text())
    assert found["targets"][0]["cord_distance_mm"] == pytest.approx(2.0, abs=0.6)
    assert found["target_definitions"][0]["margin_mm"] == [3.0] * 6
    lattice = read_structure(cord).shape.grid
    inside = read_structure(out, "CTV_L3").mask_on(lattice.shape_kji, lattice.ijk_to_ras)
    assert not (inside >= 0.5).any()


def test_the_record_says_quality_decision_inputs_and_files(run, mask, tmp_path) -> None:
    record = tmp_path / "record.json"
    assert run(mask, "--level", "L3", "-o", tmp_path / "t.seg.nrrd", "--json", record)[0] == 0
    found = json.loads(record.read_text())
    assert found["generated_by"].startswith("spine-radiosurgery ")
    assert found["research_use_only"] is True
    assert [row["role"] for row in found["inputs"]] == ["vertebra"]
    assert len(found["inputs"][0]["sha256"]) == 64
    assert found["targets"][0]["length_mm"] > 20
    definition = found["target_definitions"][0]
    assert (definition["template"], definition["levels"]) == ("body", ["L3"])
    vertebra = definition["vertebrae"][0]
    assert vertebra["level"] == "L3"
    assert [row["name"] for row in vertebra["sectors"]] == list(SECTORS)
    assert [row["name"] for row in vertebra["sectors"] if row["decided"]] == ["body"]
    assert {"frame_residual_mm", "symmetry", "canal"} <= set(vertebra["quality"])
    assert [row["name"] for row in found["files"][0]["segments"]][:2] == [
        "CTV_L3",
        "vertebrae_L3 body",
    ]


def test_a_tumour_proposes_sectors_and_a_person_decides(run, mask, tmp_path, shape) -> None:
    lesion = shape.labels == RANKS["left_pedicle"]
    gtv = saved(tmp_path / "GTV.nii.gz", lesion, shape.ijk_to_ras)
    rules, record = "isrc-as-published-by-brainlab", tmp_path / "record.json"
    status, text, errors = run(
        mask, "--gtv", gtv, "--consensus", rules, "--include", "body", "--exclude",
        "L3:left-lamina", "-o", tmp_path / "t.seg.nrrd", "--json", record,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    definition = json.loads(record.read_text())["target_definitions"][0]
    vertebra = definition["vertebrae"][0]
    assert {"left_pedicle", "left_lamina"} <= set(vertebra["proposal"]["sectors"])
    decided = [row["name"] for row in vertebra["sectors"] if row["decided"]]
    assert "body" in decided
    assert "left_lamina" not in decided
    assert [row["sector"] for row in definition["overrides"]] == ["body", "left_lamina"]
    assert rules in text


def test_vertebrae_are_chosen_by_label_and_by_level(run, tmp_path, shape) -> None:
    upper = shape.ijk_to_ras.copy()
    lower_labels = np.where(shape.mask, 29, 0)
    lift = round(40 / SPACING_MM[2])
    both = np.zeros((shape.mask.shape[0] + lift, *shape.mask.shape[1:]), np.uint8)
    both[: shape.mask.shape[0]] = lower_labels
    both[lift:][shape.mask] = 30
    labels = saved(tmp_path / "total.nii.gz", both, upper)
    assert run(labels, "--label", "29", "--level", "L3", "-o", tmp_path / "a.nrrd")[0] == 0
    assert run(f"{labels}:29", "--level", "L3", "-o", tmp_path / "b.nrrd")[0] == 0
    assert (tmp_path / "a.nrrd").read_bytes() == (tmp_path / "b.nrrd").read_bytes()
    options = ("--scheme", "totalsegmentator", "-o", tmp_path / "c.seg.nrrd")
    status, _, errors = run(labels, "--level", "L3", "--level", "L2", *options)
    assert (status, errors) == (0, "")
    assert read_structure(tmp_path / "c.seg.nrrd", "CTV_L2_L3").volume_cc > 0


def test_the_picture_is_a_png_that_a_second_run_would_replace(run, mask, tmp_path) -> None:
    picture = tmp_path / "sectors.png"
    assert run(mask, "-o", tmp_path / "t.seg.nrrd", "--picture", picture)[0] == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    check_own_file(picture)


def test_a_second_run_replaces_its_files(run, mask, tmp_path) -> None:
    out, record = tmp_path / "t.seg.nrrd", tmp_path / "t.json"
    for template in ("body", "posterior_elements"):
        assert run(mask, "--template", template, "-o", out, "--json", record)[0] == 0
    assert json.loads(record.read_text())["target_definitions"][0]["template"] == template
    assert sorted(path.name for path in tmp_path.glob("*t.*")) == ["t.json", "t.seg.nrrd"]


def refused(result: tuple[int, str, str], folder: Path, *words: str) -> None:
    status, _, errors = result
    assert status == 2
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    for word in words:
        assert word in errors
    assert not list(folder.glob("*t.seg.nrrd*"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--template", "corpus"), ("corpus", "body_and_pedicles")),
        (("--margin-mm", "-3"), ("-3",)),
        (("--margin-mm", "1,2"), ("margin",)),
        (("--margin-mm", "wide"), ("--margin-mm wide",)),
        (("--prv-margin-mm", "2"), ("--cord",)),
        (("--include", "rib"), ("rib",)),
        (("--consensus", "isrc-cox-recalled"), ("GTV",)),
        (("--cord", "nowhere.nrrd"), ("nowhere.nrrd", "does not exist")),
        (("--level", "S1"), ("S1",)),
        (("--level", "L3", "--level", "L4"), ("2 --level",)),
        (("--label", "7"), ("7",)),
        (("--picture", "sectors.gif"), (".png",)),
        (("--json", "t.seg.nrrd"), (".json",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_options_are_one_line_and_leave_nothing(run, mask, tmp_path, options, words) -> None:
    refused(run(mask, *options, "-o", tmp_path / "t.seg.nrrd"), tmp_path, *words)


def test_missing_mask_and_unknown_ending_are_refused(run, mask, tmp_path) -> None:
    refused(run(tmp_path / "no.nrrd", "-o", tmp_path / "t.seg.nrrd"), tmp_path, "no.nrrd")
    refused(run(mask, "-o", tmp_path / "t.stl"), tmp_path, "t.stl", ".seg.nrrd")


def test_somebody_elses_file_is_left_alone(run, mask, tmp_path) -> None:
    out = tmp_path / "mine.seg.nrrd"
    out.write_text("mine")
    status, _, errors = run(mask, "-o", out)
    assert status == 2
    assert "not a file of ours" in errors
    assert out.read_text() == "mine"


def test_a_region_of_a_dicom_folder_is_read(run, tmp_path) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
    import builders

    case = builders.write_case(tmp_path / "case")
    refused(run(case, "-o", tmp_path / "t.seg.nrrd"), tmp_path, f"{case}:ROI")
    refused(run(f"{case}:Nothing", "-o", tmp_path / "t.seg.nrrd"), tmp_path, "Nothing")


@pytest.mark.real_data
def test_levels_of_a_total_segmentation_become_one_target(run, real_data, tmp_path) -> None:
    example = real_data / "totalseg_example"
    status, text, errors = run(
        example / "spine_report" / "totalseg.nii.gz", "--level", "L3", "--level", "L4",
        "--canal", f"{example / 'example_seg_fast_force_split.nii.gz'}:79",
        "-o", tmp_path / "t.seg.nrrd", "--json", tmp_path / "t.json",
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "canal given" in text
    found = json.loads((tmp_path / "t.json").read_text())
    assert [row["name"] for row in found["targets"]] == ["CTV_L3_L4"]
    assert [row["label"] for row in found["inputs"]] == ["79", "L3", "L4"]
    target = read_structure(tmp_path / "t.seg.nrrd", "CTV_L3_L4")
    bodies = [read_structure(tmp_path / "t.seg.nrrd", f"vertebrae_{n} body") for n in ("L3", "L4")]
    assert target.volume_cc == pytest.approx(sum(body.volume_cc for body in bodies), rel=1e-9)


@pytest.mark.real_data
def test_a_region_of_a_plan_is_split_or_refused(run, real_data, tmp_path) -> None:
    case = real_data / "spine-srs-L1" / "dicom"
    status, text, errors = run(
        f"{case}:CTV_L1", "--cord", f"{case}:SpinalCord", "-o", tmp_path / "t.seg.nrrd"
    )
    assert (status, errors) == (0, "")
    # The planner drew the body only.
    assert "missing" in text
    assert "mm from SpinalCord" in text
    whole = f"{real_data / 'spine-srs-two-levels' / 'dicom'}:CTV_L2_L3"
    status, _, errors = run(whole, "-o", tmp_path / "u.seg.nrrd")
    assert (status, errors.count("\n")) == (2, 1)
    assert "CTV_L2_L3" in errors
