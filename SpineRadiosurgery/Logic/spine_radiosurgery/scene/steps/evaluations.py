"""Step 5: what an evaluation leaves in the scene, and what can be asked of it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ...case import InputError
from ...geometry import report_progress
from ...report import Report
from ..bundle import evaluated_structures
from ..hierarchy import place_beside, remove_node
from ..plots import dvh_nodes
from ..tables import constraints_table, metrics_table
from ..whole import whole_step
from .provenance import (
    INPUT_REFERENCE,
    changes_since,
    inputs_of,
    note_provenance,
    parameters_of,
    step_of,
)
from .records import PREFIX, Record, read_record, write_record
from .tolerance import EvaluationOptions, Plan, evaluate_plan

STEP = "tolerance"
VERDICT = "Verdict"
_REFERENCE = f"{PREFIX}Result."


def add_evaluation(plan: Plan, options: EvaluationOptions, report: Report) -> Any:
    """Add the results of an evaluation to the scene: tables, dose-volume histogram, what was asked.

    Parameters
    ----------
    plan, options
        What the report answers.
    report : Report

    Returns
    -------
    vtkMRMLTableNode
        The constraints, one row each; `results_of` finds the other nodes from it.
    """
    scene = plan.dose.GetScene()
    with whole_step(scene):
        report_progress("Adding the results", 0.0)
        constraints = constraints_table(scene, report)
        nodes = {
            "metrics": metrics_table(scene, report),
            **dvh_nodes(scene, report, evaluated_structures(report)),
        }
        for number, node in enumerate(nodes.values()):
            constraints.SetNodeReferenceID(f"{_REFERENCE}{number}", node.GetID())
        report_progress(fraction=0.5)
        note_provenance(constraints, STEP, plan.inputs(), asdict(options))
        report_progress(fraction=0.95)
        write_record(constraints, VERDICT, Record(_verdict(report, list(nodes))))
        place_beside(plan.structures, [constraints, *nodes.values()])
    return constraints


def latest_evaluation(scene: Any) -> Any:
    """Return the constraints table that was added last.

    Raises
    ------
    InputError
        Nothing was evaluated in this scene.
    """
    count = scene.GetNumberOfNodesByClass("vtkMRMLTableNode")
    tables = [scene.GetNthNodeByClass(number, "vtkMRMLTableNode") for number in range(count)]
    found = [table for table in tables if step_of(table) == STEP]
    if not found:
        raise InputError("Nothing was evaluated in this scene yet; evaluate the tolerance first.")
    return found[-1]


def results_of(constraints_node: Any) -> dict[str, Any]:
    """Return the nodes of an evaluation that are still in the scene.

    Returns
    -------
    dict of str to vtkMRMLNode
        "metrics", and those of `plots.dvh_nodes`.
    """
    parts = facts_of(constraints_node)["nodes"]
    found = {
        part: constraints_node.GetNodeReference(f"{_REFERENCE}{number}")
        for number, part in enumerate(parts)
    }
    return {part: node for part, node in found.items() if node is not None}


def remove_evaluation(constraints_node: Any) -> None:
    """Remove an evaluation with all that belongs to it from the scene; its inputs stay."""
    count = constraints_node.GetNumberOfNodeReferenceRoles()
    roles = [constraints_node.GetNthNodeReferenceRole(number) for number in range(count)]
    own = [r for r in roles if r.startswith(PREFIX) and not r.startswith(INPUT_REFERENCE)]
    for node in (*map(constraints_node.GetNodeReference, own), constraints_node):
        if node is not None:
            remove_node(node)


def facts_of(constraints_node: Any) -> dict[str, Any]:
    """Return verdict, cord volumes, fall-off and hottest points of an evaluation.

    Returns
    -------
    dict
        "verdict" (status, reason, decided_by), "prescription_gy", "fractions", "cord_volumes",
        "falloff", "indices" (of the first target), "robustness" (sentences), "warnings",
        "hottest_ras" (by structure), "protocol".

    Raises
    ------
    InputError
        The table does not come from `add_evaluation`.
    """
    record = read_record(constraints_node, VERDICT)
    if record is None:
        raise InputError(
            f"Table {constraints_node.GetName()} is no evaluation; evaluate the tolerance first."
        )
    return record.document


def chart_of(constraints_node: Any) -> Any:
    """Return the chart of an evaluation's dose-volume histogram.

    Raises
    ------
    InputError
        It was removed from the scene.
    """
    chart = results_of(constraints_node).get("chart")
    if chart is None:
        raise InputError("The chart of this evaluation was removed; evaluate the tolerance again.")
    return chart


def hottest_point(constraints_node: Any, structure: str | None = None) -> list[float]:
    """Return where a structure gets its largest dose, RAS mm.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
    structure : str, optional
        Its name; by default the first cord volume.

    Raises
    ------
    InputError
        The structure was not evaluated, or lies outside the dose grid.
    """
    facts = facts_of(constraints_node)
    name = structure or facts["cord_volumes"][0]["name"]
    if name not in facts["hottest_ras"]:
        raise InputError(
            f"{name} has no dose in this evaluation; there are: {', '.join(facts['hottest_ras'])}."
        )
    point: list[float] = facts["hottest_ras"][name]
    return point


def evaluated_again(constraints_node: Any) -> Report:
    """Evaluate once more what a table is the result of.

    Raises
    ------
    InputError
        Its nodes were changed or removed since, so that the numbers would be others.
    """
    if step_of(constraints_node) != STEP:
        raise InputError(
            f"Table {constraints_node.GetName()} is no evaluation; evaluate the tolerance first."
        )
    refuse_stale(constraints_node)
    return evaluate_plan(Plan.of_inputs(inputs_of(constraints_node)), options_of(constraints_node))


def refuse_stale(constraints_node: Any) -> None:
    """Refuse results whose inputs are not what they were.

    Raises
    ------
    InputError
        Names the changed inputs.
    """
    changes = changes_since(constraints_node, thorough=True)
    if changes:
        raise InputError(
            f"Since the evaluation {'; '.join(changes)}; evaluate the tolerance again."
        )


def options_of(constraints_node: Any) -> EvaluationOptions:
    """Return how an evaluation was asked for."""
    found = parameters_of(constraints_node)
    margin = found["prv_margin_mm"]
    return EvaluationOptions(
        **{
            **found,
            "metrics": tuple(found["metrics"]),
            "prv_margin_mm": tuple(margin) if isinstance(margin, list) else margin,
        }
    )


def _verdict(report: Report, nodes: Sequence[str]) -> dict[str, Any]:
    document = report.to_dict()
    hottest = {
        name: samples.hottest_point_ras.tolist()
        for name, samples in report.samples.items()
        if samples.hottest_point_ras is not None
    }
    return {
        **{key: document[key] for key in ("verdict", "cord_volumes", "falloff", "warnings")},
        "prescription_gy": report.prescription.dose_gy,
        "fractions": report.prescription.fractions,
        "protocol": report.protocol.identifier,
        "indices": document["target"]["indices"],
        "robustness": list(report.robustness.sentences) if report.robustness else [],
        "hottest_ras": hottest,
        "nodes": list(nodes),
    }
