"""Reasons for a surgical opinion beside the grades, and what is open."""

from __future__ import annotations

from itertools import product

import pytest

from spine_radiosurgery.assessment.grading.grades import NEUROLOGICAL, RADIOGRAPHIC, grade
from spine_radiosurgery.assessment.selection import decision_for
from spine_radiosurgery.assessment.stability.sins import SinsScore
from spine_radiosurgery.geometry import InputError

RADIOGRAPHIC_III = grade("radiographic", "III")
FINE, DEFICIT = grade("neurological", "b"), grade("neurological", "d")
ANSWERS = ("yes", "no", "unknown")
FISHER = "Fisher et al. 2010, Spine 35:E1221"


def sins(minimum, maximum=None):
    maximum = minimum if maximum is None else maximum
    return SinsScore((), minimum, maximum, (), "", FISHER)


SCORES = (None, sins(3), sins(6), sins(7), sins(18), sins(5, 9), sins(0, 6), sins(7, 12))


@pytest.mark.parametrize(
    ("rapid", "score", "option"),
    [
        ("unknown", None, "radiosurgery"),
        ("no", sins(6), "radiosurgery"),
        ("no", sins(0, 6), "radiosurgery"),
        ("no", sins(7), "surgical opinion"),
        ("no", sins(7, 12), "surgical opinion"),
        ("no", sins(6, 7), "radiosurgery"),
        ("yes", sins(3), "surgical opinion"),
        ("yes", None, "surgical opinion"),
    ],
)
def test_rapid_decline_or_sins_from_7_ask_for_a_surgical_opinion(rapid, score, option):
    found = decision_for(RADIOGRAPHIC_III, FINE, rapid_decline=rapid, sins=score)
    assert found.option == option


@pytest.mark.parametrize(
    ("radiographic", "neurological", "rapid", "score"),
    list(product(RADIOGRAPHIC, NEUROLOGICAL, ANSWERS, SCORES)),
)
def test_any_reason_wins_over_radiosurgery(radiographic, neurological, rapid, score):
    found = decision_for(radiographic, neurological, rapid_decline=rapid, sins=score)
    is_reason = (
        neurological.code in "de"
        or rapid == "yes"
        or (score is not None and score.asks_for_opinion == "yes")
    )
    assert found.option == ("surgical opinion" if is_reason else "radiosurgery")
    assert found.reasons
    assert all(reason.endswith(".") for reason in found.reasons)


def test_every_reason_is_listed():
    found = decision_for(RADIOGRAPHIC_III, DEFICIT, rapid_decline="yes", sins=sins(9))
    assert len(found.reasons) == 3
    assert found.reasons[0] == "Neurological grade d is an overt deficit."
    assert "progress rapidly" in found.reasons[1]
    assert found.reasons[2] == "SINS is 9: from 7 a surgical opinion is advised."


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (None, "SINS is not recorded: from 7"),
        (sins(5, 9), "SINS is open (5 to 9): from 7 a surgical opinion is advised."),
        (sins(6), "SINS is 6, below 7."),
        (sins(2, 6), "SINS is 2 to 6, below 7."),
        (sins(7, 9), "SINS is 7 to 9: from 7 a surgical opinion is advised."),
    ],
)
def test_sins_is_said_with_what_is_open(score, words):
    assert words in decision_for(RADIOGRAPHIC_III, FINE, sins=score).text


@pytest.mark.parametrize(
    ("neurological", "rapid", "words"),
    [
        (FINE, "unknown", "Rapid progression of symptoms is a reason for surgery in the paper;"),
        (FINE, "no", "Symptoms do not progress rapidly."),
        (FINE, "yes", "Symptoms progress rapidly"),
        (DEFICIT, "unknown", "Whether symptoms progress rapidly is not recorded."),
    ],
)
def test_the_pace_of_symptoms_is_said(neurological, rapid, words):
    assert words in decision_for(RADIOGRAPHIC_III, neurological, rapid_decline=rapid).text


@pytest.mark.parametrize(("rapid", "score"), [("yes", None), ("unknown", sins(12))])
@pytest.mark.parametrize("neurological", [None, FINE])
def test_a_reason_that_needs_no_grade_holds_without_both(neurological, rapid, score):
    found = decision_for(None, neurological, rapid_decline=rapid, sins=score)
    assert found.option == "surgical opinion"
    assert "not given" in found.text


@pytest.mark.parametrize("code", ["d", "e"])
def test_a_deficit_asks_for_a_surgical_opinion_before_there_is_an_image(code):
    found = decision_for(None, grade("neurological", code))
    assert found.option == "surgical opinion"
    assert found.reasons == (f"Neurological grade {code} is an overt deficit.",)
    assert "the radiographic grade is not given" in found.text


def test_the_citation_names_who_says_so():
    assert "Fisher" not in decision_for(RADIOGRAPHIC_III, FINE).citation
    assert FISHER in decision_for(RADIOGRAPHIC_III, FINE, sins=sins(3)).citation


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("rapid", ANSWERS)
@pytest.mark.parametrize("neurological", [None, FINE, DEFICIT])
def test_the_text_is_no_advice_to_a_patient(neurological, rapid, score):
    text = decision_for(RADIOGRAPHIC_III, neurological, rapid_decline=rapid, sins=score).text
    words = text.lower().replace(",", " ").replace(".", " ").split()
    assert not {"you", "your", "should", "must", "recommend"} & set(words)


def test_what_is_no_answer_is_refused():
    with pytest.raises(InputError, match="Rapid decline cannot be 'maybe'"):
        decision_for(RADIOGRAPHIC_III, FINE, rapid_decline="maybe")
