"""Segmentations and label maps come back as they were, and nobody's file is lost."""

from __future__ import annotations

import errno
import itertools
from pathlib import Path

import numpy as np
import pytest

from spine_radiosurgery.dicom import own_files, read_structure
from spine_radiosurgery.dicom.own_files import check_own_file, signed_png, write_own_file
from spine_radiosurgery.dicom.writing_segmentations import Segment, write_segmentation
from spine_radiosurgery.geometry import Grid, InputError, Structure

sitk = pytest.importorskip("SimpleITK")


def turned(degrees: float) -> np.ndarray:
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1.0]])


def affine(directions: np.ndarray, spacing=(0.8, 0.9, 1.5)) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3] = directions * np.array(spacing)
    matrix[:3, 3] = [13.7, -21.3, 301.9]
    return matrix


AXES = {
    "".join("RAS"[a] if s > 0 else "LPI"[a] for a, s in zip(order, signs, strict=True)): np.array(
        [np.eye(3)[a] * s for a, s in zip(order, signs, strict=True)]
    ).T
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
}
UPRIGHT = affine(np.diag([-1.0, -1.0, 1.0]))


def blob(offset: int = 0) -> np.ndarray:
    """A lopsided body, so that a mirrored or shifted one differs."""
    k, j, i = np.indices((14, 16, 24))
    i = i - offset
    return ((k - 6) / 4) ** 2 + ((j - 8) / 6) ** 2 + ((i - 5) / 4) ** 2 + (i > 6) * (k > 7) < 1


def same(read: Structure, meant: Structure) -> bool:
    grids = (read.shape.grid.ijk_to_ras, meant.shape.grid.ijk_to_ras)
    return np.array_equal(read.shape.values, meant.shape.values) and np.allclose(*grids, atol=1e-4)


@pytest.mark.parametrize("suffix", [".seg.nrrd", ".nrrd", ".nii.gz", ".nii"])
@pytest.mark.parametrize("axes", AXES, ids=str)
def test_every_index_order_comes_back(tmp_path: Path, axes: str, suffix: str) -> None:
    body = Structure.from_mask("Body", blob(), affine(AXES[axes]))
    (written,) = write_segmentation(tmp_path / f"a{suffix}", [body])
    assert same(read_structure(tmp_path / f"a{suffix}"), body)
    assert written.written_cc == pytest.approx(body.volume_cc, rel=1e-12)


@pytest.mark.parametrize("suffix", [".seg.nrrd", ".nrrd", ".nii.gz"])
def test_an_oblique_lattice_comes_back(tmp_path: Path, suffix: str) -> None:
    body = Structure.from_mask("Body", blob(), affine(turned(25) @ np.diag([1, -1, 1])))
    write_segmentation(tmp_path / f"a{suffix}", [body])
    assert same(read_structure(tmp_path / f"a{suffix}"), body)


def test_disjoint_segments_share_one_layer_and_overlapping_ones_do_not(tmp_path: Path) -> None:
    left, right = (Structure.from_mask(n, blob(o), UPRIGHT) for n, o in (("Left", 0), ("Right", 9)))
    both = Structure.from_mask("Both", blob() | blob(9), UPRIGHT)
    flat = write_segmentation(tmp_path / "flat.seg.nrrd", [left, right])
    assert [(w.label, w.layer) for w in flat] == [(1, 0), (2, 0)]
    assert sitk.ReadImage(str(tmp_path / "flat.seg.nrrd")).GetNumberOfComponentsPerPixel() == 1
    deep = write_segmentation(tmp_path / "deep.seg.nrrd", [both, left, right])
    assert [(w.label, w.layer) for w in deep] == [(1, 0), (1, 1), (2, 1)]
    for structure in (left, right, both):
        assert same(read_structure(tmp_path / "deep.seg.nrrd", structure.name), structure)


