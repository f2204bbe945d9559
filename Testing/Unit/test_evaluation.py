"""What `evaluate` answers, and what it refuses."""

from __future__ import annotations

import pytest
from synthetic_plan import disc, linear_dose, plan, tube

import spine_radiosurgery as sr
from spine_radiosurgery.case import Prescription


def evaluate(case=None, **options):
    options = {"target": "CTV_T8", "cord": "SpinalCord", "robustness": None, **options}
    return sr.evaluate(case or plan(), **options)


def row(report, structure, metric):
    return next(r for r in report.constraints if r.structure == structure and r.metric == metric)


def test_plan_with_a_cold_cord_passes():
    report = evaluate()
    assert report.verdict.status == "pass"
    assert row(report, "SpinalCord_Partial", "V10Gy[%]").value == 0.0


def test_ten_percent_rule_fails_a_hot_cord():
    report = evaluate(plan(dose=linear_dose(at_origin_gy=10.0, gy_per_mm=0.3)))
    assert row(report, "SpinalCord_Partial", "V10Gy[%]").value == pytest.approx(50.0, abs=0.1)
    assert report.verdict.status == "fail"


def test_protocol_follows_the_number_of_fractions():
    found = {
        n: evaluate(plan(prescription=Prescription(16.0, n, "RTPLAN"))).protocol.identifier
        for n in (1, 2, 3, 5)
    }
    assert found == {1: "ryu-2015", 2: "hytec-cord", 3: "tg-101", 5: "tg-101"}


def test_both_limits_of_the_paper_are_shown():
    metrics = {r.metric for r in evaluate().constraints if r.structure == "SpinalCord_Partial"}
    assert metrics >= {"V10Gy[%]", "V10Gy[cc]"}


def test_absolute_limits_are_evaluated_on_the_whole_cord_too():
    assert row(evaluate(), "SpinalCord", "V10Gy[cc]").status == "pass"


def test_contradicting_prescription_is_refused():
    with pytest.raises(sr.InputError, match="contradicts RTPLAN"):
        evaluate(prescription_gy=18.0)


def test_contradicting_prescription_can_be_overridden():
    report = evaluate(prescription_gy=18.0, override_prescription=True)
    assert report.prescription.dose_gy == 18.0
    assert any("overridden" in warning for warning in report.warnings)


@pytest.mark.parametrize(("dose_gy", "word"), [(0.0, "0 Gy"), (-16.0, "-16 Gy"), (1600.0, "cGy")])
def test_impossible_prescription_is_refused(dose_gy, word):
    with pytest.raises(sr.InputError, match=word):
        evaluate(plan(prescription=None), prescription_gy=dose_gy, fractions=1)


def test_unknown_prescription_is_refused():
    with pytest.raises(sr.InputError, match="prescription is not known"):
        evaluate(plan(prescription=None))


def test_dose_of_a_single_fraction_is_a_caution_on_every_cord_row():
    report = evaluate(plan(prescription=Prescription(48.0, 3, "RTPLAN")))
    cord_rows = [r for r in report.constraints if r.structure.startswith("SpinalCord")]
    assert {r.status for r in cord_rows} == {"caution"}
    assert any("single fraction's dose, or the wrong plan?" in w for w in report.warnings)


@pytest.mark.parametrize(
    ("radius_mm", "target_name", "words"),
    [
        (6.4, "CTV_T8", "over 120 mm2"),
        (5.6, "CTV_T8", "canal or the thecal sac"),
        (2.5, "CTV_T8", "under 25 mm2"),
        (4.5, "CTV_L3", "cauda equina"),
    ],
)
def test_doubtful_cord_is_a_caution_with_the_reason(radius_mm, target_name, words):
    case = plan()
    target = case.structures[0].renamed(target_name)
    case = plan(structures=(target, tube("SpinalCord", radius=radius_mm)))
    report = evaluate(case, target=target_name)
    assert report.verdict.status == "caution"
    assert words in " ".join(report.warnings)


def test_wide_cord_above_t2_is_no_canal():
    target = plan().structures[0].renamed("CTV_C5")
    case = plan(structures=(target, tube("SpinalCord", radius=5.5)))
    assert evaluate(case, target="CTV_C5").verdict.status == "pass"


def test_cord_ending_before_the_margin_is_a_caution_on_dependent_rows():
    case = plan(structures=(plan().structures[0], tube("SpinalCord", high=14.0)))
    report = evaluate(case)
    assert report.cord_volumes[0].truncated
    assert report.cord_volumes[0].missing_superior_mm == pytest.approx(4.0)
    assert row(report, "SpinalCord_Partial", "V10Gy[%]").status == "caution"


def test_cord_volume_leaving_the_dose_grid_is_a_caution_with_millimetres_and_cc():
    # The grid ends at S 17 mm, 1 mm inside the cord volume at either end.
    report = evaluate(plan(dose=linear_dose(half_size_mm=16.0)))
    found = row(report, "SpinalCord_Partial", "V10Gy[%]")
    assert found.status == "caution"
    assert "leaves the dose grid over 2.0 mm with 0.127 cc" in found.reason


