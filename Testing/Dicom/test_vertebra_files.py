from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

import spine_radiosurgery as sr
from spine_radiosurgery.dicom import read_label_map
from spine_radiosurgery.geometry import InputError

sitk = pytest.importorskip("SimpleITK")


def stack(labels_from_the_feet: list[int]) -> np.ndarray:
    """Blocks of 8 x 8 x 8 voxels above one another, 2 empty slices apart."""
    values = np.zeros((10 * len(labels_from_the_feet), 12, 12), dtype=np.uint8)
    for n, label in enumerate(labels_from_the_feet):
        values[10 * n : 10 * n + 8, 2:10, 2:10] = label
    return values


def write(path: Path, values: np.ndarray, **header: str) -> Path:
    """Voxels of 3 mm, first slice at the feet."""
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((3.0, 3.0, 3.0))
    for key, value in header.items():
        image.SetMetaData(key, value)
    sitk.WriteImage(image, str(path))
    return path


def with_names(path: Path, names: dict[int, str]) -> Path:
    """The same NIfTI file with a label table in its header, as TotalSegmentator writes it."""
    content = gzip.decompress(path.read_bytes())
    (offset,) = struct.unpack_from("<f", content, 108)
    table = "".join(
        f'<Label Key="{n}" Red="0.0" Green="0.0" Blue="1.0" Alpha="1"><![CDATA[{name}]]></Label>'
        for n, name in names.items()
    ).encode()
    table += b"\0" * (-(len(table) + 8) % 16)
    extension = struct.pack("<4B", 1, 0, 0, 0) + struct.pack("<2i", len(table) + 8, 0) + table
    header = bytearray(content[:348])
    struct.pack_into("<f", header, 108, 348 + len(extension))
    path.write_bytes(gzip.compress(bytes(header) + extension + content[int(offset) :]))
    return path


def test_numbers_are_read_by_the_only_scheme_that_fits(tmp_path: Path) -> None:
    found = sr.read_vertebrae(write(tmp_path / "verse.nii.gz", stack([23, 22, 21])))
    assert list(found) == ["L2", "L3", "L4"]
    assert [s.name for s in found.values()] == ["vertebrae_L2", "vertebrae_L3", "vertebrae_L4"]
    assert found["L3"].volume_cc == pytest.approx(8**3 * 0.027)
    assert found["L3"].extent_mm() == pytest.approx((28.5, 52.5))
    assert "label 22 of verse.nii.gz was read as L3, because" in found["L3"].warnings[0]


def test_names_in_the_header_decide_before_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "totalseg.nii.gz", stack([27, 28, 29]))
    with pytest.raises(InputError, match=r"totalseg.nii.gz: The labels 27, 28, 29 do not tell"):
        sr.read_vertebrae(path)
    names = {27: "vertebrae_L5", 28: "vertebrae_L4", 29: "vertebrae_L3"}
    found = sr.read_vertebrae(with_names(path, names))
    assert list(found) == ["L3", "L4", "L5"] and found["L4"].warnings == ()
    assert sr.read_structure(path, "vertebrae_L4").extent_mm() == found["L4"].extent_mm()
    chosen = sr.read_vertebrae(path, "totalsegmentator-v1")
    assert list(chosen) == ["T6", "T7", "T8"]


def test_names_without_a_vertebra_are_refused(tmp_path: Path) -> None:
    path = with_names(
        write(tmp_path / "body.nii.gz", stack([1, 2])), {1: "vertebrae_body", 2: "discs"}
    )
    with pytest.raises(InputError, match=r"names no single vertebra \(it holds vertebrae_body, d"):
        sr.read_vertebrae(path)


def test_segments_are_found_by_their_names_whatever_their_numbers(tmp_path: Path) -> None:
    header = {}
    for n, (name, value) in enumerate([("L2 vert.", "1"), ("VB_L1", "2"), ("GTV_L1", "3")]):
        header |= {f"Segment{n}_ID": f"S{n}", f"Segment{n}_Name": name,
                   f"Segment{n}_LabelValue": value, f"Segment{n}_Layer": "0"}  # fmt: skip
    found = sr.read_vertebrae(write(tmp_path / "a.seg.nrrd", stack([1, 2, 3]), **header))
    assert {level: s.name for level, s in found.items()} == {"L1": "VB_L1", "L2": "L2 vert."}


def test_places_that_contradict_the_names_are_said(tmp_path: Path) -> None:
    path = with_names(
        write(tmp_path / "swapped.nii.gz", stack([3, 4])), {3: "vertebra_T8", 4: "vertebra_T9"}
    )
    found = sr.read_vertebrae(path)
    assert all("T9 lies 30 mm above T8" in s.warnings[0] for s in found.values())


def test_a_label_map_gives_every_label(tmp_path: Path) -> None:
    labels = read_label_map(write(tmp_path / "all.nrrd", stack([7, 44, 2]).astype(np.float32)))
    assert [r.label for r in labels.regions] == [2, 7, 44]
    assert [r.height_mm for r in labels.regions] == pytest.approx([70.5, 10.5, 40.5])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.full((3, 3, 3), -4, np.int16), "values from -4 to -4 that are no labels"),
        (np.full((3, 3, 3), 0.5, np.float32), "values from 0.5 to 0.5 that are no labels"),
        (np.zeros((3, 3, 3), np.uint8), "no label of it has a voxel"),
    ],
)
def test_values_that_are_no_labels_are_refused(
    tmp_path: Path, values: np.ndarray, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_label_map(write(tmp_path / "bad.nrrd", values))


def test_real_totalsegmentator_file_by_its_names(real_data: Path) -> None:
    folder = real_data / "totalseg_example"
    found = sr.read_vertebrae(folder / "example_seg_fast_force_split.nii.gz")
    assert list(found) == ["T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1"]
    assert found["L3"].volume_cc == pytest.approx(66.0, abs=0.1)


def test_real_verse_labels_by_their_order(real_data: Path) -> None:
    found = sr.read_vertebrae(real_data / "tptbox_ct" / "sub-ct_seg-vert_label-22_msk.nii.gz")
    assert list(found) == ["L2", "L3", "L4"]
    with pytest.raises(InputError, match="sub-regions"):
        sr.read_vertebrae(real_data / "tptbox_ct" / "sub-ct_seg-subreg_label-22_msk.nii.gz")
