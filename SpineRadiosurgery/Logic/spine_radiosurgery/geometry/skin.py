"""The skin near a target, from the body's outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from .distance import SurfaceDistance
from .errors import InputError
from .grid import Grid
from .masks import OccupancyMask
from .structure import Structure

FloatArray = NDArray[np.float64]

THICKNESS_MM = 5.0
REACH_MM = 30.0
"""How far above and below the target the skin is looked at."""
VOXEL_MM = (1.0, 1.0, 2.0)
"""Right, anterior, superior."""
SAMPLE = 500
"""Points whose distances bound the smallest one beforehand."""
STEP_MM = 1.0
"""Between surface points; a distance d is read as at most the root of d^2 + 2 step^2."""


def distance_to_skin(
    target: Structure, external: Structure, *, reach_mm: float = REACH_MM
) -> SurfaceDistance:
    """Find the smallest distance from a target to the skin.

    The skin is the outer surface of the body's outline between two heights. Cavities inside the
    outline (airways, bowel gas) and the faces where the scan ends are none of it.

    Parameters
    ----------
    target, external : Structure
        The target and the body's outline (ROI type EXTERNAL).
    reach_mm : float
        How far above and below the target the skin may be nearest.

    Returns
    -------
    SurfaceDistance
        From the target (first) to the skin (second); 0 where the target reaches the skin or beyond.

    Raises
    ------
    InputError
        The outline does not surround the target's heights, or the target has no surface.
    """
    body = _filled(external, target, reach_mm)
    skin, points = _wall(body), target.surface_points(STEP_MM)
    if not len(points):
        raise InputError(
            f"Structure {target.name} has no surface to measure a distance from; "
            "check its contours or mask."
        )
    low, high = body.extent_mm()
    outside = points[~body.contains(points) & (points[:, 2] > low) & (points[:, 2] < high)]
    if len(outside):
        return SurfaceDistance(0.0, outside[0], outside[0])
    tree = cKDTree(skin)
    some = points[:: 1 + len(points) // SAMPLE]
    bound = tree.query(some)[0]
    # From one point to another the distance changes by no more than the way between them.
    gap, sample = cKDTree(some).query(points)
    points = points[bound[sample] - gap <= bound.min()]
    distance, index = tree.query(points, distance_upper_bound=float(bound.min()) + STEP_MM)
    nearest = int(np.argmin(distance))
    return SurfaceDistance(float(distance[nearest]), points[nearest], skin[index[nearest]])


def skin_near(
    external: Structure,
    target: Structure,
    *,
    thickness_mm: float = THICKNESS_MM,
    reach_mm: float = REACH_MM,
    name: str = "Skin",
) -> Structure:
    """Make a rind under the body's outline, all around the patient at the target's heights.

    It stands in for a skin ROI where none is contoured.

    Parameters
    ----------
    external : Structure
        The body's outline (ROI type EXTERNAL).
    target : Structure
    thickness_mm : float
        Depth below the outer surface, in true millimetres; 5 mm by default, as skin is usually
        contoured for planning.
    reach_mm : float
        How far above and below the target it goes; to the next face of a mask's voxels.
    name : str

    Returns
    -------
    Structure
        A mask with partial voxels (1 x 1 x 2 mm, or those of the outline's own mask); its warnings
        say what it is.

    Raises
    ------
    InputError
        The thickness is not above 0 mm, or the outline does not surround the target's heights.
    """
    if not 0 < thickness_mm < np.inf:
        raise InputError(f"The skin's thickness is {thickness_mm:g} mm; give more than 0 mm.")
    body = _filled(external, target, reach_mm)
    values, grid = body.mask.values, body.mask.grid
    depth = _depth(body, thickness_mm)
    pitch = float(np.mean(grid.spacing_mm[:2]))
    rind = np.minimum(values, np.clip(0.5 + (thickness_mm - depth) / pitch, 0.0, 1.0))
    note = (
        f"{name} is the outer {thickness_mm:g} mm of {external.name} from {reach_mm:g} mm above to "
        f"{reach_mm:g} mm below {target.name}; no skin was contoured."
    )
    return Structure.from_mask(name, rind, grid.ijk_to_ras, warnings=(note,))


def _filled(external: Structure, target: Structure, reach_mm: float) -> Structure:
    """The outline without cavities, on axial voxels around the target's heights."""
    low, high = target.extent_mm()
    bottom, top = external.extent_mm()
    if high <= bottom or low >= top:
        raise InputError(
            f"{external.name} ends at {bottom:.0f} to {top:.0f} mm along the superior axis and "
            f"{target.name} lies at {low:.0f} to {high:.0f} mm; choose the outline of this image."
        )
    ends = external.bounds_ras().copy()
    ends[:, 2] = max(low - reach_mm, bottom), min(high + reach_mm, top)
    grid = _axial_grid(external, ends)
    values = _occupancy(external, grid)
    for plane in values:
        outline = ndimage.binary_fill_holes(plane >= 0.5)
        plane[ndimage.binary_erosion(outline)] = 1.0
    return Structure.from_mask(external.name, values, grid.ijk_to_ras)


def _axial_grid(external: Structure, ends: FloatArray) -> Grid:
    """Voxels along the patient's axes between two corners, with an empty one on each side.

    Those of the outline itself where it is such a mask: in finer ones its surface would have steps.
    """
    voxel, face = np.array(VOXEL_MM), ends[0]
    # Contours are cut exactly at the two heights.
    voxel[2] = (ends[1, 2] - ends[0, 2]) / max(1, np.rint((ends[1, 2] - ends[0, 2]) / voxel[2]))
    own = _own_grid(external)
    if own is not None:
        voxel = np.abs(own.directions) @ own.spacing_mm
        face = own.to_ras([np.zeros(3)])[0] - 0.5 * voxel
    first = np.floor((ends[0] - face) / voxel + 1e-6)
    size = np.ceil((ends[1] - face) / voxel - 1e-6) - first + np.array([2, 2, 0])
    matrix = np.eye(4)
    matrix[:3, :3] = np.diag(voxel)
    matrix[:3, 3] = face + (first + np.array([-0.5, -0.5, 0.5])) * voxel
    return Grid((int(size[2]), int(size[1]), int(size[0])), matrix)


def _own_grid(external: Structure) -> Grid | None:
    """Voxels of a mask that lie along the patient's axes, in any order."""
    if not isinstance(external.shape, OccupancyMask):
        return None
    own = external.shape.grid
    return own if np.allclose(np.abs(own.directions).max(axis=0), 1.0, atol=1e-6) else None


def _occupancy(external: Structure, grid: Grid) -> FloatArray:
    """Occupancy on a grid along the patient's axes; a mask's own voxels are only numbered anew."""
    own = _own_grid(external)
    if own is None:
        return external.mask_on(grid.shape_kji, grid.ijk_to_ras).astype(np.float64)
    patient = np.argmax(np.abs(own.directions), axis=0)
    rising = own.directions[patient, np.arange(3)] > 0
    size = np.array(grid.shape_kji[::-1])[patient]
    first = np.zeros(3)
    first[patient] = np.where(rising, 0, size - 1)
    matrix = own.ijk_to_ras.copy()
    matrix[:3, 3] = grid.to_ras([first])[0]
    i, j, k = (int(n) for n in size)
    values = external.mask_on((k, j, i), matrix).astype(np.float64)
    values = np.flip(values, tuple(2 - axis for axis in range(3) if not rising[axis]))
    order = [2 - int(np.flatnonzero(patient == axis)[0]) for axis in (2, 1, 0)]
    return np.ascontiguousarray(values.transpose(order))


def _wall(body: Structure) -> FloatArray:
    """Surface points of the outline without the faces at its two ends."""
    points = body.surface_points(STEP_MM)
    low, high = body.extent_mm()
    slack = 0.25 * float(body.mask.grid.spacing_mm[2])
    wall: FloatArray = points[(points[:, 2] > low + slack) & (points[:, 2] < high - slack)]
    return wall


def _depth(body: Structure, thickness_mm: float) -> FloatArray:
    """Depth of each voxel below the skin, exact near `thickness_mm` and near the surface."""
    assert isinstance(body.shape, OccupancyMask)
    grid = body.shape.grid
    solid = body.shape.values >= 0.5
    # The body goes on beyond the two ends.
    spacing = grid.spacing_mm[::-1]
    margin = int(np.ceil(thickness_mm / spacing[0])) + 1
    inside = np.pad(solid, ((margin, margin), (1, 1), (1, 1)), mode="edge")
    inside[:, [0, -1]] = inside[:, :, [0, -1]] = False
    rough = ndimage.distance_transform_edt(inside, sampling=spacing)
    depth: FloatArray = rough[margin : margin + len(solid), 1:-1, 1:-1]
    # The rough depth is off by a voxel's half diagonal at most, and a rind's edge is a voxel wide.
    slack = 0.5 * float(np.linalg.norm(spacing) + spacing[2])
    near = solid & (np.abs(depth - thickness_mm) < slack)
    kji = np.argwhere(near)
    tree = cKDTree(_wall(body))
    depth[near] = tree.query(grid.to_ras(kji[:, ::-1]), eps=0.01)[0]
    return depth
