"""Sectors of real vertebrae against reference labels (TPTBox sub-regions, TotalSegmentator)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation
from shapes import INDEX_ORDERS, reordered, voxel_centres

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra
from spine_radiosurgery.geometry import Structure

pytestmark = pytest.mark.real_data

Mask = NDArray[np.bool_]
BODY, SPINOUS, ARCH = (49, 50), (42,), 41
LEFT, RIGHT = (43, 45, 47), (44, 46, 48)
LEFT_ARCH, RIGHT_ARCH = 141, 241
LEVEL_LABELS = {"L5": 27, "L4": 28, "L3": 29, "L2": 30, "L1": 31, "T12": 32}


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Voxels [k, j, i] and ijk_to_ras; SimpleITK speaks LPS."""
    image = SimpleITK.ReadImage(str(path))
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) @ np.diag(image.GetSpacing())
    matrix[:3, 3] = image.GetOrigin()
    return SimpleITK.GetArrayFromImage(image), np.diag([-1.0, -1, 1, 1]) @ matrix


@dataclass(frozen=True, eq=False)
class Reference:
    """Sub-regions of one vertebra; the arch is divided at the mid-plane of the other regions."""

    regions: np.ndarray
    ijk_to_ras: np.ndarray

    def region(self, *labels: int) -> Mask:
        return np.isin(self.regions, labels)

    def structure(self) -> Structure:
        return Structure.from_mask("vertebrae_L3", self.regions > 0, self.ijk_to_ras)

    def dice(self, sectors: VertebraSectors) -> dict[str, float]:
        wanted = {
            "body": self.region(*BODY),
            "spinous_process": self.region(*SPINOUS),
            "left": self.region(*LEFT, LEFT_ARCH),
            "right": self.region(*RIGHT, RIGHT_ARCH),
        }
        found = {
            "body": self.mask(sectors.body),
            "spinous_process": self.mask(sectors.spinous_process),
            "left": self.mask(sectors.left_pedicle) | self.mask(sectors.left_lamina),
            "right": self.mask(sectors.right_pedicle) | self.mask(sectors.right_lamina),
        }
        return {name: dice(found[name], wanted[name]) for name in wanted}

    def mask(self, structure: Structure) -> Mask:
        return structure.mask_on(self.regions.shape, self.ijk_to_ras) >= 0.5

    def resampled(self, spacing_mm: tuple[float, float, float], turn: Rotation) -> Reference:
        """The same regions, turned about their middle, on a new grid along R, A, S."""
        places = voxel_centres(self.regions.shape, self.ijk_to_ras)[self.regions > 0]
        middle = places.mean(axis=0)
        reach = np.abs(turn.apply(places - middle)).max(axis=0) + 4
        count = np.ceil(2 * reach / spacing_mm).astype(int)
        matrix = np.diag([*spacing_mm, 1.0])
        matrix[:3, 3] = middle - reach
        # From a voxel of the new grid back to the old one.
        back = np.eye(4)
        back[:3, :3] = turn.inv().as_matrix()
        back[:3, 3] = middle - back[:3, :3] @ middle
        index = np.linalg.inv(self.ijk_to_ras) @ back @ matrix
        flip = np.eye(3)[::-1]
        regions = ndimage.affine_transform(
            self.regions,
            flip @ index[:3, :3] @ flip,
            flip @ index[:3, 3],
            output_shape=tuple(count[::-1]),
            order=0,
        )
        return Reference(regions, matrix)


def dice(first: Mask, second: Mask) -> float:
    return 2 * float((first & second).sum()) / float(first.sum() + second.sum())


@cache
def third_lumbar(folder: Path) -> Reference:
    vertebrae, matrix = read(folder / "tptbox_ct" / "sub-ct_seg-vert_label-22_msk.nii.gz")
    regions, _ = read(folder / "tptbox_ct" / "sub-ct_seg-subreg_label-22_msk.nii.gz")
    regions = np.where(vertebrae == 22, regions, 0).astype(np.int16)
    places = voxel_centres(regions.shape, matrix)

    def centroid(*labels: int) -> np.ndarray:
        return places[np.isin(regions, labels)].mean(axis=0)

    corpus, spinous = centroid(*BODY), centroid(*SPINOUS)
    back = (spinous - corpus) / np.linalg.norm(spinous - corpus)
    across = centroid(*LEFT) - centroid(*RIGHT)
    across -= (across @ back) * back
    on_left = (places - corpus) @ across > 0
    regions[(regions == ARCH) & on_left] = LEFT_ARCH
    regions[(regions == ARCH) & ~on_left] = RIGHT_ARCH
    return Reference(regions, matrix)