def test_earlier_irradiation_makes_de_novo_limits_not_evaluable():
    report = evaluate(previous_radiation="yes")
    assert row(report, "SpinalCord_Partial", "V10Gy[%]").status == "not_evaluable"
    assert report.verdict.status == "not_evaluable"


def test_unknown_earlier_irradiation_is_said_in_the_verdict():
    assert "earlier irradiation unknown" in evaluate().verdict.reason


def test_cord_outside_the_dose_is_refused():
    small = linear_dose(half_size_mm=8.0)
    with pytest.raises(sr.InputError, match=r"CTV_T8 .* lies wholly outside the dose grid"):
        evaluate(plan(dose=small))


def test_uncovered_cord_that_could_decide_is_not_evaluable():
    report = evaluate(plan(dose=linear_dose(at_origin_gy=8.0, half_size_mm=15.0)))
    found = row(report, "SpinalCord_Partial", "V10Gy[%]")
    assert found.status == "not_evaluable"
    assert "outside the dose grid" in found.reason


def test_ptv_as_target_warns_and_gives_the_value_of_the_ctv():
    ctv = plan().structures[0]
    ptv = tube("PTV_T8", anterior=27.5, radius=14.0, low=-16.0, high=16.0, interpreted_type="PTV")
    report = evaluate(plan(structures=(ctv, ptv, plan().structures[1])), target="PTV_T8")
    warning = next(w for w in report.warnings if "a PTV" in w)
    assert "with CTV_T8" in warning
    assert report.cord_volumes[0].length_mm == pytest.approx(44.0)


def test_separate_sites_have_numbered_cord_volumes_from_head_to_foot():
    upper = tube("CTV_T7", anterior=27.5, radius=10.0, low=16.0, high=26.0)
    lower = tube("CTV_T9", anterior=27.5, radius=10.0, low=-26.0, high=-16.0)
    report = evaluate(
        plan(structures=(upper, lower, tube("SpinalCord"))), target=["CTV_T9", "CTV_T7"]
    )
    assert [(v.structure.name, v.target_name) for v in report.cord_volumes] == [
        ("SpinalCord_Partial_1", "CTV_T7"),
        ("SpinalCord_Partial_2", "CTV_T9"),
    ]


def test_missing_structure_offers_near_names():
    with pytest.raises(sr.InputError, match="did you mean SpinalCord"):
        evaluate(cord="Spinal_Cord")


def test_cord_with_the_name_of_the_cord_volume_is_refused():
    case = plan(structures=(plan().structures[0], tube("SpinalCord_Partial")))
    with pytest.raises(sr.InputError, match="rename it"):
        evaluate(case, cord="SpinalCord_Partial")


def test_unusable_structure_that_is_asked_for_is_refused_with_its_reason():
    case = plan(unusable={"GTV_T8": "RS.dcm: structure GTV_T8 has no contours."})
    with pytest.raises(sr.InputError, match="has no contours"):
        evaluate(case, target="GTV_T8")


def test_organ_of_two_parts_is_evaluated_together():
    vessels = (
        tube("A_Aorta", anterior=45.0, radius=8.0),
        tube("V_Venacava_I", anterior=-45.0, radius=8.0),
    )
    case = plan(
        structures=(*plan().structures, *vessels), prescription=Prescription(16.0, 3, "RTPLAN")
    )
    found = row(evaluate(case), "A_Aorta + V_Venacava_I", "D0.035cc[Gy]")
    assert found.constraint_structure == "GreatVes"
    assert found.value == pytest.approx(5.0 + 0.4 * 53.0, abs=0.3)


@pytest.mark.slow
def test_organ_cut_off_by_the_image_is_not_evaluable_where_its_whole_volume_counts():
    lungs = tube("Lungs", anterior=-30.0, radius=15.0, low=-61.0, high=0.0)
    case = plan(
        structures=(*plan().structures, lungs), prescription=Prescription(16.0, 3, "RTPLAN")
    )
    found = next(r for r in evaluate(case).constraints if r.structure == "Lungs")
    assert found.status == "not_evaluable"
    assert "cut off at the end of the image" in found.reason


def test_fall_off_of_a_linear_dose_is_its_slope():
    steep = linear_dose(at_origin_gy=4.0, gy_per_mm=0.8)
    report = evaluate(plan(dose=steep))
    assert report.falloff is not None
    assert report.falloff.asked.min_mm == pytest.approx(0.4 * 16.0 / 0.8, rel=0.01)


def test_own_structures_may_be_given_instead_of_names():
    target, cord = plan().structures
    report = evaluate(plan(structures=()), target=target, cord=cord)
    assert report.verdict.status == "pass"


def test_contour_that_is_lost_inside_the_target_is_said():
    heights = [-11, -9, -7, -5, 1, 3, 5, 7, 9, 11]
    target = sr.Structure.from_contours("CTV_T8", [disc(0, 27.5, h, 12.0) for h in heights])
    report = sr.evaluate(plan(), target=target, cord="SpinalCord", robustness=None)
    assert "CTV_T8: contours are missing over 4.0 mm inside it" in " ".join(report.warnings)
