"""The picture of a vertebra's sectors: sides, surfaces, what is drawn when something is missing."""

from __future__ import annotations

import io
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from sector_plan import DRAWN, TUMOUR, ball, sector_case, sectors, shape
from synthetic_plan import image
from vertebra_shapes import make_shape
from vertebra_shapes_defects import laminectomy

from spine_radiosurgery.anatomy import SECTORS, split_vertebra
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report.figures.sectors import draw_sectors
from spine_radiosurgery.report.figures.sectors.fields import Field, SectorFields
from spine_radiosurgery.report.figures.sectors.framing import Framing
from spine_radiosurgery.report.figures.sectors.solid import _without_specks
from spine_radiosurgery.report.figures.sectors.surface import View, visible_surface
from spine_radiosurgery.report.palette import SECTOR_COLOURS

AXIAL, SAGITTAL, SOLID = range(3)


def panel(picture: bytes, number: int):
    """Pixels (rows, columns, 3) of one of the three pictures, without title and legend."""
    pixels = matplotlib.image.imread(io.BytesIO(picture))[..., :3]
    width = pixels.shape[1] // 3
    return pixels[30 : 30 + width, number * width : (number + 1) * width]


def columns_of(pixels, colour: str) -> float:
    """Mean column of the pixels of about this colour, as a share of the width."""
    distance = np.abs(pixels - np.array(to_rgb(colour))).max(axis=2)
    _, columns = np.nonzero(distance < 0.1)
    assert len(columns) > 20
    return float(columns.mean()) / pixels.shape[1]


@pytest.fixture(scope="module")
def picture():
    return draw_sectors(sectors())


def test_patients_right_is_on_the_left_of_the_axial_picture(picture):
    axial = panel(picture, AXIAL)
    left, right = (columns_of(axial, SECTOR_COLOURS[f"{s}_lamina"]) for s in ("left", "right"))
    assert right < 0.5 < left


def test_anterior_is_on_the_left_of_the_sagittal_picture(picture):
    sagittal = panel(picture, SAGITTAL)
    body, spinous = (
        columns_of(sagittal, SECTOR_COLOURS[name]) for name in ("body", "spinous_process")
    )
    assert body < 0.5 < spinous


def test_axial_plane_shows_both_pedicles():
    fields = SectorFields.of(sectors())
    inside = fields.shares(Framing(sectors()).axial().pixels_ras()) > 0.5
    shown = [name for name, row in zip(SECTORS, inside, strict=True) if row.any()]
    assert {"body", "left_pedicle", "right_pedicle", "left_lamina", "right_lamina"} <= set(shown)


def test_planes_lie_in_the_vertebras_own_frame():
    tilted = make_shape("T8", rotation_deg=(20.0, 10.0, -15.0))
    split = split_vertebra(tilted.structure(), tilted.canal_structure())
    framing = Framing(split)
    plane = framing.axial()
    normal = plane.grid.directions[:, 2]
    assert abs(normal @ split.frame.axes[:, 2]) == pytest.approx(1.0)
    local = split.frame.local(plane.pixels_ras())
    assert np.ptp(local[:, 2]) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("turn", [np.eye(3), [[0, 0, 1], [1, 0, 0], [0, 1, 0]]])
def test_ball_is_seen_as_a_round_surface(turn):
    radius, centre = 10.0, np.array([3.0, -4.0, 5.0])
    field = Field.within(ball("Ball", centre, radius), centre - 20, centre + 20)
    view = View(np.array(turn, dtype=float), centre, 15.0, 120)
    surface = visible_surface(field, view)
    area = np.count_nonzero(surface.seen) * view.step_mm**2
    assert area == pytest.approx(np.pi * radius**2, rel=0.05)
    away = np.linalg.norm(surface.points_ras - centre, axis=1)
    assert np.abs(away - radius).max() < 1.0
    outward = (surface.points_ras - centre) / away[:, np.newaxis]
    assert np.mean(np.sum(outward * surface.normals, axis=1)) > 0.9


def test_nearer_of_two_bodies_is_seen():
    far, near = (ball("Ball", (0, 0, z), 4.0) for z in (-10, 10))
    low, high = np.full(3, -20.0), np.full(3, 20.0)
    view = View(np.eye(3), np.zeros(3), 15.0, 60)
    depths = [visible_surface(Field.within(s, low, high), view).depth for s in (far, near)]
    assert depths[0][30, 30] == pytest.approx(-6.0, abs=0.6)
    assert depths[1][30, 30] == pytest.approx(14.0, abs=0.6)


def test_same_vertebra_gives_the_same_bytes(picture):
    assert draw_sectors(sectors()) == picture


def test_target_cord_and_tumour_are_drawn_over_an_image():
    case = sector_case()
    drawn = draw_sectors(
        sectors(),
        case.structure(DRAWN),
        case.structure("SpinalCord"),
        gtv=[case.structure(TUMOUR)],
        image=image(),
    )
    assert drawn.startswith(b"\x89PNG")
    red = panel(drawn, AXIAL)
    assert (np.abs(red - np.array(to_rgb("#ff3b30"))).max(axis=2) < 0.1).any()


def test_structures_far_away_are_left_out(picture):
    far = Structure.from_mask("Far", np.ones((3, 3, 3)), np.diag([1.0, 1, 1, 1]) + _shift(500.0))
    assert draw_sectors(sectors(), far, far, gtv=[far]) == picture


def _shift(mm: float):
    matrix = np.zeros((4, 4))
    matrix[:3, 3] = mm
    return matrix


def test_vertebra_without_posterior_elements_is_drawn():
    operated = make_shape("T8", laminectomy())
    split = split_vertebra(operated.structure(), shape().canal_structure())
    assert draw_sectors(split).startswith(b"\x89PNG")


def test_pictures_have_one_scale():
    framing = Framing(sectors())
    assert framing.axial().size_mm == pytest.approx(framing.sagittal().size_mm)


def test_name_of_the_vertebra_does_not_matter_to_the_picture(picture):
    renamed = replace(sectors(), vertebra=sectors().vertebra.renamed("$x^2_{"))
    assert draw_sectors(renamed) == picture


def test_steps_of_voxels_neither_speckle_nor_pierce_the_targets_outline():
    region = np.zeros((80, 80), dtype=bool)
    region[20:60, 20:60] = True
    stepped = region.copy()
    stepped[30:33, 30:34] = False
    stepped[5:7, 5:7] = True
    assert (_without_specks(stepped) == region).all()