def test_the_header_says_what_slicer_asks_for(tmp_path: Path) -> None:
    segment = Segment(
        Structure.from_mask("L3 body", blob(), UPRIGHT),
        color=(255, 0, 51),
        terminology="Dictionary~SCT^1^Category~SCT^2^Type~^^~~^^~^^",
        tags={"Role": "target"},
    )
    write_segmentation(tmp_path / "a.seg.nrrd", [segment])
    header = (tmp_path / "a.seg.nrrd").read_bytes().split(b"\n\n")[0].decode().splitlines()
    assert header[0] == "NRRD0004"
    for line in (
        "space: left-posterior-superior",
        "kinds: domain domain domain",
        "Segment0_ID:=L3 body",
        "Segment0_Name:=L3 body",
        "Segment0_Color:=1 0 0.2",
        "Segment0_LabelValue:=1",
        "Segment0_Layer:=0",
        "Segment0_Tags:=Role:target|TerminologyEntry:Dictionary~SCT^1^Category~SCT^2^Type~^^~~^^~^^|",
        "Segmentation_MasterRepresentation:=Binary labelmap",
    ):
        assert line in header


def test_equal_structures_give_equal_bytes(tmp_path: Path) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    for suffix in (".seg.nrrd", ".nrrd", ".nii.gz"):
        for name in ("a", "b"):
            write_segmentation(tmp_path / f"{name}{suffix}", [body])
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_voxels_at_least_half_occupied_are_written_and_the_difference_is_told(
    tmp_path: Path,
) -> None:
    share = blob() * 1.0
    share[6, 8, 4:6] = 0.5, 0.49
    body = Structure.from_mask("Body", share, UPRIGHT)
    (written,) = write_segmentation(tmp_path / "a.seg.nrrd", [body])
    voxel_cc = 0.8 * 0.9 * 1.5 / 1000
    assert written.volume_cc == pytest.approx((share.sum()) * voxel_cc)
    assert written.written_cc == pytest.approx((share >= 0.5).sum() * voxel_cc)
    read = read_structure(tmp_path / "a.seg.nrrd")
    assert read.volume_cc == pytest.approx(written.written_cc)


def test_coarse_structures_keep_their_shape_on_the_finest_voxels(tmp_path: Path) -> None:
    coarse = Structure.from_mask("Coarse", blob(), UPRIGHT)
    fine_matrix = UPRIGHT.copy()
    fine_matrix[:3, :3] /= 3
    fine_matrix[:3, 3] = UPRIGHT[:3, 3] + UPRIGHT[:3, :3] @ (np.array([5, 8, 6]) - 1 / 3)
    fine = Structure.from_mask("Fine", np.ones((4, 5, 6), bool), fine_matrix)
    written = write_segmentation(tmp_path / "a.seg.nrrd", [coarse, fine])
    assert [w.written_cc for w in written] == pytest.approx([coarse.volume_cc, fine.volume_cc])
    read = read_structure(tmp_path / "a.seg.nrrd", "Coarse")
    again = read.mask_on(coarse.shape.grid.shape_kji, coarse.shape.grid.ijk_to_ras)
    assert np.abs(again - coarse.shape.values).max() < 1e-6


