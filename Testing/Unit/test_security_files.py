"""Files that lead elsewhere: headers that name other files, names that are paths."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from vertebra_shapes import make_shape

from spine_radiosurgery.cli import main
from spine_radiosurgery.dicom import read_structure, write_segmentation
from spine_radiosurgery.geometry import InputError, Structure

pytest.importorskip("SimpleITK")

NRRD = """NRRD0004
type: unsigned char
dimension: 3
space: left-posterior-superior
sizes: 4 4 4
space directions: (1,0,0) (0,1,0) (0,0,1)
kinds: domain domain domain
encoding: raw
space origin: (0,0,0)
{field}: {file}
"""
META = """ObjectType = Image
NDims = 3
DimSize = 4 4 4
ElementType = MET_UCHAR
ElementSpacing = 1 1 1
ElementDataFile {field} {file}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """`case/` with voxels beside the header, and a secret of as many bytes outside."""
    (tmp_path / "case").mkdir()
    voxels = np.zeros((4, 4, 4), np.uint8)
    voxels[1:3, 1:3, 1:3] = 1
    (tmp_path / "case" / "voxels.raw").write_bytes(voxels.tobytes())
    (tmp_path / "secret.raw").write_bytes(b"\1" * 64)
    (tmp_path / "case" / "link.raw").symlink_to(tmp_path / "secret.raw")
    return tmp_path / "case"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "text", "fields"),
    [
        ("mask.nhdr", NRRD, ("data file", "datafile", "DATA FILE")),
        ("mask.nrrd", NRRD, ("data file",)),
        ("mask.mhd", META, ("=", ":")),
    ],
)
def test_voxels_of_another_folder_are_not_read(folder, name, text, fields, end) -> None:
    outside = str(folder.parent / "secret.raw")
    hostile = ("../secret.raw", outside, "./../secret.raw", "link.raw", "..\\secret.raw", "LIST")
    for field in fields:
        for file in hostile:
            (folder / name).write_bytes(
                text.format(field=field, file=file).replace("\n", end).encode()
            )
            with pytest.raises(InputError, match=r"same folder|cannot be read"):
                read_structure(folder / name)


@pytest.mark.parametrize(
    ("name", "text", "field"), [("a.nhdr", NRRD, "data file"), ("a.mhd", META, "=")]
)
def test_voxels_beside_their_header_are_read(folder, name, text, field) -> None:
    (folder / name).write_text(text.format(field=field, file="voxels.raw"))
    assert read_structure(folder / name).volume_cc == pytest.approx(0.008)


def test_names_of_vertebrae_stay_within_the_folder(tmp_path, monkeypatch) -> None:
    """Several vertebrae have pictures named after them."""
    shape = make_shape("L3", spacing_mm=(2.0, 2.0, 2.0))
    lifted = shape.ijk_to_ras.copy()
    lifted[2, 3] += 60.0
    hostile = ["../../up" + "x" * 300, "/tm" + "p/a\u202e"]
    masks = [
        Structure.from_mask(name, shape.mask, matrix)
        for name, matrix in zip(hostile, (shape.ijk_to_ras, lifted), strict=True)
    ]
    for number, mask in enumerate(masks):
        write_segmentation(tmp_path / f"{number}.seg.nrrd", [mask])
    out = tmp_path / "a" / "b"
    out.mkdir(parents=True)
    arguments = [
        *("target", tmp_path / "0.seg.nrrd", tmp_path / "1.seg.nrrd"),
        *("--output", out / "t.seg.nrrd", "--picture", out / "t.png"),
    ]
    monkeypatch.setattr(sys, "argv", ["spine-radiosurgery", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code in (0, 2)
    assert sorted(os.listdir(tmp_path)) == ["0.seg.nrrd", "1.seg.nrrd", "a"]
    assert os.listdir(tmp_path / "a") == ["b"]
    assert all(name.startswith("t") for name in os.listdir(out))
    if stop.value.code == 0:
        assert len([name for name in os.listdir(out) if name.endswith(".png")]) == 2
