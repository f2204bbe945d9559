"""A named region of the patient, from contours or from a mask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cells import Cells, HalfSpace, fill
from .contours import ContourStack, Gap, stack_contours
from .errors import InputError
from .grid import Grid
from .interpolation import interpolated_stack
from .isolines import trace_isolines
from .masks import OccupancyMask, occupancy_mask
from .occupancy import contains_points, corner_points, occupancy_on
from .surface import surface_points

FloatArray = NDArray[np.float64]

SUPERIOR = np.array([0.0, 0.0, 1.0])
"""The patient's superior axis in RAS."""
OBLIQUE_STEP_MM = 0.5
"""Cells in which the extent of a structure with oblique faces is found."""
BETWEEN_CONTOURS = ("slabs", "linear")
"""What may lie between contour planes; the first is the default."""


@dataclass(frozen=True, eq=False)
class Structure:
    """A named region of the patient.

    Build it with `from_contours` or `from_mask`.

    Attributes
    ----------
    name : str
        The ROI's own name.
    shape : ContourStack or OccupancyMask
    clips : tuple of HalfSpace
        The region is the part of the shape inside all of them.
    number : int or None
        DICOM ROI number.
    interpreted_type, algorithm : str
        DICOM RT ROI Interpreted Type ("CTV", "ORGAN", ...) and ROI Generation Algorithm.
    color : (int, int, int) or None
        Display colour, 0..255.
    warnings : tuple of str
        What a reader of the report should know about this structure.
    between_contours : str
        What lies between contour planes: "slabs", "linear" (interpolated); "" for a mask.
    role : str
        What it is, where a person said so; "" leaves that to its name and type.
    """

    name: str
    shape: ContourStack | OccupancyMask
    clips: tuple[HalfSpace, ...] = ()
    number: int | None = None
    interpreted_type: str = ""
    algorithm: str = ""
    color: tuple[int, int, int] | None = None
    warnings: tuple[str, ...] = ()
    between_contours: str = ""
    role: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InputError("A structure has no name; give it one.")
        between = self.between_contours or BETWEEN_CONTOURS[0]
        _check_between(self.name, between)
        stacked = isinstance(self.shape, ContourStack)
        object.__setattr__(self, "between_contours", between if stacked else "")

    @classmethod
    def from_contours(
        cls,
        name: str,
        contours: Iterable[ArrayLike],
        *,
        slice_spacing_mm: float | None = None,
        slice_positions_mm: Sequence[float] | None = None,
        between: str = BETWEEN_CONTOURS[0],
        **attributes: Any,
    ) -> Structure:
        """Build a structure from planar polygons.

        Every plane is extruded half way to its neighbours; the first and the last half a slice
        outward. Holes and several parts in one plane follow the even-odd rule.

        Parameters
        ----------
        name : str
        contours : iterable of (n, 3) array_like
            RAS mm, one plane each, all parallel, in any order.
        slice_spacing_mm : float, optional
            Needed when all contours lie on one plane.
        slice_positions_mm : sequence of float, optional
            Superior positions of the image's slices, to tell missing slices from wide ones.
        between : str
            "slabs", or "linear" for shapes interpolated between the planes (see `interpolated`).
        **attributes
            `number`, `interpreted_type`, `algorithm`, `color`, `warnings`.

        Raises
        ------
        InputError
            No contours, fewer than three points, not flat, not parallel, self-crossing, no area.
        """
        stack = stack_contours(
            name,
            contours,
            slice_spacing_mm=slice_spacing_mm,
            slice_positions_mm=slice_positions_mm,
        )
        warnings = (*attributes.pop("warnings", ()), *stack.notes)
        _check_between(name, between)
        structure = cls(name, stack, warnings=warnings, **attributes)
        return structure.interpolated() if between == "linear" else structure

    @classmethod
    def from_mask(
        cls, name: str, mask: ArrayLike, ijk_to_ras: ArrayLike, **attributes: Any
    ) -> Structure:
        """Build a structure from a mask.

        Parameters
        ----------
        name : str
        mask : array_like, shape (k, j, i)
            bool, or occupancy 0..1.
        ijk_to_ras : array_like, shape (4, 4)
            Of voxel centres, RAS mm.
        **attributes
            As in `from_contours`.

        Raises
        ------
        InputError
            Not three axes, values outside 0..1, or empty.
        """
        return cls(name, occupancy_mask(name, mask, ijk_to_ras), **attributes)

    def renamed(self, name: str) -> Structure:
        """Return the same region under another name."""
        return replace(self, name=name)

    def interpolated(self) -> Structure:
        """Return the structure with shapes interpolated linearly between its contour planes.

        The contours keep their planes; between them lie sub-slices of at most 0.5 mm. The extent,
        half a slice beyond the outermost contours, and missing slices stay as they are. See
        `geometry.interpolation` for the end caps and for parts without a counterpart. Interpolate
        before you cut a part out (`between`). Masks and interpolated structures are unchanged.
        """
        if not isinstance(self.shape, ContourStack) or self.between_contours == "linear":
            return self
        return replace(
            self, shape=interpolated_stack(self.shape), between_contours=BETWEEN_CONTOURS[1]
        )

    @property
    def mask(self) -> OccupancyMask:
        """The voxels of a structure that is one, as sectors are; `clips` do not count.

        Raises
        ------
        InputError
            It is made of contours.
        """
        if not isinstance(self.shape, OccupancyMask):
            raise InputError(f"{self.name} is made of contours, not of voxels; give its mask.")
        return self.shape

    @cached_property
    def volume_cc(self) -> float:
        """Volume in cc: polygon area times slab thickness, or occupancy times voxel volume."""
        if self.clips:
            # A tenth of a millimetre where it is small; never more than half a million cells.
            step = max(0.1, float((self.shape.volume_mm3() / 5e5) ** (1 / 3)))
            return float(self.cells(step).volumes_mm3.sum()) / 1000.0
        return self.shape.volume_mm3() / 1000.0

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Stretches along the contours' normal where slices are missing inside."""
        return self.shape.gaps if isinstance(self.shape, ContourStack) else ()

    def cells(self, step_mm: float) -> Cells:
        """Fill the structure with cells no longer than `step_mm` (see `geometry.fill`)."""
        return fill(self.shape, self.clips, step_mm)

    def surface_points(self, step_mm: float) -> FloatArray:
        """RAS points (n, 3) on the surface, about `step_mm` apart (see `geometry.surface_points`).

        None where no voxel of a mask is at least half occupied.
        """
        if isinstance(self.shape, OccupancyMask) and not (self.shape.values >= 0.5).any():
            return np.empty((0, 3))
        return surface_points(self, step_mm)

    def mask_on(self, shape_kji: Sequence[int], ijk_to_ras: ArrayLike) -> NDArray[np.float32]:
        """Occupancy 0..1 of every voxel of a grid, shape (k, j, i).

        Parameters
        ----------
        shape_kji : sequence of 3 int
        ijk_to_ras : array_like, shape (4, 4)
        """
        k, j, i = shape_kji
        return occupancy_on(self.shape, self.clips, Grid((k, j, i), np.asarray(ijk_to_ras)))

    def contains(self, points_ras: ArrayLike) -> NDArray[np.bool_]:
        """Say which RAS points (n, 3) in mm lie inside."""
        points: FloatArray = np.asarray(points_ras, dtype=np.float64)
        return contains_points(self.shape, self.clips, points)

    def bounds_ras(self) -> FloatArray:
        """Smallest and largest R, A, S in mm, shape (2, 3)."""
        return self._bounds_ras

    @cached_property
    def _bounds_ras(self) -> FloatArray:
        if isinstance(self.shape, ContourStack) and not self.clips:
            corners = corner_points(self.shape)
            return np.stack([corners.min(axis=0), corners.max(axis=0)])
        return np.array([self.extent_mm(axis) for axis in np.eye(3)]).T

    def extent_mm(self, axis: ArrayLike = SUPERIOR) -> tuple[float, float]:
        """Extent along an axis in mm, with the half slices or outer voxel faces.

        Masks: of the voxels at least half occupied.

        Parameters
        ----------
        axis : array_like, shape (3,)
            Unit vector in RAS; the superior axis by default.
        """
        direction: FloatArray = np.asarray(axis, dtype=np.float64)
        if isinstance(self.shape, OccupancyMask):
            low, high = self.shape.extent_mm(direction)
        else:
            heights = corner_points(self.shape) @ direction
            low, high = float(heights.min()), float(heights.max())
        for clip in self.clips:
            cosine = float(clip.normal @ direction)
            if cosine > 1 - 1e-9:
                high = min(high, clip.offset_mm)
            elif cosine < -1 + 1e-9:
                low = max(low, -clip.offset_mm)
            else:
                return self._extent_of_cells(direction)
        return low, high

    def _extent_of_cells(self, direction: FloatArray) -> tuple[float, float]:
        """Extent of the cells that fill the structure; for faces oblique to the axis."""
        cells = self.cells(OBLIQUE_STEP_MM)
        reach = cells.reach_mm(direction)
        height = cells.centres_ras @ direction
        return float((height - reach).min()), float((height + reach).max())

    def between(self, lower_mm: float, upper_mm: float, axis: ArrayLike = SUPERIOR) -> Structure:
        """Return the part between two planes normal to `axis` at these heights (mm)."""
        direction: FloatArray = np.asarray(axis, dtype=np.float64)
        if isinstance(self.shape, ContourStack) and not self.clips:
            cosine = float(self.shape.axes[2] @ direction)
            if abs(cosine) > 1 - 1e-9:
                low, high = sorted((lower_mm * cosine, upper_mm * cosine))
                return replace(self, shape=self.shape.trimmed(low, high))
        return self.clipped(
            HalfSpace(direction, float(upper_mm)), HalfSpace(-direction, -float(lower_mm))
        )

    def clipped(self, *clips: HalfSpace) -> Structure:
        """Return the part inside the given half-spaces as well."""
        return replace(self, clips=(*self.clips, *clips))

    def contours(self) -> tuple[FloatArray, ...]:
        """Closed RAS polygons (n, 3): the contours drawn, or a mask's iso-lines at occupancy 0.5.

        A mask is traced in the layers most nearly axial, at sub-pixel precision.
        """
        if isinstance(self.shape, ContourStack):
            return self.shape.contours_ras()
        grid = self.shape.grid
        layer_axis = int(np.argmax(np.abs(grid.directions[2])))
        layers = np.moveaxis(self.shape.values, 2 - layer_axis, 0)
        row_axis, column_axis = (a for a in (2, 1, 0) if a != layer_axis)
        polygons = []
        for n, layer in enumerate(layers):
            for line in trace_isolines(layer):
                ijk = np.zeros((len(line), 3))
                ijk[:, column_axis], ijk[:, row_axis], ijk[:, layer_axis] = (
                    line[:, 0],
                    line[:, 1],
                    n,
                )
                polygons.append(grid.to_ras(ijk))
        return tuple(polygons)


def _check_between(name: str, between: str) -> None:
    if between not in BETWEEN_CONTOURS:
        raise InputError(
            f"Structure {name}: what lies between contours must be slabs or linear, "
            f"not {between!r}."
        )