def test_contours_are_written_in_voxels_of_a_millimetre(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    circle = np.column_stack([8 * np.cos(angle), 8 * np.sin(angle), 0 * angle])
    tube = Structure.from_contours("Cord", [np.add(circle, (3, 4, 2 * n)) for n in range(10)])
    write_segmentation(tmp_path / "a.seg.nrrd", [tube])
    read = read_structure(tmp_path / "a.seg.nrrd")
    assert read.shape.grid.spacing_mm == pytest.approx([1, 1, 1])
    assert read.volume_cc == pytest.approx(tube.volume_cc, rel=0.03)
    assert read.bounds_ras() == pytest.approx(tube.bounds_ras(), abs=0.6)


def test_a_given_grid_is_the_grid_of_the_file(tmp_path: Path) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    grid = Grid((20, 30, 40), UPRIGHT @ np.array(
        [[1, 0, 0, -3], [0, 1, 0, -4], [0, 0, 1, -2], [0, 0, 0, 1.0]]
    ))  # fmt: skip
    write_segmentation(tmp_path / "a.nii.gz", [body], grid=grid)
    assert sitk.ReadImage(str(tmp_path / "a.nii.gz")).GetSize() == (40, 30, 20)
    assert same(read_structure(tmp_path / "a.nii.gz"), body)


def test_an_empty_sector_is_left_out_and_said(tmp_path: Path) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    shape = type(body.shape)(np.zeros((2, 2, 2)), Grid((2, 2, 2), UPRIGHT))
    gone = Structure("Lamina", shape)
    written = write_segmentation(tmp_path / "a.seg.nrrd", [gone, body])
    assert [(w.name, w.label) for w in written] == [("Lamina", 0), ("Body", 1)]
    assert read_structure(tmp_path / "a.seg.nrrd").name == "Body"
    with pytest.raises(InputError, match=r"Nothing to write into b.seg.nrrd"):
        write_segmentation(tmp_path / "b.seg.nrrd", [gone])


def test_what_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    thin = Structure.from_mask("Thin", 0.3 * blob(), UPRIGHT)
    sheared = UPRIGHT @ np.array([[1, 0.3, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    far = Grid((5, 5, 5), affine(np.eye(3)) @ np.diag([1, 1, -1, 1.0]))
    for name, structures, grid, words in (
        ("a.stl", [body], None, "no ending that is written; choose .seg.nrrd"),
        ("a.nrrd", [body, body.renamed("Other")], None, "cannot hold structures that overlap"),
        ("a.seg.nrrd", [body, body], None, "2 structures for a.seg.nrrd are called Body"),
        ("a.seg.nrrd", [thin], None, "Thin .* fills no voxel of a.seg.nrrd at least half"),
        ("a.seg.nrrd", [body], far, "Body .* fills no voxel of a.seg.nrrd"),
        ("a.seg.nrrd", [Structure.from_mask("B", blob(), sheared)], None, "not perpendicular"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            write_segmentation(tmp_path / name, structures, grid=grid)
        assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".seg.nrrd", ".nrrd", ".nii.gz", ".nii"])
def test_our_own_file_is_replaced_and_no_other(tmp_path: Path, suffix: str) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    path = tmp_path / f"a{suffix}"
    write_segmentation(path, [body])
    write_segmentation(path, [Structure.from_mask("Body", blob(3), UPRIGHT)])
    # Another program saves it.
    sitk.WriteImage(sitk.GetImageFromArray(blob().astype(np.uint8)), str(path))
    before = path.read_bytes()
    with pytest.raises(InputError, match="exists and is not a file of ours"):
        write_segmentation(path, [body])
    assert path.read_bytes() == before


def test_pictures_and_records_are_told_apart_too(tmp_path: Path) -> None:
    sitk.WriteImage(sitk.GetImageFromArray(np.eye(3, dtype=np.uint8)), str(tmp_path / "0.png"))
    picture = (tmp_path / "0.png").read_bytes()
    for name, ours, other in (
        ("a.png", signed_png(picture), picture),
        ("a.json", f'{{"generated_by": "{own_files.GENERATOR}"}}'.encode(), b'{"mine": 1}'),
    ):
        path = tmp_path / name
        path.write_bytes(ours)
        check_own_file(path)
        path.write_bytes(other)
        with pytest.raises(InputError, match="not a file of ours"):
            check_own_file(path)
    (tmp_path / "0.png").write_bytes(signed_png(picture))
    read = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "0.png")))
    assert np.array_equal(read, np.eye(3))


def test_a_full_disk_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    body = Structure.from_mask("Body", blob(), UPRIGHT)
    path = tmp_path / "a.seg.nrrd"
    write_segmentation(path, [body])
    before = path.read_bytes()

    def full(scratch: Path) -> None:
        scratch.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match="No space left on device; nothing was changed"):
        write_own_file(path, full)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.seg.nrrd"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "a.nrrd", "lies under .*file, which is a file"),
    ):
        with pytest.raises(InputError, match=words):
            check_own_file(path)
