"""What sampling explains, against Slicer's own resampling, which SlicerRT uses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scene_plans import affine, tube
from slicer_counting import counted_doses

from spine_radiosurgery.case import DoseGrid, Prescription, Structure
from spine_radiosurgery.dose import parse_metric_name, sample_dose
from spine_radiosurgery.scene.headless import fresh_scene
from spine_radiosurgery.scene.segmentations import segmentation_node
from spine_radiosurgery.scene.segments import structure_from_segment
from spine_radiosurgery.scene.slicerrt import METRICS
from spine_radiosurgery.scene.slicerrt.sampling import (
    LEAST,
    Histogram,
    explained_by_sampling,
    value_inside_dose,
)
from spine_radiosurgery.scene.volumes import dose_node

ASKED = [parse_metric_name(name) for name in METRICS]


def falling_dose(step_mm: float, offset_mm: float, anterior_mm: float = 0.0) -> DoseGrid:
    """1.28 Gy/mm toward posterior, along an axis of the grid: whole layers count or do not."""
    count = int(60 / step_mm)
    origin = np.array([30, 30, -30]) + offset_mm * np.array([1.0, 0.7, 0.3])
    matrix = affine(np.diag([-1, -1, 1]), [step_mm] * 3, origin)
    anterior = origin[1] - step_mm * np.arange(count)
    profile = np.clip(10.0 + 1.28 * (anterior + 5.0 - anterior_mm), 0.0, 20.0)
    return DoseGrid(np.broadcast_to(profile[np.newaxis, :, np.newaxis], (count,) * 3), matrix)


def cord_mask() -> Structure:
    step = 0.6
    matrix = affine(np.diag([-1, -1, 1]), [step] * 3, [12.1, 12.3, -22.2])
    k, j, i = np.indices((73, 66, 66))
    points = np.stack([i, j, k], axis=-1) @ matrix[:3, :3].T + matrix[:3, 3]
    inside = np.hypot(points[..., 0], points[..., 1] + 3.0) < 5.0
    return Structure.from_mask("Cord", inside & (np.abs(points[..., 2]) < 20.0), matrix)


@pytest.mark.parametrize("offset_mm", [0.0, 0.37])
@pytest.mark.parametrize("step_mm", [1.0, 2.0, 2.5, 3.0])
def test_the_points_that_slicer_counts_are_explained(slicer_core, step_mm, offset_mm) -> None:
    dose = falling_dose(step_mm, offset_mm)
    with fresh_scene() as scene:
        node = dose_node(scene, dose, Prescription(16, 1))
        segmentation = segmentation_node(scene, "S", [cord_mask()], step_mm=None, surfaces=False)
        cord = structure_from_segment(segmentation, "Cord")
        theirs = Histogram(*counted_doses(node, segmentation, "Cord"), dose.max_gy)
    ours = sample_dose(cord, dose, metrics=METRICS)
    explained = explained_by_sampling(cord, dose, ours, ASKED)
    for name in ASKED:
        apart = abs(theirs.metric(name) - value_inside_dose(ours, name))
        assert apart <= explained[name.name], name.name


def test_a_dose_two_millimetres_off_is_not_explained() -> None:
    dose, moved = falling_dose(2.0, 0.0), falling_dose(2.0, 0.0, anterior_mm=2.0)
    cord = cord_mask()
    ours = sample_dose(cord, dose, metrics=METRICS)
    wrong = sample_dose(cord, moved, metrics=METRICS)
    explained = explained_by_sampling(cord, dose, ours, ASKED)
    for metric in ("Mean[Gy]", "D10%[Gy]", "D0.035cc[Gy]", "V10Gy[%]"):
        apart = abs(wrong.metric(metric).value - ours.metric(metric).value)
        assert apart > explained[metric], metric


def test_a_finer_dose_explains_less() -> None:
    cord = cord_mask()
    explained = []
    for step_mm in (3.0, 1.0):
        dose = falling_dose(step_mm, 0.2)
        ours = sample_dose(cord, dose, metrics=METRICS)
        explained.append(explained_by_sampling(cord, dose, ours, ASKED))
    coarse, fine = explained
    assert all(fine[name] < 0.6 * coarse[name] for name in ("D10%[Gy]", "V10Gy[%]", "Max[Gy]"))


def test_in_an_even_dose_next_to_nothing_is_explained() -> None:
    dose = DoseGrid(np.full((40, 40, 40), 8.05), affine(np.eye(3), [1.5] * 3, [-30] * 3))
    cord = cord_mask()
    ours = sample_dose(cord, dose, metrics=METRICS)
    explained = explained_by_sampling(cord, dose, ours, ASKED)
    assert explained["Mean[Gy]"] == LEAST["Gy"]
    assert explained["V10Gy[%]"] == LEAST["%"]
    assert explained["D10%[Gy]"] <= 0.3


def test_contours_may_end_between_the_last_one_and_half_a_slice_beyond() -> None:
    cord = tube("Cord", -3.0, 5.0, -10.0, 10.0)
    dose = falling_dose(1.0, 0.0)
    ours = sample_dose(cord, dose, metrics=METRICS)
    explained = explained_by_sampling(cord, dose, ours, ASKED)
    half_slices_cc = np.pi * 25.0 * 2.5 / 1000.0
    assert explained["Volume[cc]"] >= half_slices_cc


def test_a_structure_between_the_points_cannot_be_compared() -> None:
    dose = falling_dose(3.0, 0.0)
    corner = dose.grid.to_ras([[10.0, 10.0, 10.0]])[0]
    matrix = affine(np.eye(3), [0.05] * 3, corner)
    speck = Structure.from_mask("Speck", np.ones((2, 2, 2)), matrix)
    ours = sample_dose(speck, dose, metrics=("Mean[Gy]",))
    (explained,) = explained_by_sampling(
        speck, dose, ours, [parse_metric_name("Mean[Gy]")]
    ).values()
    assert math.isnan(explained)
