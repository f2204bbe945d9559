"""The sectors in three dimensions, with the cord and the target's outline."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from scipy import ndimage

from ....anatomy import SECTORS
from ....geometry import report_progress
from ...palette import SECTOR_COLOURS
from ..canvas import halo, text_style, thin_line
from ..colours import CORD, INK, ON_IMAGE, TARGET
from .fields import Field, SectorFields
from .framing import Framing
from .surface import Surface, View, visible_surface

FloatArray = NDArray[np.float64]

SMOOTHED_MM = 0.9
"""Blur of the surfaces in this picture; nothing is measured on them."""
BENEATH_MM = 1.2
"""Depth at which it is asked whose a place of the surface is."""
IN_FRONT_MM = 1.0
"""A target that stands out more than this covers the bone."""
_TARGET_OPACITY = 0.42
_SPECK_PIXELS = 40
_HOLE_PIXELS = 400
_ARM = 0.20
"""Length of the arms of the directions, in shares of half the picture."""


def draw_solid(
    axes: Axes,
    framing: Framing,
    fields: SectorFields,
    *,
    target: Field | None,
    cord: Field | None,
    pixels: int,
) -> None:
    """Draw the vertebra from behind, the left and above."""
    view = framing.view(pixels)
    bone = visible_surface(fields.whole().smoothed(SMOOTHED_MM), view)
    picture = np.ones((pixels, pixels, 3))
    picture[bone.seen] = _shaded(bone, view, _sector_colours(bone, fields))
    depth = bone.depth.copy()
    if cord is not None:
        depth = _draw_cord(picture, depth, visible_surface(cord.smoothed(SMOOTHED_MM), view), view)
    marked = None
    if target is not None:
        marked = _draw_target(picture, depth, target, bone, view)
    extent = (-view.half_mm, view.half_mm, -view.half_mm, view.half_mm)
    axes.imshow(np.clip(picture, 0.0, 1.0), extent=extent, interpolation="antialiased")
    place = (np.arange(pixels, dtype=np.float64) + 0.5) * view.step_mm - view.half_mm
    _outline(axes, place, np.isfinite(depth), INK, 0.8 * thin_line())
    for number in range(len(SECTORS)):
        report_progress()
        _outline(axes, place, _which(bone, depth, fields) == number, INK, 0.5 * thin_line())
    if marked is not None:
        _outline(axes, place, marked, "white", 2.6 * thin_line())
        _outline(axes, place, marked, ON_IMAGE[TARGET], 1.5 * thin_line())
    _draw_directions(axes, framing, view)
    axes.set(xlim=extent[:2], ylim=extent[2:], xticks=[], yticks=[])
    axes.set_axis_off()


def _beneath(surface: Surface) -> FloatArray:
    return np.asarray(surface.points_ras - BENEATH_MM * surface.normals)


def _sector_colours(bone: Surface, fields: SectorFields) -> FloatArray:
    colours = np.array([to_rgb(SECTOR_COLOURS[name]) for name in SECTORS])
    return np.asarray(colours[fields.shares(_beneath(bone)).argmax(axis=0)])


def _which(bone: Surface, depth: FloatArray, fields: SectorFields) -> NDArray[np.int64]:
    """Number of the sector that each pixel shows; -1 where it shows none."""
    found = np.full(bone.seen.shape, -1)
    found[bone.seen] = fields.shares(_beneath(bone)).argmax(axis=0)
    found[depth > bone.depth] = -1
    return found


def _shaded(surface: Surface, view: View, colours: FloatArray) -> FloatArray:
    brightness, gloss = surface.shade(view)
    return np.asarray(colours * brightness[:, np.newaxis] + gloss[:, np.newaxis])


def _draw_cord(picture: FloatArray, depth: FloatArray, cord: Surface, view: View) -> FloatArray:
    """Paint the cord where it lies before the bone; return the nearest depth of both."""
    colour = np.broadcast_to(to_rgb(ON_IMAGE[CORD]), (len(cord.points_ras), 3))
    painted = np.zeros_like(picture)
    painted[cord.seen] = _shaded(cord, view, np.asarray(colour))
    before = cord.seen & (cord.depth > depth)
    picture[before] = painted[before]
    return np.where(before, cord.depth, depth)


def _draw_target(
    picture: FloatArray, depth: FloatArray, target: Field, bone: Surface, view: View
) -> NDArray[np.bool_]:
    """Tint what of the target stands out; return the pixels that show target."""
    surface = visible_surface(target.smoothed(SMOOTHED_MM), view)
    outside = surface.seen & (surface.depth > depth + IN_FRONT_MM)
    red = np.broadcast_to(to_rgb(ON_IMAGE[TARGET]), (len(surface.points_ras), 3))
    painted = np.zeros_like(picture)
    painted[surface.seen] = _shaded(surface, view, np.asarray(red))
    picture[outside] += _TARGET_OPACITY * (painted[outside] - picture[outside])
    bone_in_target = np.zeros_like(outside)
    bone_in_target[bone.seen] = target.sample(_beneath(bone)) >= 0.5
    return _without_specks(outside | (bone_in_target & (depth <= bone.depth)))


def _without_specks(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out what is smaller than a letter, and fill holes as small: steps of voxels."""
    kept = region & ~_small(region, _SPECK_PIXELS)
    return kept | _small(~kept, _HOLE_PIXELS)


def _small(region: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Connected parts of a region with fewer pixels."""
    parts, _ = ndimage.label(region)
    sizes = np.bincount(parts.ravel())
    return np.asarray(region & (sizes[parts] < pixels))


def _outline(
    axes: Axes, place: FloatArray, region: NDArray[np.bool_], colour: str, width_pt: float
) -> None:
    if region.any() and not region.all():
        axes.contour(
            place, -place, region.astype(float), levels=[0.5], colors=[colour], linewidths=width_pt
        )


def _draw_directions(axes: Axes, framing: Framing, view: View) -> None:
    """Draw three arms that show where left, posterior and superior are."""
    foot = np.array([-0.70, -0.78]) * view.half_mm
    turn = framing.frame.axes.T @ view.axes
    for letter, way in (("L", (-1, 0, 0)), ("P", (0, -1, 0)), ("S", (0, 0, 1))):
        arm = _ARM * view.half_mm * (np.array(way) @ turn)[:2]
        tip, name = foot + arm, foot + arm + 0.07 * view.half_mm * arm / np.linalg.norm(arm)
        axes.annotate(
            "", (tip[0], tip[1]), (foot[0], foot[1]),
            arrowprops={"arrowstyle": "-|>,head_width=0.14,head_length=0.28", "color": INK,
                        "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        axes.text(
            name[0], name[1], letter, ha="center", va="center",
            path_effects=halo("white", 2.0), **text_style(),
        )  # fmt: skip
