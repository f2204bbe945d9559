"""What is said of a pain class: the change, and why it is what it is or open."""

from __future__ import annotations

import pytest

from spine_radiosurgery.assessment.followup import Visit
from spine_radiosurgery.assessment.followup.pain_classes import pain_class

SITES = "Whether pain at other sites is worse is not recorded."
NO_DOSE = "The dose of opioids {} is not recorded{}."
NOR = ", nor whether pain medication was increased"
BETWEEN = "The trial names no class between 2 and 3 points: decide."
NOT_3 = (
    "A score of 0 is complete by the classes, but a fall of less than 3 points is no response in "
    "the trial, whose patients had 5 points or more: decide."
)
OTHER = (
    "Pain medication is recorded as increased, but opioids did not rise: whether another "
    "medication counts here is open."
)
CONTRADICTED = "Pain medication is recorded as not increased, but opioids rose: the doses count."
FALL_OF_1 = (
    "Whether a fall of 1 is stable pain, which with opioids higher by 25 % or more is progression, "
    "is not defined: decide."
)

TEXTS = [
    # definition, scores, opioids, increased, other sites; what follows the change of score
    ("rtog_0631", 8, 4, 60, 60, "unknown", "no", ""),
    ("rtog_0631", 8, 4, 60, 60, "no", "no", ""),
    ("rtog_0631", 8, 4, 60, 60, "yes", "no", "Pain medication was increased."),
    ("rtog_0631", 8, 4, 0, 5, "unknown", "no", "Pain medication was increased."),
    ("rtog_0631", 8, 4, 60, 60, "no", "unknown", SITES),
    ("rtog_0631", 8, 6, 60, None, "unknown", "unknown", ""),
    ("rtog_0631", 8, 5, None, 9, "unknown", "no", NO_DOSE.format("before treatment", NOR)),
    ("rtog_0631", 8, 5, 9, None, "unknown", "no", NO_DOSE.format("now", NOR)),
    ("rtog_0631", 8, 5.5, 60, 60, "no", "no", BETWEEN),
    ("rtog_0631", 8, 10, 60, 60, "no", "no", ""),
    ("rtog_0631", 2, 0, 60, 60, "no", "no", NOT_3),
    ("rtog_0631", 3, 0, 60, 60, "no", "no", ""),
    ("consensus", 8, 4, 60, 60, "no", "unknown", ""),
    ("consensus", 8, 4, None, None, "no", "no", ""),
    ("consensus", 8, 8, None, None, "no", "no", NO_DOSE.format("before treatment and now", "")),
    ("consensus", 8, 4, None, 9, "unknown", "no", NO_DOSE.format("before treatment", NOR)),
    ("consensus", 8, 4, 60, 60, "yes", "no", OTHER),
    ("consensus", 8, 4, 60, 75, "no", "no", CONTRADICTED),
    ("consensus", 8, 7, 60, 75, "unknown", "no", FALL_OF_1),
    ("consensus", 8, 7, 60, 74, "unknown", "no", ""),
    ("consensus", 8, 8, 60, 75, "unknown", "no", ""),
    ("consensus", 8, 4, 0, 5, "unknown", "no", ""),
    (
        "consensus",
        *(8, 8, 0, 5, "unknown", "no"),
        "Opioids rose from 0 to 5 mg a day: whether that is 25 % or more is undefined.",
    ),
]


@pytest.mark.parametrize(
    ("definition", "before", "after", "dose", "dose_now", "increased", "sites", "said"), TEXTS
)
def test_reasons_are_given_where_they_matter(
    definition, before, after, dose, dose_now, increased, sites, said
):
    baseline = Visit(-1, before, dose)
    found = pain_class(definition, baseline, Visit(90, after, dose_now, increased, sites))
    assert found.text.partition(". ")[2] == said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (7, "Pain score 7 before treatment, 7 now: unchanged."),
        (4.5, "Pain score 7 before treatment, 4.5 now: 2.5 lower."),
        (8, "Pain score 7 before treatment, 8 now: 1 higher."),
    ],
)
def test_the_change_of_score_is_said_first(after, said):
    found = pain_class("consensus", Visit(-1, 7, 0), Visit(90, after, 0))
    assert found.text == said


def test_which_score_is_missing_is_said():
    scored, unscored = Visit(-1, 7), Visit(90)
    assert "before treatment" in pain_class("consensus", unscored, scored).text
    assert "on day 90" in pain_class("consensus", scored, unscored).text


@pytest.mark.parametrize(
    ("dose", "dose_now", "classes"),
    [(0.3, 0.225, ("partial",)), (0.4, 0.3, ("partial",)), (0.7, 0.875, ("progressive",))],
)
def test_exactly_25_percent_is_met_whatever_the_rounding(dose, dose_now, classes):
    assert pain_class("consensus", Visit(-1, 7, dose), Visit(90, 7, dose_now)).classes == classes
