"""Structures that move in a dose that stays where it is, against closed forms and real moves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from shapes import (
    FloatArray,
    affine,
    centred_affine,
    cylinder,
    ellipse,
    linear_dose,
    occupancy_of,
    prism,
    rectangle,
    voxel_centres,
)

from spine_radiosurgery.dose import (
    DoseGrid,
    SetupScenario,
    centroid_ras,
    random_scenarios,
    sample_dose,
    setup_robustness,
)
from spine_radiosurgery.dose.setup.scenarios import NOMINAL, rigid_motions
from spine_radiosurgery.geometry import InputError, Structure

FEW = settings(max_examples=5, deadline=None, derandomize=True)
D_METRICS = ("Mean[Gy]", "D2%[Gy]", "D10%[Gy]", "D0.035cc[Gy]", "D50%[Gy]", "D98%[Gy]")
TOLERANCES = {"V10Gy[%]": 0.3, "D10%[Gy]": 0.1, "D0.035cc[Gy]": 0.15, "Mean[Gy]": 0.1}
"""What the docstring of `dose.setup.robustness` promises."""
AROUND = (0.0, 22.0, 0.0)

offsets = st.tuples(*[st.floats(-1.5, 1.5)] * 3)


def followed(
    structure: Structure,
    dose: DoseGrid,
    scenarios: Sequence[SetupScenario],
    metrics: Sequence[str],
    center: Sequence[float] = (0.0, 0.0, 0.0),
):
    found = setup_robustness(
        [structure],
        dose,
        center_ras=center,
        scenarios=scenarios,
        metrics={structure.name: metrics},
    )
    return found.structures[structure.name]


@cache
def plan_dose(spacing: float, shift: tuple[float, ...]) -> DoseGrid:
    """A target of 20 Gy anterior of the cord, with a fall-off of 2.3 Gy/mm and some ripple."""
    n = (round(90 / spacing),) * 3
    matrix = centred_affine(n, (spacing,) * 3)
    matrix[:3, 3] += np.add(shift, (0, 15, 0))
    x, y, z = np.moveaxis(voxel_centres(n, matrix), -1, 0)
    sides = expit((16 - np.hypot(x, y - 22)) / 2.2) * expit((17 - abs(z)) / 2.2)
    return DoseGrid(20 * sides * (1 + 0.08 * np.cos(x / 6) * np.sin(y / 5)), matrix)


def moved_dose(dose: DoseGrid, scenario: SetupScenario, center: Sequence[float]) -> DoseGrid:
    """The dose as the moved patient sees it: the patient at rest, the grid moved back."""
    turns, shifts = rigid_motions([scenario])
    back = np.eye(4)
    back[:3, :3] = turns[0].T
    back[:3, 3] = center - turns[0].T @ (np.asarray(center) + shifts[0])
    return DoseGrid(dose.values_gy, back @ dose.ijk_to_ras)


def mask_cord() -> Structure:
    matrix = affine((0.8, 0.8, 1.0), (-10, -6, -14))

    def inside(p: FloatArray) -> FloatArray:
        elliptic = (p[..., 0] / 7) ** 2 + ((p[..., 1] - 4) / 5) ** 2 < 1
        return elliptic & (abs(p[..., 2]) < 12.5)

    return Structure.from_mask("Cord", occupancy_of(inside, (30, 30, 26), matrix), matrix)


CORDS = {
    "round": cylinder(5.0, 26.0, centre=(0, 4, 0), name="Cord"),
    "flat": prism(ellipse((7.0, 4.5), (0, 4)), 26.0, name="Cord"),
    "mask": mask_cord(),
}


@pytest.mark.parametrize("cord", CORDS.values(), ids=CORDS.keys())
@pytest.mark.parametrize(("spacing", "shift"), [(1.0, (0.3, 0.1, 0.4)), (2.5, (0.9, -0.4, 1.1))])
def test_scenarios_agree_with_the_full_sampling_of_the_really_moved_patient(
    cord: Structure, spacing: float, shift: Sequence[float]
) -> None:
    dose = plan_dose(spacing, shift)
    scenarios = [
        NOMINAL,
        *random_scenarios(2, sigma_mm=(1.2,) * 3, sigma_deg=(1.5,) * 3, seed=5),
        SetupScenario("far", (0.0, 5.0, 0.0)),
    ]
    found = followed(cord, dose, scenarios, tuple(TOLERANCES), AROUND)
    for n, scenario in enumerate(scenarios):
        exact = sample_dose(cord, moved_dose(dose, scenario, AROUND))
        for name, tolerance in TOLERANCES.items():
            expected = exact.metric(name).value
            assert found.metrics[name][n] == pytest.approx(expected, abs=tolerance)


def test_cubic_dose_is_followed_as_well() -> None:
    dose = plan_dose(2.5, (0.3, 0.1, 0.4)).with_interpolation("cubic")
    found = followed(CORDS["flat"], dose, [NOMINAL], tuple(TOLERANCES))
    exact = sample_dose(CORDS["flat"], dose)
    for name, tolerance in TOLERANCES.items():
        assert found.metrics[name][0] == pytest.approx(exact.metric(name).value, abs=tolerance)


@FEW
@given(gradient=st.tuples(*[st.floats(-1, 1)] * 3), shift=offsets)
def test_shift_in_a_linear_dose_changes_every_dose_metric_by_gradient_times_shift(
    gradient: tuple[float, ...], shift: tuple[float, ...]
) -> None:
    dose = linear_dose(gradient, 50.0, half_width=(12, 12, 16))
    body = cylinder(5.0, 20.0, name="Cord")
    found = followed(body, dose, [NOMINAL, SetupScenario("shift", shift)], D_METRICS)
    for values in found.metrics.values():
        assert values[1] - values[0] == pytest.approx(np.dot(gradient, shift), abs=0.02)


def test_nominal_scenario_of_a_linear_dose_is_the_closed_form() -> None:
    body = prism(rectangle(10, 10), 20.0, name="Box")
    dose = linear_dose((0.0, 1.2, 0.0), 20.0, half_width=(12, 12, 16))
    names = ("D10%[Gy]", "D50%[Gy]", "V20Gy[%]", "V23Gy[cc]", "CV23Gy[cc]", "Max[Gy]", "Min[Gy]")
    found = followed(body, dose, [NOMINAL], names)
    expected = (20 + 0.4 * 12, 20.0, 50.0, 0.5, 1.5, 26.0, 14.0)
    for name, value in zip(names, expected, strict=True):
        tolerance = 0.1 if name.endswith("[%]") else 0.02
        assert found.metrics[name][0] == pytest.approx(value, abs=tolerance)


def test_equivalent_uniform_dose_is_that_of_the_full_sampling() -> None:
    dose = plan_dose(2.0, (0.0, 0.0, 0.0))
    names = ("gEUD4[Gy]", "gEUD-5[Gy]", "gEUD1[Gy]")
    found = followed(CORDS["flat"], dose, [NOMINAL], names)
    for name in names:
        expected = sample_dose(CORDS["flat"], dose).metric(name).value
        assert found.metrics[name][0] == pytest.approx(expected, rel=0.01)


@FEW
@given(degrees=st.floats(-180, 180))
def test_rotation_of_a_cylinder_about_its_axis_changes_nothing(degrees: float) -> None:
    dose = linear_dose((0.6, 0.8, 0.0), 30.0, half_width=(12, 12, 16))
    turned = SetupScenario("turn", rotation_deg=(0.0, 0.0, degrees))
    found = followed(cylinder(5.0, 20.0, name="Cord"), dose, [NOMINAL, turned], D_METRICS)
    for values in found.metrics.values():
        assert values[1] == pytest.approx(values[0], abs=0.03)


def test_rotation_about_a_distant_centre_moves_the_cord_along_the_arc() -> None:
    dose = linear_dose((1.0, 0.0, 0.0), 30.0, half_width=(12, 12, 16))
    turned = SetupScenario("turn", rotation_deg=(0.0, 0.0, 2.0))
    cord = cylinder(5.0, 20.0, name="Cord")
    found = followed(cord, dose, [NOMINAL, turned], ["Mean[Gy]"], (0.0, 40.0, 0.0))
    rise = found.metrics["Mean[Gy]"][1] - found.metrics["Mean[Gy]"][0]
    # The cord lies posterior of the centre: posterior moves to the right (R toward A about S).
    assert rise == pytest.approx(40.0 * np.sin(np.radians(2.0)), abs=0.01)


@FEW
@given(shift=offsets)
def test_opposite_shifts_in_a_symmetric_dose_give_the_same(shift: tuple[float, ...]) -> None:
    n = (31, 31, 31)
    matrix = centred_affine(n, (2.0, 2.0, 2.0))
    dose = DoseGrid(20 * np.exp(-(voxel_centres(n, matrix) ** 2).sum(axis=-1) / 300), matrix)
    there = SetupScenario("there", shift)
    back = SetupScenario("back", tuple(-v for v in shift))
    found = followed(cylinder(5.0, 20.0, name="Cord"), dose, [there, back], D_METRICS)
    for values in found.metrics.values():
        assert values[0] == pytest.approx(values[1], abs=0.08)


@FEW
@given(shift=offsets, factor=st.floats(0.5, 2.0))
def test_scaling_the_dose_scales_every_dose_metric(shift: tuple[float, ...], factor: float) -> None:
    dose = plan_dose(2.5, (0.0, 0.0, 0.0))
    larger = DoseGrid(dose.values_gy * factor, dose.ijk_to_ras)
    scenario = [SetupScenario("shift", shift)]
    plain = followed(CORDS["round"], dose, scenario, D_METRICS)
    scaled = followed(CORDS["round"], larger, scenario, D_METRICS)
    for name in D_METRICS:
        assert scaled.metrics[name] == pytest.approx(factor * plain.metrics[name], abs=0.02)


def test_band_encloses_its_curves_in_order_and_starts_at_the_whole_volume() -> None:
    cord = CORDS["round"]
    found = followed(
        cord, plan_dose(2.0, (0.0, 0.0, 0.0)), random_scenarios(50), ["Mean[Gy]"], AROUND
    )
    band = found.band()
    curves = (band.minimum_cc, band.low_cc, band.median_cc, band.high_cc, band.maximum_cc)
    assert all((a <= b + 1e-12).all() for a, b in pairwise(curves))
    assert [c[0] for c in curves] == pytest.approx([cord.volume_cc] * 5)
    assert all((np.diff(c) <= 1e-12).all() for c in curves)


def test_same_scenarios_give_the_same_to_the_bit() -> None:
    first, second = (
        followed(CORDS["flat"], plan_dose(2.0, (0.0, 0.0, 0.0)), random_scenarios(40), D_METRICS)
        for _ in range(2)
    )
    for name in D_METRICS:
        assert np.array_equal(first.metrics[name], second.metrics[name])


def box_leaving_the_grid(scenario: SetupScenario):
    """A 20 mm long box in 10 Gy; the grid ends 15 mm beyond its centre."""
    dose = DoseGrid(np.full((15, 15, 15), 10.0), centred_affine((15, 15, 15), (2.0, 2.0, 2.0)))
    body = prism(rectangle(8, 8), 20.0, name="Box")
    names = ("D10%[Gy]", "V5Gy[%]", "V5Gy[cc]", "Mean[Gy]", "Max[Gy]", "D1.2cc[Gy]")
    return followed(body, dose, [NOMINAL, scenario], names)


def test_part_outside_the_dose_grid_is_volume_without_dose() -> None:
    found = box_leaving_the_grid(SetupScenario("up", (0.0, 0.0, 10.0)))
    assert found.outside_share == pytest.approx([0.0, 0.25], abs=1e-3)
    assert found.metrics["V5Gy[%]"] == pytest.approx([100.0, 100.0])
    assert found.metrics["V5Gy[cc]"] == pytest.approx([1.28, 0.96], abs=1e-3)
    assert found.metrics["D10%[Gy]"] == pytest.approx([10.0, 10.0], abs=0.01)
    assert np.isnan(found.metrics["D1.2cc[Gy]"][1])


def test_part_outside_the_dose_grid_bounds_what_a_metric_may_be() -> None:
    found = box_leaving_the_grid(SetupScenario("up", (0.0, 0.0, 10.0)))
    assert found.if_cold["V5Gy[%]"] == pytest.approx([100.0, 75.0], abs=0.1)
    assert found.if_hot["V5Gy[%]"] == pytest.approx([100.0, 100.0])
    assert found.if_cold["Mean[Gy]"] == pytest.approx([10.0, 7.5], abs=0.01)
    assert found.if_cold["D1.2cc[Gy]"][1] == pytest.approx(0.0, abs=0.01)
    assert found.if_hot["D1.2cc[Gy]"][1] == pytest.approx(10.0, abs=0.01)


def test_structure_wholly_outside_the_dose_grid_has_no_value() -> None:
    found = box_leaving_the_grid(SetupScenario("away", (0.0, 0.0, 60.0)))
    assert found.outside_share[1] == pytest.approx(1.0)
    assert all(np.isnan(values[1]) for name, values in found.metrics.items() if name != "V5Gy[cc]")


def test_centroid_is_that_of_the_volume() -> None:
    parts = [cylinder(5.0, 20.0, centre=(0, 0, 10)), cylinder(5.0, 40.0, centre=(6, 3, 40))]
    assert centroid_ras(parts) == pytest.approx([4.0, 2.0, 30.0], abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"scenarios": []}, "no setup scenarios"),
        ({"metrics": {"Bowel": ["Mean[Gy]"]}}, "asked of Bowel"),
        ({"metrics": {"Cord": ["V90%[%]"]}}, "needs the prescription"),
        ({"metrics": {"Cord": ["Volume[cc]"]}}, "cannot be followed"),
        ({"center_ras": (0.0, float("nan"), 0.0)}, "rotation center"),
        ({"structures": [CORDS["round"], CORDS["flat"]]}, "one name"),
    ],
)
def test_unusable_questions_are_refused(changes: dict, word: str) -> None:
    question = {
        "structures": [CORDS["round"]],
        "dose": plan_dose(2.5, (0.0, 0.0, 0.0)),
        "center_ras": AROUND,
        "scenarios": [NOMINAL],
        "metrics": {"Cord": ["Mean[Gy]"]},
    }
    question.update(changes)
    with pytest.raises(InputError, match=word):
        setup_robustness(**question)
