"""How well found sectors agree with the truth of a `VertebraShape`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vertebra_shapes import SECTORS, VertebraShape

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra


def labels_on(shape: VertebraShape, sectors: VertebraSectors) -> NDArray[np.uint8]:
    """The owner of every voxel on the shape's own grid.

    Fails where a voxel is lost, added, owned twice, or where shares do not add up to the vertebra.
    """
    shares: NDArray[np.float64] = np.stack(
        [
            sectors.sector(name).mask_on(shape.labels.shape, shape.ijk_to_ras)
            if name in sectors.present
            else np.zeros(shape.labels.shape)
            for name in SECTORS
        ]
    )
    assert np.allclose(shares.sum(axis=0), shape.mask, atol=1e-5), "the sum is not the vertebra"
    owned = shares >= 0.5
    assert owned.sum(axis=0).max() == 1, "sectors share a voxel"
    assert np.array_equal(owned.any(axis=0), shape.mask), "the union is not the vertebra"
    labels = owned.argmax(axis=0).astype(np.uint8) + np.uint8(1)
    labels[~shape.mask] = 0
    return labels


def split(shape: VertebraShape, *, with_canal: bool = False) -> NDArray[np.uint8]:
    canal = shape.canal_structure() if with_canal else None
    return labels_on(shape, split_vertebra(shape.structure(), canal))


def dice(shape: VertebraShape, labels: NDArray[np.uint8]) -> dict[str, float]:
    """Dice of each sector, and of each side's pedicle and lamina together.

    Foreign voxels do not count; a sector that the shape lacks is left out.
    """
    groups: dict[str, tuple[int, ...]] = {
        name: (number,) for number, name in enumerate(SECTORS, start=1)
    }
    groups |= {"left": (2, 4), "right": (3, 5)}
    own = shape.labels > 0
    scores = {}
    for name, numbers in groups.items():
        truth, found = np.isin(shape.labels, numbers), np.isin(labels, numbers) & own
        if truth.any():
            scores[name] = 2 * int((truth & found).sum()) / int(truth.sum() + found.sum())
    return scores


def swapped_voxels(shape: VertebraShape, labels: NDArray[np.uint8]) -> int:
    """Voxels at least 3 mm beside the mid-plane that were given to the wrong side."""
    k, j, i = np.nonzero(shape.labels)
    ijk = np.stack([i, j, k], axis=-1)
    ras = ijk @ shape.ijk_to_ras[:3, :3].T + shape.ijk_to_ras[:3, 3]
    right = (ras - shape.frame.origin) @ shape.frame.axes[:, 0]
    found = labels[k, j, i]
    wrong = np.isin(found, (2, 4)) & (right > 3) | np.isin(found, (3, 5)) & (right < -3)
    return int(wrong.sum())
