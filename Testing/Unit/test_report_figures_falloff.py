"""The picture of the fall-off's rays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from synthetic_plan import linear_dose, plan

import spine_radiosurgery as sr
from spine_radiosurgery.report.figures.canvas import png
from spine_radiosurgery.report.figures.falloff import falloff_figure

STEEP = linear_dose(at_origin_gy=4.0, gy_per_mm=0.8)


@pytest.fixture(scope="module")
def report():
    return sr.evaluate(plan(dose=STEEP), target="CTV_T8", cord="SpinalCord")


def measured(**options):
    target, cord = plan().structures
    return sr.fall_off(target, cord, STEEP, prescription_gy=16.0, **options)


def texts(figure):
    return {text.get_text() for axes in figure.axes for text in axes.texts}


@pytest.mark.parametrize("plane", ["axial", "3d"])
def test_rays_run_between_the_isodoses_and_the_shortest_is_labelled(report, plane):
    found = measured(plane=plane)
    figure = falloff_figure(report, found)
    # Along anterior the dose falls 0.8 Gy a mm, so that 6.4 Gy take 8 mm.
    assert "8.0 mm" in texts(figure)
    assert {"R", "L", "A", "P", "10 mm"} <= texts(figure)
    drawn = next(c for c in figure.axes[0].collections if type(c) is LineCollection)
    assert 0 < len(drawn.get_segments()) < found.rays
    for start, end in drawn.get_segments():
        # Down the picture is posterior, where the dose falls.
        assert end[1] - start[1] == pytest.approx(8.0, abs=0.01)


def test_isodoses_asked_for_are_in_the_legend(report):
    found = measured(from_percent=80.0, to_percent=40.0)
    figure = falloff_figure(report, found)
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["target", "cord", "100 %", "80 %", "40 %"]


def test_picture_is_small_and_the_same_every_time(report):
    first, second = (png(falloff_figure(report, measured())) for _ in range(2))
    assert first == second
    assert len(first) < 300_000


def test_picture_needs_no_image_and_takes_parallel_rays(report):
    bare = replace(report, case=plan(dose=STEEP, image=None))
    assert falloff_figure(bare, measured(toward=(0.0, -1.0, 0.0))) is not None


def test_without_a_fall_off_there_is_no_picture(report):
    target, cord = plan().structures
    flat = linear_dose(at_origin_gy=16.0, gy_per_mm=0.0)
    found = sr.fall_off(target, cord, flat, prescription_gy=16.0)
    assert np.isnan(found.median_mm)
    assert falloff_figure(report, found) is None
