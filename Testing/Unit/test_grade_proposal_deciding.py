"""From answers to grades: the criteria of Table 1, and what is left where answers are open."""

from __future__ import annotations

from itertools import product

import pytest

from spine_radiosurgery.assessment import RADIOGRAPHIC
from spine_radiosurgery.assessment.grading import CAUDA, CORD, GradeProposal
from spine_radiosurgery.assessment.grading.deciding import (
    ESCC_OF,
    QUESTIONS,
    RADIOGRAPHIC_CODES,
    Finding,
    Findings,
    cauda_grade,
    cord_grade,
    fitting_codes,
    open_questions,
)
from spine_radiosurgery.assessment.grading.limits import (
    EITHER,
    NO,
    YES,
    Measured,
    any_of,
    area_error_mm2,
    beyond,
)

NAMES = (*QUESTIONS[CORD], "over_half")
GRADE_OF = {CORD: cord_grade, CAUDA: cauda_grade}


def findings(**facts) -> Findings:
    return Findings(**{n: Finding(facts.get(n, NO), n.replace("_", " "), "why") for n in NAMES})


def test_the_codes_are_those_of_the_scale():
    assert tuple(g.code for g in RADIOGRAPHIC) == RADIOGRAPHIC_CODES == tuple(ESCC_OF)


# In the canal, sac deformed, cord touched, cord deformed, CSF seen.
CORD_CASES = [
    ((False, False, False, False, True), "0"),
    ((True, False, False, False, True), "I"),
    ((True, True, False, False, True), "II"),
    ((True, True, True, False, True), "III"),
    ((True, True, True, False, False), "III"),
    ((True, True, True, True, True), "IV"),
    ((True, True, False, True, True), "IV"),
    ((True, True, True, True, False), "V"),
    # CSF is there where tumor keeps off the cord.
    ((True, True, False, True, False), "IV"),
    # A cord behind an undeformed sac, off the tumor, is not deformed by it.
    ((True, False, False, True, True), "I"),
]


@pytest.mark.parametrize(("answers", "code"), CORD_CASES)
def test_beside_the_cord(answers, code):
    assert cord_grade(*answers) == code


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((False, False, False), "0"),
        ((True, False, False), "I"),
        ((True, True, False), "II"),
        ((True, True, True), "IV"),
        ((True, False, True), "IV"),
    ],
)
def test_at_the_cauda(answers, code):
    assert cauda_grade(*answers) == code


@pytest.mark.parametrize("site", [CORD, CAUDA])
def test_a_worse_answer_never_lowers_the_grade(site):
    names = QUESTIONS[site]
    for answers in product((False, True), repeat=len(names)):
        code = GRADE_OF[site](*answers)
        for n, name in enumerate(names):
            worse = list(answers)
            worse[n] = name != "csf_seen"
            changed = GRADE_OF[site](*worse)
            assert RADIOGRAPHIC_CODES.index(changed) >= RADIOGRAPHIC_CODES.index(code)


@pytest.mark.parametrize("site", [CORD, CAUDA, ""])
def test_an_open_answer_leaves_what_either_answer_gives(site):
    asked = QUESTIONS[CORD] if site != CAUDA else QUESTIONS[CAUDA]
    for facts in product((NO, YES), repeat=len(NAMES)):
        known = dict(zip(NAMES, facts, strict=True))
        for name in asked:
            left = fitting_codes(findings(**{**known, name: EITHER}), site)
            either = {
                code
                for fact in (NO, YES)
                for code in fitting_codes(findings(**{**known, name: fact}), site)
            }
            assert set(left) == either


def test_without_a_site_the_grades_of_both_rules_are_left():
    known = findings(in_canal=YES, sac_deformed=YES, touches=YES, csf_seen=YES)
    assert fitting_codes(known, "") == ("II", "III")


def test_only_questions_that_make_a_difference_are_asked():
    known = findings(in_canal=NO, touches=EITHER, csf_seen=EITHER)
    assert open_questions(known, CORD) == ()
    known = findings(in_canal=YES, sac_deformed=YES, touches=EITHER, csf_seen=EITHER)
    assert [f.question for f in open_questions(known, CORD)] == ["touches"]


@pytest.mark.parametrize(
    ("value", "fact"), [(49.0, EITHER), (47.9, NO), (48.0, EITHER), (52.1, YES), (52.0, EITHER)]
)
def test_a_value_within_its_uncertainty_of_a_limit_is_on_neither_side(value, fact):
    assert Measured(value, 2.0).exceeds(50.0) == fact


def test_exactly_at_a_limit_nothing_is_decided():
    assert Measured(50.0, 0.0).exceeds(50.0) == EITHER


@pytest.mark.parametrize(("value", "fact"), [(1.0, NO), (1.5, EITHER), (2.0, YES)])
def test_between_two_limits_nothing_is_decided(value, fact):
    assert beyond(value, 1.0, 2.0) == fact


@pytest.mark.parametrize(
    ("facts", "expected"),
    [((NO, NO), NO), ((NO, YES), YES), ((EITHER, YES), YES), ((NO, EITHER), EITHER)],
)
def test_any_of_several_facts(facts, expected):
    assert any_of(*facts) == expected


def test_larger_voxels_make_an_area_less_sure():
    errors = [area_error_mm2(40.0, voxel) for voxel in (0.5, 1.0, 1.5)]
    assert errors == sorted(errors)
    assert errors[1] == pytest.approx(1.57, abs=0.02)


@pytest.mark.parametrize(
    ("codes", "escc", "text"),
    [
        ((), (), "Cannot tell the radiographic grade. Why."),
        (("II",), ("1b",), "Proposed radiographic grade II, ESCC 1b. Why."),
        (("IV",), (), "Proposed radiographic grade IV. Why."),
        (("II", "IV"), (), "Cannot tell radiographic grades II and IV apart. Why."),
        (("I", "II", "III"), (), "Cannot tell radiographic grades I, II and III apart. Why."),
    ],
)
def test_the_text_says_what_is_proposed(codes, escc, text):
    assert GradeProposal("cord", codes, escc, "Why.").text == text
