"""From a case to its report: cord volume, metrics, constraints, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..case import Case
from ..cord import MARGIN_MM, CordVolume, PlanningRiskVolume, cord_volumes, prv
from ..dose import DoseSamples
from ..geometry import InputError, awaited, beside, report_progress, stage
from ..tolerance import (
    ConstraintResult,
    Protocol,
    Robustness,
    SetupUncertainty,
    assess_robustness,
    decide,
    evaluate_protocol,
)
from .assessment import AssessmentSource, with_assessment
from .choices import Choices, FallOffChoice, Margin
from .findings import cord_cautions, dose_cautions, reader_warnings
from .inputs import Question, as_chosen, resolve, role_of
from .model import Report, StructureMetric
from .plan_quality import biology_of, cord_gaps_of, fall_offs_of, indices_of
from .protocols import ProtocolChoice, load_protocol
from .subjects import Subject, constraint_structures, sample_subjects, subjects_of
from .targets.asking import (
    StructureChoice,
    TargetChoice,
    TargetQuestion,
    VertebraChoice,
    ask_targets,
)
from .targets.expected import expected_structures
from .targets.review import review_targets, review_warnings
from .targets.skin import review_skin

SETUP = SetupUncertainty()


def evaluate(
    case: Case,
    *,
    target: TargetChoice | Sequence[TargetChoice] | None = None,
    cord: StructureChoice,
    vertebrae: Sequence[VertebraChoice] = (),
    template: str | None = None,
    template_margin_mm: Margin = 0.0,
    gtv: StructureChoice | Sequence[StructureChoice] | None = None,
    protocol: ProtocolChoice = "auto",
    prescription_gy: float | None = None,
    fractions: int | None = None,
    margin_mm: float = MARGIN_MM,
    mode: str = "axial",
    metrics: Sequence[str] = (),
    override_prescription: bool = False,
    previous_radiation: str = "unknown",
    dose_interpolation: str = "trilinear",
    between_contours: str = "slabs",
    falloff_from_percent: float = 90.0,
    falloff_to_percent: float = 50.0,
    falloff_plane: str = "axial",
    falloff_toward: Sequence[float] | None = None,
    robustness: SetupUncertainty | None = SETUP,
    alpha_beta_gy: float | None = None,
    prv_margin_mm: Margin | None = None,
    assessment: AssessmentSource | None = None,
) -> Report:
    """Evaluate one plan.

    Parameters
    ----------
    case : Case
    target : str, Structure, TargetDefinition, or several; optional
        Name(s) in the case, structures of one's own, or targets made by `define_target`; may be
        left out where a template makes the target.
    cord : str or Structure
    vertebrae : sequence of str, Structure or VertebraSectors
        Vertebrae to split into sectors: the report shows which of them the target takes, and which
        the consensus rules propose.
    template : str, optional
        With it the target is made from the vertebrae ("body", "body_and_pedicles",
        "whole_vertebra" or "posterior_elements").
    template_margin_mm : float or six floats (R, L, A, P, S, I)
        Around the template's sectors.
    gtv : str, Structure, or several; optional
        Gross tumour: united with a target that is made here, compared with the sectors; by default
        the case's own is compared.
    protocol : str, path, Protocol or mapping
        "auto" (by the number of fractions), an identifier, a protocol file, or what it holds.
    prescription_gy : float, optional
        Total dose; the plan's when not given.
    fractions : int, optional
    margin_mm : float
        Of the cord volume above and below the target.
    mode : str
        Of the cord volume, "axial" or "centreline".
    metrics : sequence of str
        Further metrics of every structure, TG-263 notation.
    override_prescription : bool
        Accept a prescription that contradicts the plan.
    previous_radiation : str
        "yes", "no" or "unknown".
    dose_interpolation : str
        "trilinear" or "cubic".
    between_contours : str
        "slabs" (each contour reaches half way to its neighbours) or "linear" (the shape changes
        evenly from one contour to the next).
    falloff_from_percent, falloff_to_percent : float
        Isodoses of the fall-off in percent of the prescription.
    falloff_plane : str
        "axial" or "3d"; the other one is reported beside it.
    falloff_toward : (3,) sequence of float, optional
        Direction in RAS; by default toward the nearest point of the cord.
    robustness : SetupUncertainty or None
        The random setup errors; None leaves setup robustness out.
    alpha_beta_gy : float, optional
        With it BED and EQD2 are listed, with their limits of use.
    prv_margin_mm : float or six floats (R, L, A, P, S, I), optional
        With it a planning risk volume of the cord is evaluated.
    assessment : PatientRecord, mapping or path, optional
        The patient's record; what is open in it is completed from the plan.

    Raises
    ------
    InputError
        Input that cannot be evaluated; the message says what to do.
    """
    choices = Choices(
        margin_mm=margin_mm,
        mode=mode,
        metrics=tuple(metrics),
        previous_radiation=previous_radiation,
        override_prescription=override_prescription,
        dose_interpolation=dose_interpolation,
        between_contours=between_contours,
        falloff=FallOffChoice(
            falloff_from_percent,
            falloff_to_percent,
            falloff_plane,
            None if falloff_toward is None else tuple(map(float, falloff_toward)),
        ),
        robustness=robustness,
        alpha_beta_gy=alpha_beta_gy,
        prv_margin_mm=prv_margin_mm,
    )
    with stage("Looking at the target", 0.0, 0.15):
        targets, about_targets = ask_targets(
            case,
            target=target,
            cord=cord,
            vertebrae=vertebrae,
            template=template,
            margin_mm=template_margin_mm,
            gtv=gtv,
            between_contours=between_contours,
        )
    question = resolve(
        case,
        target=targets,
        cord=cord,
        prescription_gy=prescription_gy,
        fractions=fractions,
        override_prescription=override_prescription,
    )
    rules = load_protocol(protocol, question.prescription.fractions)
    with stage("", 0.15, 1.0):
        report = _answer(as_chosen(question, choices), about_targets, choices, rules)
    if assessment is None:
        return report
    return with_assessment(report, assessment, previous_radiation)


def _answer(
    question: Question, about_targets: TargetQuestion, choices: Choices, rules: Protocol
) -> Report:
    with stage("Cutting the cord volume", 0.0, 0.05):
        volumes = cord_volumes(
            question.cord, question.targets, margin_mm=choices.margin_mm, mode=choices.mode
        )
    with stage("", 0.05, 0.15):
        risk_volume = _risk_volume(question, choices)
    subjects = subjects_of(question, volumes, risk_volume, choices.metrics)
    with ThreadPoolExecutor() as workers:
        # What needs no samples is measured beside the sampling.
        measuring = beside(workers, fall_offs_of, question, choices.falloff)
        gauging = beside(workers, cord_gaps_of, question)
        reviewing = beside(workers, review_targets, question.targets, about_targets)
        with stage("Sampling", 0.15, 0.65):
            samples = sample_subjects(question, subjects, rules)
        falloff = awaited(measuring, "Measuring the fall-off")
        gaps, reviews = awaited(gauging), awaited(reviewing, "Reviewing the target")
    report_progress("Checking constraints", 0.7)
    about_dose = dose_cautions(question, samples)
    cautions = (*about_dose, *cord_cautions(question, volumes))
    results = evaluate_protocol(
        rules,
        constraint_structures(question, volumes, risk_volume, samples),
        fractions=question.prescription.fractions,
        plan_maximum_gy=question.dose.max_gy,
        prescription_gy=question.prescription.dose_gy,
        cautions=about_dose,
        previous_radiation=choices.previous_radiation,
        mixed_fractionation=question.mixed_fractionation,
    )
    return Report(
        case=question.case,
        prescription=question.prescription,
        targets=question.targets,
        cord=question.cord,
        cord_volumes=volumes,
        prv=risk_volume,
        samples=samples,
        roles={s.structure.name: s.role for s in subjects},
        metrics=_metrics(question, subjects, samples),
        protocol=rules,
        constraints=results,
        switched_off=tuple(
            row for row in rules.switched_off if question.prescription.fractions in row.fractions
        ),
        verdict=decide(
            rules,
            results,
            gate_cautions=cautions,
            previous_radiation=choices.previous_radiation,
        ),
        indices=indices_of(question, samples),
        falloff=falloff,
        cord_gaps=gaps,
        robustness=_robustness(
            question, choices, rules=rules, results=results, volumes=volumes, samples=samples
        ),
        alpha_beta_gy=choices.alpha_beta_gy,
        biology=biology_of(question, subjects, samples, choices.alpha_beta_gy),
        target_definitions=about_targets.definitions,
        target_reviews=reviews,
        expected_structures=expected_structures(question, reviews),
        skin=review_skin(question, reviews),
        warnings=(
            *reader_warnings(question, volumes, samples, rules, cautions),
            *about_targets.notes,
            *review_warnings(reviews),
        ),
        parameters=_parameters(question, choices),
    )


def _risk_volume(question: Question, choices: Choices) -> PlanningRiskVolume | None:
    if choices.prv_margin_mm is None:
        return None
    made = prv(question.cord, choices.prv_margins_mm)
    if question.case.has(made.structure.name):
        raise InputError(
            f"Structure {made.structure.name} is in the case already and is reported anyway; "
            "leave out the margin of the planning risk volume, or choose another."
        )
    return made


def _metrics(
    question: Question, subjects: Sequence[Subject], samples: Mapping[str, DoseSamples]
) -> tuple[StructureMetric, ...]:
    prescription_gy = question.prescription.dose_gy
    report_progress("Working out metrics", 0.72)
    return tuple(
        StructureMetric(
            subject.structure.name,
            samples[subject.structure.name].metric(name, prescription_gy=prescription_gy),
        )
        for subject in subjects
        for name in subject.metrics
    )


def _robustness(
    question: Question,
    choices: Choices,
    *,
    rules: Protocol,
    results: Sequence[ConstraintResult],
    volumes: Sequence[CordVolume],
    samples: Mapping[str, DoseSamples],
) -> Robustness | None:
    with stage("Simulating setup errors" if choices.robustness else "", 0.8, 0.98):
        if choices.robustness is None:
            return None
        return assess_robustness(
            rules,
            results,
            fractions=question.prescription.fractions,
            targets=question.targets,
            cord=question.cord,
            cord_volumes=volumes,
            dose=question.dose,
            samples=samples,
            prescription_gy=question.prescription.dose_gy,
            setup=choices.robustness,
        )


def _parameters(question: Question, choices: Choices) -> dict[str, Any]:
    """Every choice that decides a number; structures that were made otherwise are named."""
    found = choices.parameters()
    used = {s.name: s for s in (*question.case.structures, *question.targets, question.cord)}
    other = {
        name: structure.between_contours
        for name, structure in used.items()
        if structure.between_contours not in ("", choices.between_contours)
        and role_of(question, structure) != "ignore"
    }
    return {
        **found,
        **({"between_contours_of": other} if other else {}),
        **question.case.parameters,
    }
