"""Cord volumes of real masks against voxels counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from shapes import prism, rectangle

from spine_radiosurgery.cord import cord_volume
from spine_radiosurgery.geometry import Structure, connected_parts

pytestmark = pytest.mark.real_data


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Voxels [k, j, i] and ijk_to_ras; SimpleITK speaks LPS."""
    image = SimpleITK.ReadImage(str(path))
    matrix = np.eye(4)
    direction = np.array(image.GetDirection()).reshape(3, 3)
    matrix[:3, :3] = direction @ np.diag(image.GetSpacing())
    matrix[:3, 3] = image.GetOrigin()
    return SimpleITK.GetArrayFromImage(image), np.diag([-1.0, -1, 1, 1]) @ matrix


def heights_of(mask: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    kji = np.argwhere(mask)
    return kji[:, ::-1] @ matrix[2, :3] + matrix[2, 3]


def slab_target(low: float, high: float) -> Structure:
    return prism(rectangle(40, 40), high - low, (high - low) / 4, (low + high) / 2, name="CTV")


@pytest.mark.parametrize("observer", ["oncologist", "radiographer"])
@pytest.mark.parametrize("patient", ["TCGA-CV-7236", "TCGA-CV-A6K1"])
def test_the_cord_volume_of_a_head_and_neck_case_is_its_voxels(
    real_data: Path, observer: str, patient: str
) -> None:
    folder = real_data / "deepmind_hn" / "nrrds" / "test" / observer / patient / "segmentations"
    voxels, matrix = read(folder / "Spinal-Cord.nrrd")
    mask = voxels > 0
    height = heights_of(mask, matrix)
    step = abs(matrix[2, :3]).max()
    middle = np.sort(np.unique(np.round(height, 6)))[len(np.unique(np.round(height, 6))) // 2]
    # Cut planes in the middle of a slice, so that half a slice counts at either end.
    low, high = middle - 12 * step, middle + 12 * step
    found = cord_volume(Structure.from_mask("Cord", mask, matrix), slab_target(low + 6, high - 6))
    weight = np.clip((height - low) / step + 0.5, 0, 1) * np.clip(
        (high - height) / step + 0.5, 0, 1
    )
    counted_cc = weight.sum() * abs(np.linalg.det(matrix[:3, :3])) / 1000
    assert found.volume_cc == pytest.approx(counted_cc, rel=1e-6)
    assert not found.truncated
    assert 20 < 1000 * found.volume_cc / found.length_mm < 200


def test_a_left_handed_cord_template_is_cut_by_vertebral_level(real_data: Path) -> None:
    folder = real_data / "sct_pam50_small"
    files = {p.name: p for p in folder.iterdir()}
    cord, matrix = read(next(p for n, p in files.items() if "cord" in n and "nii" in n))
    levels, level_matrix = read(next(p for n, p in files.items() if "level" in n and "nii" in n))
    assert np.linalg.det(matrix[:3, :3]) < 0
    body = Structure.from_mask("Cord", cord > 0.5, matrix)
    level = Structure.from_mask("C5", levels == 5, level_matrix)
    found = cord_volume(body, level)
    (part,) = [p for p in connected_parts(level) if p.volume_cc > 0.01]
    height = heights_of(cord > 0.5, matrix)
    step = abs(matrix[2, :3]).max()
    low, high = part.lower_mm - 6, part.upper_mm + 6
    share = np.minimum(height + step / 2, high) - np.maximum(height - step / 2, low)
    counted_cc = np.clip(share / step, 0, 1).sum() * abs(np.linalg.det(matrix[:3, :3])) / 1000
    assert found.volume_cc == pytest.approx(counted_cc, rel=1e-6)


def test_a_vertebra_in_pir_order_has_the_extent_of_its_voxels(real_data: Path) -> None:
    path = next(p for p in (real_data / "tptbox_ct").iterdir() if "seg-vert" in p.name)
    voxels, matrix = read(path)
    height = heights_of(voxels == 22, matrix)
    half = abs(matrix[2, :3]).max() / 2
    vertebra = Structure.from_mask("L3", voxels == 22, matrix)
    low, high = vertebra.extent_mm()
    assert low == pytest.approx(height.min() - half, abs=0.05)
    assert high == pytest.approx(height.max() + half, abs=0.05)
    counted_cc = len(height) * abs(np.linalg.det(matrix[:3, :3])) / 1000
    assert vertebra.volume_cc == pytest.approx(counted_cc)
