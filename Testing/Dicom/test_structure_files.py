from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.dicom import read_structure
from spine_radiosurgery.geometry import InputError

sitk = pytest.importorskip("SimpleITK")


def write_mask(path: Path, values: np.ndarray, **header: str) -> Path:
    """Voxels of 2 x 1 x 3 mm, index order PIR (as TPTBox writes), origin at LPS (10, 20, 30)."""
    image = sitk.GetImageFromArray(values, isVector=values.ndim == 4)
    image.SetSpacing((2.0, 1.0, 3.0))
    image.SetOrigin((10.0, 20.0, 30.0))
    image.SetDirection((0, 0, -1, 1, 0, 0, 0, -1, 0))
    for key, value in header.items():
        image.SetMetaData(key, value)
    sitk.WriteImage(image, str(path))
    return path


def labels() -> np.ndarray:
    values = np.zeros((6, 7, 8), dtype=np.uint8)
    values[1:3, 2:5, 3:7] = 1
    values[4, 5, 6] = 4
    return values


@pytest.mark.parametrize("suffix", [".nrrd", ".nii.gz", ".nii", ".mha"])
def test_label_lies_where_the_file_says(tmp_path: Path, suffix: str) -> None:
    structure = read_structure(write_mask(tmp_path / f"VB{suffix}", labels()), 4)
    # index (6, 5, 4): LPS = origin + i * 2 mm toward +P, j * 1 mm toward -S, k * 3 mm toward -L
    centre = structure.bounds_ras().mean(axis=0)
    assert np.allclose(centre, [-(10 - 3 * 4), -(20 + 2 * 6), 30 - 5], atol=1e-4)
    assert structure.volume_cc == pytest.approx(0.006)


def test_several_labels_must_be_chosen(tmp_path: Path) -> None:
    path = write_mask(tmp_path / "labels.nii.gz", labels())
    with pytest.raises(InputError, match=r"2 labels; name one of: 1, 4"):
        read_structure(path)
    with pytest.raises(InputError, match="no label '9'; there is: 1, 4"):
        read_structure(path, 9)
    assert read_structure(path, "1").volume_cc == pytest.approx(24 * 0.006)


def test_single_label_needs_no_choice_and_takes_the_file_name(tmp_path: Path) -> None:
    structure = read_structure(write_mask(tmp_path / "Cord.nii.gz", labels() // 4 * 7))
    assert structure.name == "Cord" and structure.volume_cc == pytest.approx(0.006)


def test_fractions_are_occupancy(tmp_path: Path) -> None:
    values = np.zeros((6, 7, 8), dtype=np.float32)
    values[2:4, 3, 3:5] = 1.0
    values[3, 3, 5] = 0.25
    structure = read_structure(write_mask(tmp_path / "soft.nrrd", values))
    assert structure.volume_cc == pytest.approx(4.25 * 0.006)


def test_values_that_are_neither_labels_nor_occupancy_are_refused(tmp_path: Path) -> None:
    values = np.full((3, 3, 3), 2.5, dtype=np.float32)
    with pytest.raises(InputError, match="neither whole labels nor occupancy"):
        read_structure(write_mask(tmp_path / "ct.nrrd", values))


def segmentation(folder: Path, values: np.ndarray) -> Path:
    header = {
        "Segment0_ID": "Segment_1", "Segment0_Name": "Cord", "Segment0_LabelValue": "1",
        "Segment0_Layer": "0", "Segment1_ID": "Segment_2", "Segment1_Name": "VB L1",
        "Segment1_LabelValue": "1" if values.ndim == 4 else "4",
        "Segment1_Layer": "1" if values.ndim == 4 else "0",
    }  # fmt: skip
    return write_mask(folder / "case.seg.nrrd", values, **header)


def test_segments_are_found_by_name(tmp_path: Path) -> None:
    path = segmentation(tmp_path, labels())
    assert read_structure(path, "VB L1").volume_cc == pytest.approx(0.006)
    assert read_structure(path, "Cord").name == "Cord"
    with pytest.raises(InputError, match=r"no segment 'VB'; name one of: Cord, VB L1"):
        read_structure(path, "VB")
    with pytest.raises(InputError, match="holds 2 segments; name one of"):
        read_structure(path)


def test_overlapping_segments_lie_in_layers(tmp_path: Path) -> None:
    layers = np.stack([labels() == 1, labels() == 4], axis=-1).astype(np.uint8)
    path = segmentation(tmp_path, layers)
    assert read_structure(path, "Cord").volume_cc == pytest.approx(24 * 0.006)
    assert read_structure(path, "VB L1").volume_cc == pytest.approx(0.006)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone.nrrd", None, "does not exist"),
        ("mask.stl", b"solid", "structures are read from"),
        ("broken.nrrd", b"NRRD0004\nrubbish", "broken.nrrd cannot be read"),
        ("broken.nii.gz", b"rubbish", "broken.nii.gz cannot be read"),
    ],
)
def test_unreadable_file_is_named(tmp_path: Path, name: str, content, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence) as caught:
        read_structure(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_empty_mask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mask is empty"):
        read_structure(write_mask(tmp_path / "no.nrrd", np.zeros((3, 3, 3), np.uint8)))
