"""Skin beside a target in the posterior elements: how near it is, and its dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...anatomy import POSTERIOR
from ...case import Case, guess_role, rois_of
from ...dose import DoseSamples, Metric, sample_dose
from ...geometry import (
    InputError,
    Structure,
    SurfaceDistance,
    distance_to_skin,
    report_progress,
    skin_near,
)
from ..inputs import Question
from .review import TargetReview

SKIN_METRICS = ("D10cc[Gy]", "D0.035cc[Gy]")
MOSTLY = 0.5
"""Share of a target's part in the sectors from which it counts as posterior."""


@dataclass(frozen=True, eq=False)
class SkinReview:
    """The skin beside one target.

    Attributes
    ----------
    target : str
    distance : SurfaceDistance or None
        From the target to the body's outline.
    skin : Structure or None
        The ROI, or a rind under the body's outline.
    derived : bool
        No skin was contoured.
    metrics : tuple of Metric
        `SKIN_METRICS`.
    reason : str
        Why something could not be had; "" otherwise.
    """

    target: str
    distance: SurfaceDistance | None
    skin: Structure | None
    derived: bool
    metrics: tuple[Metric, ...]
    reason: str


def review_skin(question: Question, reviews: Sequence[TargetReview]) -> tuple[SkinReview, ...]:
    """Measure the skin beside every target that is mostly posterior."""
    report_progress("Checking the skin")
    return tuple(_review(question, review) for review in reviews if is_posterior(review))


def is_posterior(review: TargetReview) -> bool:
    """Whether a target is the template of the posterior elements or lies mostly in them."""
    if review.definition is not None and review.definition.template == "posterior_elements":
        return True
    cc: Mapping[bool, float] = {
        back: sum(
            share * vertebra.sectors.sector(name).volume_cc
            for vertebra in review.vertebrae
            for name, share in vertebra.covered.items()
            if (name in POSTERIOR) is back
        )
        for back in (True, False)
    }
    return cc[True] > MOSTLY * (cc[True] + cc[False])


def _review(question: Question, review: TargetReview) -> SkinReview:
    external, contoured = _outline(question.case), _skin(question.case)
    name = review.target.name
    if external is None:
        why = "no outline of the body (ROI type EXTERNAL) is contoured"
        if contoured is None:
            return SkinReview(name, None, None, False, (), why)
        return SkinReview(name, None, contoured, False, _metrics(question, contoured), why)
    try:
        distance = distance_to_skin(review.target, external)
        skin = contoured or skin_near(external, review.target)
    except InputError as error:
        return SkinReview(name, None, None, False, (), str(error))
    return SkinReview(name, distance, skin, contoured is None, _metrics(question, skin), "")


def _outline(case: Case) -> Structure | None:
    """The largest outline of the body."""
    outlines = [s for s in case.structures if guess_role(s) == "external"]
    return max(outlines, key=lambda s: s.volume_cc, default=None)


def _skin(case: Case) -> Structure | None:
    names = rois_of("Skin", [s.name for s in case.structures if guess_role(s) != "external"])
    return case.structure(names[0]) if names else None


def _metrics(question: Question, skin: Structure) -> tuple[Metric, ...]:
    samples: DoseSamples = sample_dose(skin, question.dose, metrics=SKIN_METRICS)
    return tuple(samples.metric(name) for name in SKIN_METRICS)