def assert_good(scores: dict[str, float]) -> None:
    assert scores["body"] >= 0.98
    assert scores["spinous_process"] >= 0.90
    assert scores["left"] >= 0.92
    assert scores["right"] >= 0.92


def test_the_sub_regions_of_a_real_vertebra_are_found(real_data: Path) -> None:
    reference = third_lumbar(real_data)
    assert_good(reference.dice(split_vertebra(reference.structure())))


@pytest.mark.slow
def test_the_index_order_of_the_mask_changes_nothing(real_data: Path) -> None:
    reference = third_lumbar(real_data)
    usual, matrix = split_vertebra(reference.structure()).labels()
    for order in INDEX_ORDERS:
        regions, turned = reordered(reference.regions, reference.ijk_to_ras, order)
        other = Reference(regions, turned)
        sectors = split_vertebra(other.structure())
        assert_good(other.dice(sectors))
        expected, expected_matrix = reordered(usual, matrix, order)
        labels, found_matrix = sectors.labels()
        assert np.allclose(found_matrix, expected_matrix, atol=1e-6)
        assert np.array_equal(labels, expected)


@pytest.mark.parametrize(
    "spacing", [(1.0, 1.0, 1.0), (2.0, 2.0, 2.0), (3.0, 3.0, 3.0), (0.8, 0.8, 3.0), (3.0, 1.0, 1.0)]
)
def test_the_body_is_found_at_any_voxel_size(
    real_data: Path, spacing: tuple[float, float, float]
) -> None:
    reference = third_lumbar(real_data).resampled(spacing, Rotation.identity())
    scores = reference.dice(split_vertebra(reference.structure()))
    assert scores["body"] >= 0.95
    assert scores["left"] >= 0.85
    assert scores["right"] >= 0.85


@pytest.mark.parametrize("degrees", [-20, 20])
@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_the_body_is_found_in_a_turned_mask(real_data: Path, axis: str, degrees: float) -> None:
    turn = Rotation.from_euler(axis, degrees, degrees=True)
    reference = third_lumbar(real_data).resampled((1.5, 1.5, 1.5), turn)
    scores = reference.dice(split_vertebra(reference.structure()))
    assert scores["body"] >= 0.96
    assert scores["spinous_process"] >= 0.88
    assert scores["left"] >= 0.90
    assert scores["right"] >= 0.90


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_an_oblique_scan_of_the_same_voxels_is_split_as_well(real_data: Path, axis: str) -> None:
    reference = third_lumbar(real_data)
    rigid = np.eye(4)
    rigid[:3, :3] = Rotation.from_euler(axis, 20, degrees=True).as_matrix()
    turned = Reference(reference.regions, rigid @ reference.ijk_to_ras)
    assert_good(turned.dice(split_vertebra(turned.structure())))


def test_the_mirror_image_of_a_real_vertebra_has_its_sides_exchanged(real_data: Path) -> None:
    reference = third_lumbar(real_data)
    mirror = np.diag([-1.0, 1, 1, 1])
    image = Structure.from_mask("L3", reference.regions > 0, mirror @ reference.ijk_to_ras)
    labels, _ = split_vertebra(reference.structure()).labels()
    mirrored, _ = split_vertebra(image).labels()
    assert np.array_equal(np.array([0, 1, 3, 2, 5, 4, 6])[labels], mirrored)


@pytest.mark.parametrize("with_canal", [False, True])
@pytest.mark.parametrize("level", LEVEL_LABELS)
@pytest.mark.parametrize(
    "file", ["spine_report/totalseg.nii.gz", "example_seg_fast_force_split.nii.gz"]
)
def test_bodies_of_an_automatic_segmentation_are_found(
    real_data: Path, file: str, level: str, with_canal: bool
) -> None:
    folder = real_data / "totalseg_example"
    labels, matrix = read(folder / file)
    bodies, _ = read(folder / "spine_report" / "totalseg_vertebrae_body.nii.gz")
    # Label 79 of this model is called spinal cord, but fills the canal.
    total, _ = read(folder / "example_seg_fast_force_split.nii.gz")
    canal = Structure.from_mask("SpinalCanal", total == 79, matrix) if with_canal else None
    own = labels == LEVEL_LABELS[level]
    sectors = split_vertebra(Structure.from_mask(f"vertebrae_{level}", own, matrix), canal)
    body = sectors.body.mask_on(own.shape, matrix) >= 0.5
    assert dice(body, own & (bodies == 1)) >= 0.92
