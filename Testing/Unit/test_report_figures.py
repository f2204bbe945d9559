"""The pictures: what lies where, and that they are the same every time."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_plan import linear_dose, plan, tube

import spine_radiosurgery as sr
from spine_radiosurgery.case import ImageVolume, Prescription
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.figures.drawing import draw_figures
from spine_radiosurgery.report.figures.resampling import (
    VIEWS,
    dose_on,
    image_on,
    plane_through,
    structure_on,
)
from spine_radiosurgery.report.limits import paper_or_protocol_limit
from spine_radiosurgery.tolerance import SetupUncertainty

BOX = (-30.0, -30.0, -30.0), (30.0, 30.0, 30.0)
NAMES = {
    "axial.png",
    "sagittal.png",
    "coronal.png",
    "falloff.png",
    "cord_volume.png",
    "dvh.png",
}


@pytest.fixture(scope="module")
def report():
    return evaluate()


def evaluate(**changes):
    options = {"robustness": None, **changes.pop("options", {})}
    return sr.evaluate(plan(**changes), target="CTV_T8", cord="SpinalCord", **options)


def hot_spot(right=0.0, anterior=0.0, superior=0.0) -> DoseGrid:
    """A dose of 10 Gy that falls to nothing within 10 mm of a point."""
    matrix = np.diag([2.0, 2.0, 2.0, 1.0])
    matrix[:3, 3] = -40.0
    k, j, i = np.mgrid[0:41, 0:41, 0:41]
    ras = np.stack([i, j, k], axis=-1) * 2.0 - 40.0
    distance = np.linalg.norm(ras - [right, anterior, superior], axis=-1)
    return DoseGrid(np.clip(10.0 - distance, 0.0, None), matrix)


def brightest(values):
    """Row and column of the largest value, as shares of the picture's height and width."""
    row, column = np.unravel_index(int(np.nanargmax(values)), values.shape)
    return row / values.shape[0], column / values.shape[1]


@pytest.mark.parametrize(
    ("view", "spot", "side"),
    [
        ("axial", {"right": 20.0}, "left"),
        ("axial", {"anterior": 20.0}, "top"),
        ("coronal", {"right": 20.0}, "left"),
        ("coronal", {"superior": 20.0}, "top"),
        ("sagittal", {"anterior": 20.0}, "left"),
        ("sagittal", {"superior": 20.0}, "top"),
    ],
)
def test_patient_lies_as_a_radiologist_looks(view, spot, side):
    plane = plane_through((0, 0, 0), view, *BOX, step_mm=1.0)
    row, column = brightest(dose_on(hot_spot(**spot), plane))
    assert (column if side == "left" else row) < 0.25
    assert (row if side == "left" else column) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("view", VIEWS)
def test_letters_name_the_directions_of_the_edges(view):
    plane = plane_through((0, 0, 0), view, *BOX, step_mm=1.0)
    places = {"R": (25, 0, 0), "L": (-25, 0, 0), "A": (0, 25, 0), "P": (0, -25, 0),
              "S": (0, 0, 25), "I": (0, 0, -25)}  # fmt: skip
    left, right, top, bottom = (plane.to_picture([places[c]])[0] for c in plane.letters)
    assert left[0] < 10 < 50 < right[0]
    assert top[1] < 10 < 50 < bottom[1]


@settings(max_examples=30, deadline=None)
@given(
    order=st.permutations([0, 1, 2]),
    signs=st.tuples(*[st.sampled_from([-1.0, 1.0])] * 3),
    view=st.sampled_from(VIEWS),
)
def test_picture_does_not_depend_on_the_image_index_order(order, signs, view):
    # A ramp along a slanted direction, which linear interpolation reproduces exactly.
    axes = np.eye(3)[:, order] * signs * 2.0
    origin = -(axes @ np.full(3, 20.0))
    k, j, i = np.mgrid[0:41, 0:41, 0:41]
    ras = np.stack([i, j, k], axis=-1) @ axes.T + origin
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = axes, origin
    image = ImageVolume((ras @ [1.0, 2.0, 3.0]).astype(np.float32), matrix)
    plane = plane_through((3.0, -4.0, 5.0), view, *BOX, step_mm=2.5)
    expected = (plane.pixels_ras() @ [1.0, 2.0, 3.0]).reshape(plane.grid.shape_kji[1:])
    np.testing.assert_allclose(image_on(image, plane), expected, atol=1e-3)


