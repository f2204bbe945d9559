"""The phantom's dose: fall-off as asked, measured along rays toward the cord."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spine_radiosurgery.case import Case
from spine_radiosurgery.phantom import SpinePhantom, make_phantom

COARSE = {"pixel_spacing_mm": 1.5, "slice_spacing_mm": 3.0}


def falloff_mm(case: Case, prescription_gy: float) -> np.ndarray:
    """Distances from the last 90 % to the next 50 % point on axial rays from target to cord."""
    target = _by_height(case, next(s.name for s in case.structures if s.interpreted_type == "CTV"))
    cord = _by_height(case, "SpinalCord")
    distances = []
    for height in sorted(target.keys() & cord.keys()):
        apart = np.linalg.norm(target[height][:, None] - cord[height][None], axis=2)
        for start in np.unique(apart.argmin(axis=0)):
            a, b = target[height][start], cord[height][apart[start].argmin()]
            length = float(np.linalg.norm(b - a))
            way = np.arange(-6.0, length + 8.0, 0.05)
            points = a + way[:, None] * (b - a) / length
            share = case.dose.sample(points) / prescription_gy
            left = np.flatnonzero((share[:-1] >= 0.9) & (share[1:] < 0.9) & (way[1:] < length))
            if len(left):
                reached = np.flatnonzero(share[left[-1] :] < 0.5)
                if len(reached):
                    distances.append(0.05 * reached[0])
    return np.array(distances)


def _by_height(case: Case, name: str) -> dict[float, np.ndarray]:
    planes: dict[float, list[np.ndarray]] = {}
    for contour in case.structure(name).contours():
        planes.setdefault(round(float(contour[0, 2]), 2), []).append(contour)
    return {height: np.vstack(contours) for height, contours in planes.items()}


@pytest.mark.parametrize("asked_mm", [2.0, 3.5, 5.0])
@pytest.mark.parametrize(("level", "template"), [("T8", "body"), ("T10", "posterior_elements")])
def test_the_fall_off_toward_the_cord_is_the_one_asked_for(level, template, asked_mm):
    case = make_phantom(SpinePhantom(level=level, template=template, falloff_mm=asked_mm, **COARSE))
    measured = falloff_mm(case, 16.0)
    assert len(measured) > 20
    assert np.median(measured) == pytest.approx(asked_mm, abs=0.4)


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(
    offset=st.tuples(*[st.floats(-2.0, 2.0)] * 3),
    spacing=st.sampled_from([1.5, 2.0, 2.5]),
    falloff=st.floats(2.5, 5.0),
)
def test_the_fall_off_does_not_depend_on_where_the_dose_grid_lies(offset, spacing, falloff):
    shift = tuple(np.clip(offset, -spacing, spacing))
    case = make_phantom(
        SpinePhantom(
            falloff_mm=falloff,
            dose_offset_mm=shift,
            dose_spacing_mm=spacing,
            **COARSE,
        )
    )
    assert np.median(falloff_mm(case, 16.0)) == pytest.approx(falloff, abs=0.5)


def test_a_small_dose_margin_leaves_cord_uncovered():
    case = make_phantom(SpinePhantom(dose_margin_mm=5.0, **COARSE))
    low, high = case.structure("SpinalCord").extent_mm()
    heights = case.dose.grid.to_ras(np.array([[0, 0, 0], [0, 0, case.dose.values_gy.shape[0] - 1]]))
    assert low < heights[:, 2].min()
    assert heights[:, 2].max() < high


def test_the_dose_wraps_around_the_cord_within_a_whole_vertebra():
    case = make_phantom(SpinePhantom(level="T10", template="whole_vertebra", **COARSE))
    cord = case.structure("SpinalCord").contours()
    middle = min(cord, key=lambda contour: abs(contour[0, 2])).mean(axis=0)
    inside = float(case.dose.sample(middle[None])[0])
    around = [middle + 14 * np.array([np.cos(a), np.sin(a), 0]) for a in np.arange(0, 6.2, 0.6)]
    assert inside < 0.5 * 16
    assert (case.dose.sample(np.array(around)) > inside + 1.5).all()


def test_dose_follows_prescription_and_fractions_keep_the_total():
    plans = [
        make_phantom(SpinePhantom(prescription_gy=gy, fractions=n, **COARSE))
        for gy, n in ((16.0, 1), (27.0, 3))
    ]
    assert plans[1].dose.max_gy / plans[0].dose.max_gy == pytest.approx(27 / 16, rel=1e-4)
    assert plans[1].prescription.fractions == 3
