"""Contours along the edges of voxels and the mask of these voxels: one solid in two forms.

Both are filled with small cells, contours row by row and masks voxel by voxel. Where the cells are
exact, in boxes in a dose that rises evenly along one axis, nothing differs. In a curved dose they
differ as two quadratures do: by less than the sampling tolerance that every report states.

Two things are other on purpose. The fall-off starts at a mask's iso-line, which cuts the corners of
its voxels, but at contours as they were drawn; and setup errors are followed with about 3000 grains
gathered from these cells, to within the figures in `dose.setup.robustness`.
"""

from __future__ import annotations

import numpy as np
import pytest
import same_case
from reported_numbers import SETUP, Numbers, assert_same, numbers_of, without, without_places

from spine_radiosurgery.case import Case
from spine_radiosurgery.dose import DoseGrid
from spine_radiosurgery.report import Report

OTHER_ON_PURPOSE = (SETUP, "fall-off")
DOSE_PERCENT, VOLUME_PERCENT = 0.3, 0.15
"""The tolerances of every report."""


def boxes() -> dict[str, np.ndarray]:
    right, anterior, superior = same_case.places(same_case.SHAPE_KJI, same_case.VOXELS)

    def box(center: tuple[float, float], half: tuple[float, float, float]) -> np.ndarray:
        inside = abs(right - center[0]) < half[0]
        return inside & (abs(anterior - center[1]) < half[1]) & (abs(superior) < half[2])

    return {
        same_case.TARGET: box((-1, 17), (12, 10, 8)),
        same_case.CORD: box((1, -5), (6, 4, 26)),
        same_case.ORGAN: box((-9, 36), (6, 4, 20)),
    }


def rising(axis: int) -> DoseGrid:
    """A dose that rises by 0.5 Gy/mm along R, A or S."""
    grid = same_case.planned_dose()
    place = same_case.places(grid.values_gy.shape, grid.ijk_to_ras)[axis]
    level = (30.0, 9.5, 20.0)[axis]
    return DoseGrid(np.maximum(level + 0.5 * place, 0.03125), grid.ijk_to_ras)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_boxes_in_an_even_rise_are_the_same(axis: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_case, "masks", boxes)
    case = same_case.contoured(rising(axis))
    options = {"robustness": None, "prv_margin_mm": None}
    contours, masks = (
        without_places(without(numbers_of(same_case.evaluated(c, **options)), *OTHER_ON_PURPOSE))
        for c in (case, same_case.masked(case))
    )
    assert len(contours) > 400
    assert_same(contours, masks)


def test_volumes_and_verdict_are_the_same(of_contours: Numbers, of_masks: Numbers) -> None:
    for name in ("verdict", *(n for n in of_contours if n.startswith("cord volume"))):
        assert_same({name: of_contours[name]}, {name: of_masks[name]})


def test_metrics_of_a_curved_dose_are_within_the_sampling_tolerance(
    case: Case, report: Report, of_masks: Numbers
) -> None:
    limits = {
        "Gy": DOSE_PERCENT / 100 * case.dose.max_gy,
        "%": VOLUME_PERCENT,
    }
    for entry in report.metrics:
        metric, other = entry.metric, of_masks[f"metric {entry.structure} {entry.metric.name}"]
        if metric.reason:
            assert np.isnan(other)
            continue
        volume_cc = report.samples[entry.structure].volume_cc
        limit = limits.get(metric.unit, VOLUME_PERCENT / 100 * volume_cc)
        # The planning risk volume is grown on a lattice: of two shapes, not of one solid.
        if entry.structure not in (case.shown_name("SpinalCord_PRV"),):
            assert abs(metric.value - other) <= limit, (entry.structure, metric.name)