def test_outside_the_image_nothing_is_shown():
    image = ImageVolume(np.ones((5, 5, 5), dtype=np.float32), np.eye(4))
    values = image_on(image, plane_through((2, 2, 2), "axial", *BOX, step_mm=1.0))
    assert np.isnan(values).any()
    assert np.nanmax(values) == 1.0


@pytest.mark.parametrize("view", VIEWS)
def test_outline_lies_where_the_structure_lies(view):
    cord = tube("SpinalCord", anterior=-10.0)
    plane = plane_through((0, -10, 0), view, *BOX, step_mm=0.5)
    inside = structure_on(cord, plane) > 0.5
    points = plane.pixels_ras()[inside.ravel()]
    low, high = cord.bounds_ras()
    assert (points >= low - 0.3).all()
    assert (points <= high + 0.3).all()
    assert inside.any()


def test_unknown_view_is_refused():
    with pytest.raises(InputError, match="axial, sagittal, coronal"):
        plane_through((0, 0, 0), "oblique", *BOX, step_mm=1.0)


def test_all_pictures_are_drawn_and_small(report):
    pictures = draw_figures(report)
    assert set(pictures) == NAMES
    assert all(p.startswith(b"\x89PNG") and len(p) < 300_000 for p in pictures.values())


def test_pictures_are_the_same_every_time(report):
    assert draw_figures(report) == draw_figures(evaluate())


def test_pictures_need_no_image(report):
    assert set(draw_figures(replace(report, case=plan(image=None)))) == NAMES


@pytest.mark.slow
def test_truncated_cord_and_separate_sites_are_drawn():
    short = tube("SpinalCord", low=-40.0, high=14.0)
    assert set(draw_figures(evaluate(structures=(plan().structures[0], short)))) == NAMES
    two = [tube(n, anterior=27.5, low=z, high=z + 12.0) for n, z in (("A", -34), ("B", 20))]
    report = sr.evaluate(
        plan(structures=(*two, tube("SpinalCord"))),
        target=["A", "B"],
        cord="SpinalCord",
        robustness=None,
    )
    assert len(report.cord_volumes) == 2
    assert set(draw_figures(report)) == NAMES


def test_rays_are_drawn_where_they_cross_both_isodoses(report):
    flat = linear_dose(at_origin_gy=10.0, gy_per_mm=0.02)
    assert "falloff.png" in draw_figures(report)
    assert "falloff.png" not in draw_figures(evaluate(dose=flat))


@pytest.mark.slow
def test_band_of_setup_errors_is_drawn_for_every_cord_volume():
    options = {"robustness": SetupUncertainty(scenarios=20)}
    report = evaluate(options=options)
    first, second = (draw_figures(r)["setup.png"] for r in (report, evaluate(options=options)))
    assert first == second


def test_histogram_has_enough_pixels_for_print(report):
    width, _ = struct.unpack(">II", draw_figures(report)["dvh.png"][16:24])
    assert width >= 1100


def test_marked_limit_is_the_protocols():
    three = evaluate(prescription=Prescription(24.0, 3, "RTPLAN"))
    limit = paper_or_protocol_limit(three)
    assert (limit.dose_gy, limit.percent, limit.source) == (18.0, 10.0, "tg-101")


def test_without_a_percent_row_the_papers_limit_is_marked(report):
    limit = paper_or_protocol_limit(replace(report, constraints=()))
    assert (limit.dose_gy, limit.percent) == (10.0, 10.0)
