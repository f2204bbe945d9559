"""The choices of an evaluation: what they change, what the provenance says, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_plan import disc, linear_dose, plan

import spine_radiosurgery as sr
from spine_radiosurgery.case import Prescription
from spine_radiosurgery.tolerance import SetupUncertainty

FEW = SetupUncertainty(scenarios=20)


def evaluate(case=None, **options):
    options = {"target": "CTV_T8", "cord": "SpinalCord", "robustness": None, **options}
    return sr.evaluate(case or plan(), **options)


def metrics_of(report, structure):
    return {m.metric.name: m.metric for m in report.metrics if m.structure == structure}


def cone(name="Cone"):
    """Discs whose radius shrinks by 3 mm from one to the next."""
    heights = np.arange(-9.0, 10.0, 6.0)
    radii = 12.0 - 0.5 * (heights + 9.0)
    contours = [disc(0, 30.0, h, r) for h, r in zip(heights, radii, strict=True)]
    return sr.Structure.from_contours(name, contours)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dose_interpolation": "nearest"}, "trilinear or cubic"),
        ({"between_contours": "spline"}, "slabs or linear"),
        ({"falloff_from_percent": 50, "falloff_to_percent": 90}, "not from 50 % to 90 %"),
        ({"falloff_plane": "sagittal"}, "axial or 3d"),
        ({"falloff_toward": (0, 0, 0)}, "not all 0"),
        ({"alpha_beta_gy": 0.0}, "above 0"),
        ({"prv_margin_mm": -1.0}, "from 0 up"),
        ({"prv_margin_mm": (1, 2)}, "six of them"),
    ],
)
def test_bad_choice_is_refused_with_what_to_choose(options, words):
    with pytest.raises(sr.InputError, match=words):
        evaluate(**options)


def test_provenance_holds_every_choice():
    report = evaluate(
        dose_interpolation="cubic",
        falloff_from_percent=80,
        falloff_plane="3d",
        robustness=SetupUncertainty(scenarios=20, seed=7),
        alpha_beta_gy=2.0,
        prv_margin_mm=2.0,
    )
    found = report.to_dict()["provenance"]["parameters"]
    assert found["dose_interpolation"] == "cubic"
    assert found["between_contours"] == "slabs"
    assert "half" in found["end_caps"]
    assert (found["falloff_from_percent"], found["falloff_to_percent"]) == (80, 50)
    assert (found["falloff_plane"], found["falloff_toward"]) == (
        "3d",
        "nearest point of the cord",
    )
    assert (found["setup_scenarios"], found["setup_seed"]) == (20, 7)
    assert found["sampling_tolerance_dose_percent"] > 0
    assert (found["alpha_beta_gy"], found["prv_margin_mm"]) == (2.0, [2.0] * 6)


def test_structure_made_otherwise_is_named_in_the_provenance():
    contours = plan().structures[0].contours()
    joined = sr.Structure.from_contours("CTV_T8", contours, between="linear")
    report = evaluate(plan(structures=(joined, plan().structures[1])))
    assert report.parameters["between_contours_of"] == {"CTV_T8": "linear"}


def test_linear_shapes_fill_a_cone_as_the_solid_does():
    case = plan(structures=(*plan().structures, cone()))
    volumes = {
        choice: evaluate(case, between_contours=choice).samples["Cone"].volume_cc
        for choice in ("slabs", "linear")
    }
    # A frustum from radius 13.5 to 1.5 mm over 24 mm, with the half slices at both ends.
    solid = np.pi * 24.0 / 3.0 * (13.5**2 + 13.5 * 1.5 + 1.5**2) / 1000.0
    assert abs(volumes["linear"] - solid) < 0.2 * abs(volumes["slabs"] - solid)


def test_linear_shapes_leave_a_cylinder_as_it_is():
    found = [
        evaluate(between_contours=choice).metric("SpinalCord_Partial", "D10%[Gy]").value
        for choice in ("slabs", "linear")
    ]
    assert found[0] == pytest.approx(found[1], abs=0.02)


def test_cubic_and_trilinear_agree_on_a_linear_dose():
    found = [
        evaluate(dose_interpolation=choice).metric("SpinalCord_Partial", "D10%[Gy]").value
        for choice in ("trilinear", "cubic")
    ]
    assert found[0] == pytest.approx(found[1], abs=0.02)


def test_report_holds_the_dose_as_it_was_interpolated():
    assert evaluate(dose_interpolation="cubic").case.dose.interpolation == "cubic"


def test_every_metric_has_an_uncertainty():
    report = evaluate()
    known = [m.metric for m in report.metrics if np.isfinite(m.metric.value)]
    assert known
    assert all(np.isfinite(m.uncertainty) for m in known)


def test_both_planes_of_the_fall_off_are_there():
    planes = evaluate(plan(dose=linear_dose(4.0, 0.8))).to_dict()["falloff"]["planes"]
    # Toward the cord straight ahead of the target both see the same slope.
    assert planes["axial"]["min_mm"] == pytest.approx(0.4 * 16.0 / 0.8, rel=0.01)
    assert planes["3d"]["min_mm"] == pytest.approx(planes["axial"]["min_mm"], rel=0.02)


def test_gap_between_target_and_cord_is_measured():
    gap = evaluate().cord_gaps["CTV_T8"]
    assert gap.distance_mm == pytest.approx(27.5 - 12.0 - 4.5, abs=0.1)


def test_risk_volume_has_metrics_and_the_margin_it_reached():
    report = evaluate(prv_margin_mm=2.0)
    name = report.prv.structure.name
    assert name == "SpinalCord_PRV02"
    assert report.roles[name] == "prv"
    # A cylinder of radius 4.5 and length 80 mm grows by 2 mm; its rims become quarter rounds.
    rim = np.pi**2 * 4.5 * 2.0**2 / 2 + 2 * np.pi * 2.0**3 / 3
    grown = np.pi * 6.5**2 * 80.0 + 2 * (np.pi * 4.5**2 * 2.0 + rim)
    volume = metrics_of(report, name)["Volume[cc]"].value
    assert volume == pytest.approx(grown / 1000.0, rel=0.01)
    assert report.prv.achieved_min_mm == pytest.approx(2.0, abs=0.2)


def test_risk_volume_that_is_there_already_is_not_made_again():
    case = plan()
    twin = case.structures[1].renamed("SpinalCord_PRV02")
    with pytest.raises(sr.InputError, match="SpinalCord_PRV02 is in the case already"):
        evaluate(replace(case, structures=(*case.structures, twin)), prv_margin_mm=2.0)


def test_biological_doses_are_listed_only_when_asked():
    assert evaluate().to_dict()["biology"] is None
    found = evaluate(alpha_beta_gy=2.0).to_dict()["biology"]
    row = next(
        r
        for r in found["rows"]
        if (r["structure"], r["metric"]) == ("SpinalCord_Partial", "Max[Gy]")
    )
    assert row["bed_gy"] == pytest.approx(row["dose_gy"] * (1 + row["dose_gy"] / 2.0), rel=1e-5)
    assert "do not describe a spinal cord with a steep dose gradient" in found["limits_of_use"]


def test_biological_doses_of_a_mixed_sum_are_refused():
    case = plan(parameters={"plan_fractions": [1, 3]}, prescription=Prescription(30.0, 1, "sum"))
    with pytest.raises(sr.InputError, match="different fractionation"):
        evaluate(case, alpha_beta_gy=2.0)


def test_setup_robustness_says_how_far_the_patient_may_move():
    report = evaluate(robustness=FEW)
    room = report.to_dict()["robustness"]["room"]
    # 10 % of the cord volume reach 10 Gy when the patient has moved (10 - D10%) / slope.
    d10 = report.metric("SpinalCord_Partial", "D10%[Gy]").value
    assert room["toward_target_mm"] == pytest.approx((10.0 - d10) / 0.4, abs=0.2)
    assert room["scale_factor"] == pytest.approx(10.0 / d10, rel=0.01)


def test_setup_robustness_can_be_left_out():
    assert evaluate(robustness=None).to_dict()["robustness"] is None


def test_same_seed_gives_the_same_document():
    first, second = (evaluate(robustness=FEW).to_dict()["robustness"] for _ in range(2))
    assert first == second
