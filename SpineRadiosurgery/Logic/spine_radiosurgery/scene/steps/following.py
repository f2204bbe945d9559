"""Step 2, after treatment: what is measured on follow-up images, and entries of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ...anatomy import level_of, levels_in_name
from ...assessment import (
    FailureThresholds,
    levels_from_text,
    measure_failure,
    volume_response,
)
from ...case import InputError, Structure
from ...geometry import stage
from ..hardening import hardened
from ..transforms import transform_matrix, transforms_above
from ..volumes import dose_grid_from_node
from .assessed_parts import vertebrae_by_level
from .assessing import checked, record_of
from .measuring import as_json
from .response_chart import draw_response
from .structures import Segment, structure_at


@dataclass(frozen=True, eq=False)
class FailurePlan:
    """The plan that a recurrence is compared with.

    Attributes
    ----------
    dose : vtkMRMLScalarVolumeNode
    prescription_gy : float
    target : Segment or None
    vertebrae : sequence of Segment or None
        None takes those that names tell beside target and canal.
    treated_levels : str
        Such as "T8, T9"; "" takes those that the target's name tells.
    canal : Segment or None
    """

    dose: Any
    prescription_gy: float
    target: Segment | None = None
    vertebrae: Sequence[Segment] | None = None
    treated_levels: str = ""
    canal: Segment | None = None


def failure(
    recurrence: Segment,
    plan: FailurePlan,
    *,
    transform: Any = None,
    registration_error_mm: float | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Measure where a recurrence lies in the plan's dose and in the anatomy, as JSON types.

    Parameters
    ----------
    recurrence : Segment
        Drawn on the follow-up image.
    plan : FailurePlan
    transform : vtkMRMLTransformNode, optional
        What is put under it lies in the plan. None where the segmentation is under it already, or
        was drawn on the planning image.
    registration_error_mm : float, optional
    thresholds : mapping of str to float, optional
        Fields of `assessment.FailureThresholds`.

    Raises
    ------
    InputError
        The recurrence is under a transform and one is given, too; a node cannot be read; a
        vertebra's name tells no level; or as `measure_failure`.
    """
    limits = _thresholds(thresholds or {})
    treated = _treated(plan)
    with stage("Reading the recurrence", 0.0, 0.2):
        placed, registration = placed_recurrence(recurrence, transform, plan.dose)
    with stage("Reading the plan", 0.2, 0.5):
        dose = dose_grid_from_node(plan.dose)
        vertebrae = {level: bone.structure() for level, bone in _vertebrae(plan).items()}
        target, canal = _structure(plan.target), _structure(plan.canal)
    with stage("Measuring the recurrence", 0.5, 1.0):
        found = measure_failure(
            placed,
            dose,
            plan.prescription_gy,
            target=target,
            registration=registration,
            registration_error_mm=registration_error_mm,
            thresholds=limits,
            vertebrae=vertebrae,
            treated_levels=treated,
            canal=canal,
        )
    return as_json(found)


def placed_recurrence(
    recurrence: Segment, transform: Any = None, dose: Any = None
) -> tuple[Structure, str]:
    """Return a recurrence where it lies in the plan, and the name of what took it there.

    Parameters
    ----------
    recurrence : Segment
    transform : vtkMRMLTransformNode, optional
        Instead of one above the segmentation.
    dose : vtkMRMLScalarVolumeNode, optional
        Of the plan: what is above the dose, too, took the whole plan elsewhere and is no
        registration.

    Returns
    -------
    Structure
        Exact under linear transforms as far as the segment is; under others as Slicer hardens it.
    str
        "" where nothing took it anywhere.

    Raises
    ------
    InputError
        A transform is given for a segmentation that is under one, or the segment cannot be read.
    """
    above = transforms_above(recurrence.node)
    if transform is not None and above:
        _refuse_second(recurrence, transform, above)
    used = transform if transform is not None else next(iter(above), None)
    if used is None:
        return structure_at(recurrence, np.eye(4)), ""
    shared = set() if dose is None else {node.GetID() for node in transforms_above(dose)}
    taken_by = [used, *transforms_above(used)]
    registration = ", ".join(n.GetName() for n in taken_by if n.GetID() not in shared)
    if used.IsTransformToWorldLinear():
        return structure_at(recurrence, transform_matrix(used)), registration
    return hardened(structure_at(recurrence, np.eye(4)), used), registration


def volume_cc(segment: Segment) -> float:
    """Return the volume of a segment as it was drawn, whatever transform it is under.

    Raises
    ------
    InputError
        No such segment, or an empty one.
    """
    return structure_at(segment, np.eye(4)).volume_cc


def with_entry(record: Mapping[str, Any], kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a record with one entry of the follow-up more.

    Parameters
    ----------
    record : mapping
        JSON types; it stays as it is.
    kind : str
        "visits", "volumes", "failures" or "complications".
    entry : mapping

    Raises
    ------
    InputError
        Something in the record or in the entry cannot be.
    """
    follow_up = dict(record.get("follow_up") or {})
    follow_up[kind] = [*(follow_up.get(kind) or ()), dict(entry)]
    return checked({**record, "follow_up": follow_up})


def volume_chart(record_node: Any) -> Any:
    """Plot the volumes of a record in percent of the baseline; a former plot of it is replaced.

    Returns
    -------
    vtkMRMLPlotChartNode

    Raises
    ------
    InputError
        The node keeps no assessment, or no volume can be told in percent of a baseline.
    """
    return draw_response(record_node, volume_response(record_of(record_node).follow_up.volumes))


def _refuse_second(recurrence: Segment, transform: Any, above: Sequence[Any]) -> None:
    segmentation = recurrence.node.GetName()
    if any(node.GetID() == transform.GetID() for node in above):
        raise InputError(
            f"{segmentation} is under the transform {transform.GetName()} already, which would be "
            "applied twice; leave the transform out."
        )
    raise InputError(
        f"{segmentation} is under the transform {above[0].GetName()}, and {transform.GetName()} is "
        "given, too; take the segmentation out of the one, or leave the other out."
    )


def _thresholds(given: Mapping[str, float]) -> FailureThresholds:
    known = [field.name for field in fields(FailureThresholds)]
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InputError(f"There is no threshold {unknown!r}; choose {', '.join(known)}.")
    return FailureThresholds(**given)


def _treated(plan: FailurePlan) -> tuple[str, ...]:
    if plan.treated_levels or plan.target is None:
        return levels_from_text(plan.treated_levels)
    return levels_in_name(plan.target.name)


def _vertebrae(plan: FailurePlan) -> dict[str, Segment]:
    if plan.vertebrae is None:
        beside = [one.node for one in (plan.target, plan.canal) if one is not None]
        return {level: bone for node in beside for level, bone in vertebrae_by_level(node).items()}
    found = {}
    for bone in plan.vertebrae:
        level = level_of(bone.name) or level_of(bone.segment_id)
        if level is None:
            raise InputError(
                f"{bone.name} of {bone.node.GetName()} does not tell one level; give its segment a "
                "name such as Vertebra_T8."
            )
        found[level] = bone
    return found


def _structure(segment: Segment | None) -> Structure | None:
    return None if segment is None else segment.structure()
