"""What is said of a case before anything is made of it."""

from __future__ import annotations

import numpy as np
import pytest
from scene_plans import affine, image, plan, tube

from spine_radiosurgery.case import DoseGrid, Prescription, dose_coverage
from spine_radiosurgery.scene.steps.case_checks import CaseCheck

ROLES = {"CTV_T8": "target", "SpinalCord": "cord", "Esophagus": "organ", "Lung_L": "organ"}
WHOLE_GRAY = np.full((40, 40, 40), 16.0)


def texts(case, roles=None, prescription=None):
    """What is said, with a prescription that the plan's agrees with."""
    given = case.prescription if prescription is None else prescription
    check = CaseCheck(case, ROLES if roles is None else roles, given)
    return [message.text for message in check.messages()]


def even_dose(bottom_mm: float = -60.0, right_mm: float = -60.0) -> DoseGrid:
    """16 Gy in a box of 120 mm that begins at a height."""
    return DoseGrid(
        WHOLE_GRAY, affine(np.eye(3), [3, 3, 3], [right_mm + 1.5, -58.5, bottom_mm + 1.5])
    )


def test_nothing_is_said_of_a_case_that_lacks_nothing() -> None:
    assert texts(plan(dose=even_dose())) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"dose": None}, "There is no dose; the tolerance (step 5) needs one."),
        ({"dose": even_dose(300.0)}, "The dose lies outside the planning image: they belong"),
        ({"warnings": ("The plan is old.",)}, "The plan is old."),
        ({"prescription": None}, "The prescription is not known: no plan says it; give the dose"),
        ({"unusable": {"CTV_T8": "CTV_T8 crosses itself."}}, "CTV_T8 crosses itself."),
    ],
)
def test_what_a_case_lacks_is_said_first(changes, text) -> None:
    assert texts(plan(**{"dose": even_dose(), **changes}))[0].startswith(text)


@pytest.mark.parametrize(
    ("missing", "text"), [("cord", "role cord"), ("target", "role target, GTV")]
)
def test_a_role_that_nothing_has_is_said(missing, text) -> None:
    roles = {name: role for name, role in ROLES.items() if role != missing}
    assert [text in said for said in texts(plan(dose=even_dose()), roles)] == [True]


def test_a_prescription_against_the_plan_is_said() -> None:
    said = texts(plan(dose=even_dose()), prescription=Prescription(18.0, 1))
    assert said[0].startswith("The prescription given, 18 Gy in 1 fraction, contradicts RTPLAN")


def test_a_dose_far_from_the_prescription_is_said_with_its_place() -> None:
    case = plan(dose=even_dose(), prescription=Prescription(48.0, 3))
    found = CaseCheck(case, ROLES, case.prescription).messages()
    assert found[0].text.startswith("CTV_T8: The target's median dose is 16.00 Gy, 33 %")
    assert found[0].place_ras == pytest.approx((3.0, 14.0, 0.0), abs=0.1)


def test_a_target_that_ends_with_the_image_may_be_cut_off() -> None:
    top = image().grid.to_ras([[0, 0, 35.5]])[0, 2]
    case = plan(dose=even_dose(), structures=(tube("CTV_T8", 14.0, 9.0, top - 20, top),))
    found = CaseCheck(case, {"CTV_T8": "target", "x": "cord"}, case.prescription)
    assert [m.text for m in found.messages()] == [
        "CTV_T8 ends with the planning image above; it may be cut off."
    ]
    assert found.structures["CTV_T8"].note == "ends with the image above"


def test_an_unreadable_structure_has_no_volume() -> None:
    case = plan(unusable={"Heart": "Heart has no contours."})
    facts = CaseCheck(case, ROLES, None).structures["Heart"]
    assert (facts.volume_cc, facts.note) == (None, "unreadable: Heart has no contours.")


def test_coverage_is_the_share_of_the_volume_inside_the_dose() -> None:
    cord = tube("SpinalCord", -8.0, 5.0, -40.0, 40.0)
    found = dose_coverage(cord, even_dose(-30.0))
    assert found.percent == pytest.approx(87.5, abs=0.5)
    assert (found.above_mm, found.below_mm) == pytest.approx((0.0, 10.0))
    assert found.rest_ras == pytest.approx((3.0, -8.0, -35.0), abs=0.2)
    assert found.sentence.endswith("of SpinalCord; the rest reaches 10.0 mm below it.")


def test_what_lies_beside_the_dose_is_said_so() -> None:
    found = dose_coverage(tube("Lung_L", 0.0, 6.0, -10.0, 10.0), even_dose(right_mm=3.0))
    assert found.percent == pytest.approx(50.0, abs=2.0)
    assert found.sentence.endswith("of Lung_L; the rest is beside it.")


def test_a_structure_inside_the_dose_is_covered_whole() -> None:
    found = dose_coverage(tube("CTV_T8", 14.0, 9.0, -10.0, 10.0), even_dose())
    assert (found.percent, found.sentence, found.rest_ras) == (100.0, "", None)
