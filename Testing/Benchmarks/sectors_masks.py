"""Vertebrae to split, with the sectors that are right: phantoms, and real masks where they lie."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from real_data import data_folder
from scipy.ndimage import affine_transform
from scipy.spatial.transform import Rotation

from spine_radiosurgery.anatomy import SECTORS
from spine_radiosurgery.geometry import Structure

sys.path.insert(0, str(Path(__file__).parents[1] / "Unit"))
from vertebra_shapes import VertebraShape, make_shape

FloatArray = NDArray[np.float64]

PARTS = ("body", "left side", "right side", "spinous process")
"""What the reference labels of the real vertebra tell apart."""
PART_OF_SECTOR = dict(zip(SECTORS, (0, 1, 2, 1, 2, 3), strict=True))
TPTBOX_LEVEL, TPTBOX_BODY, TPTBOX_ARCH, TPTBOX_SPINOUS = 22, (49, 50), 41, 42
TPTBOX_LEFT, TPTBOX_RIGHT = (43, 45, 47), (44, 46, 48)
TOTALSEG_LEVELS = {"T12": 32, "L1": 31, "L2": 30, "L3": 29, "L4": 28, "L5": 27}
TOTALSEG_CANAL, TOTALSEG_BODY = 79, 1


@dataclass(frozen=True, eq=False)
class LabelledVertebra:
    """A vertebra whose parts are known.

    Attributes
    ----------
    level : str
    parts : uint8 array [k, j, i]
        0 outside, n for `PARTS[n - 1]`.
    ijk_to_ras : (4, 4)
    """

    level: str
    parts: NDArray[np.uint8]
    ijk_to_ras: FloatArray

    def structure(self) -> Structure:
        return Structure.from_mask(f"vertebrae_{self.level}", self.parts > 0, self.ijk_to_ras)

    def placed(self, spacing_mm: float, turn: Rotation | None = None) -> LabelledVertebra:
        """The vertebra turned about its centre, in upright voxels of this edge (nearest label)."""
        rotation = (turn or Rotation.identity()).as_matrix()
        used = np.argwhere(self.parts > 0)[:, ::-1]
        points = used @ self.ijk_to_ras[:3, :3].T + self.ijk_to_ras[:3, 3]
        centre = points.mean(axis=0)
        turned = centre + (points - centre) @ rotation.T
        low = turned.min(axis=0) - 3
        matrix = np.diag([spacing_mm] * 3 + [1.0])
        matrix[:3, 3] = low
        size = np.ceil((turned.max(axis=0) + 3 - low) / spacing_mm).astype(int) + 1
        # From new voxels to RAS, back through the turn, to old voxels; all in i, j, k.
        back = np.eye(4)
        back[:3, :3], back[:3, 3] = rotation.T, centre - rotation.T @ centre
        ijk = np.linalg.inv(self.ijk_to_ras) @ back @ matrix
        flipped = np.eye(3)[::-1]
        labels = affine_transform(
            self.parts,
            flipped @ ijk[:3, :3] @ flipped,
            ijk[:3, 3][::-1],
            output_shape=tuple(size[::-1]),
            order=0,
        )
        return LabelledVertebra(self.level, labels, matrix)


def phantom_vertebra(
    level: str, spacing_mm: float = 1.0, turn_deg: tuple[float, float, float] = (0, 0, 0)
) -> VertebraShape:
    """A phantom's vertebra, turned about the patient's R, A and S axes."""
    return make_shape(level, spacing_mm=(spacing_mm,) * 3, rotation_deg=turn_deg)


def tptbox_vertebra() -> LabelledVertebra | None:
    """The real L3 with its reference parts; None where the data is missing."""
    folder = data_folder()
    if folder is None:
        return None
    name = "tptbox_ct/sub-ct_seg-{}_label-22_msk.nii.gz"
    parts, matrix = _label_map(folder / name.format("subreg"))
    level, _ = _label_map(folder / name.format("vert"))
    parts = np.where(level == TPTBOX_LEVEL, parts, 0)
    found = np.zeros(parts.shape, np.uint8)
    found[np.isin(parts, TPTBOX_BODY)] = 1
    found[np.isin(parts, TPTBOX_LEFT)] = 2
    found[np.isin(parts, TPTBOX_RIGHT)] = 3
    found[parts == TPTBOX_SPINOUS] = 4
    arch = np.argwhere(parts == TPTBOX_ARCH)
    found[tuple(arch.T)] = np.where(_is_left(arch, found, matrix), 2, 3)
    return LabelledVertebra("L3", found, matrix)


def _is_left(voxels_kji: NDArray, parts: NDArray[np.uint8], matrix: FloatArray) -> NDArray:
    """Divide the arch, which the reference does not, midway between the sided processes."""

    def ras(kji: NDArray) -> FloatArray:
        return kji[:, ::-1] @ matrix[:3, :3].T + matrix[:3, 3]

    left, right = (ras(np.argwhere(parts == n)).mean(axis=0) for n in (2, 3))
    return (ras(voxels_kji) - (left + right) / 2) @ (left - right) > 0


@dataclass(frozen=True, eq=False)
class KnownBody:
    """An automatic vertebra mask with the voxels that are its body, and the canal."""

    level: str
    vertebra: Structure
    body: NDArray[np.bool_]
    ijk_to_ras: FloatArray
    canal: Structure


def totalseg_bodies() -> list[KnownBody]:
    """T12 to L5 of the real abdomen CT; empty where the data is missing."""
    folder = data_folder()
    if folder is None:
        return []
    example = folder / "totalseg_example"
    labels, matrix = _label_map(example / "spine_report" / "totalseg.nii.gz")
    bodies, _ = _label_map(example / "spine_report" / "totalseg_vertebrae_body.nii.gz")
    everything, whole = _label_map(example / "example_seg_fast_force_split.nii.gz")
    canal = Structure.from_mask("SpinalCanal", everything == TOTALSEG_CANAL, whole)
    return [
        KnownBody(
            level,
            Structure.from_mask(f"vertebrae_{level}", labels == number, matrix),
            (labels == number) & (bodies == TOTALSEG_BODY),
            matrix,
            canal,
        )
        for level, number in TOTALSEG_LEVELS.items()
    ]


def _label_map(path: Path) -> tuple[NDArray, FloatArray]:
    import SimpleITK as sitk

    image = sitk.ReadImage(str(path))
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    return sitk.GetArrayFromImage(image), np.diag([-1.0, -1, 1, 1]) @ matrix
