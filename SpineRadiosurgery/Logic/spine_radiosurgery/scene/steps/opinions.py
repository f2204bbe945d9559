"""Step 5: SlicerRT's second opinion beside an evaluation, as rows to show and as a table."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...case import InputError
from ..hierarchy import place_beside, remove_node
from ..slicerrt import ADVICE, MetricPair, SecondOpinion, histogram_series, second_opinion
from ..tables import Column, table_node
from ..whole import whole_step
from .evaluations import STEP as EVALUATION
from .evaluations import results_of
from .provenance import inputs_of, step_of
from .records import PREFIX
from .structures import Segment

REFERENCE = f"{PREFIX}SecondOpinion"
CURVE = f"{PREFIX}SecondOpinionCurve."
NAME = "Second opinion (SlicerRT)"
AGREES, DIFFERS, NOT_COMPARABLE = "agrees", "differs", "not comparable"
TITLES = (
    "Structure", "Metric", "Unit", "This tool", "SlicerRT", "Difference", "Explained by sampling",
    "Status", "Remark",
)  # fmt: skip


@dataclass(frozen=True)
class OpinionRow:
    """One metric of one structure, ready to be shown.

    Attributes
    ----------
    structure, metric, unit : str
        `metric` in TG-263 notation; both "" in the row of a structure that has no opinion.
    ours, theirs, difference : float
        nan where there is none; SlicerRT's less ours.
    explained : float
        Largest difference that sampling explains.
    status : str
        "agrees", "differs" or "not comparable".
    sentence : str
        What to tell the user.
    """

    structure: str
    metric: str
    unit: str
    ours: float
    theirs: float
    difference: float
    explained: float
    status: str
    sentence: str

    @property
    def agrees(self) -> bool:
        """Whether the two differ by no more than sampling explains."""
        return self.status == AGREES


def rows_of(opinions: Sequence[SecondOpinion]) -> tuple[OpinionRow, ...]:
    """Return one row a metric; one alone for a structure without an opinion."""
    return tuple(row for opinion in opinions for row in _rows(opinion))


def compare_with_slicerrt(
    constraints_node: Any,
    also: Sequence[Segment] = (),
    *,
    progress: Callable[[str], None] | None = None,
) -> tuple[OpinionRow, ...]:
    """Ask SlicerRT about the targets and the cord of an evaluation, and keep what it says.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
        Of `evaluations.add_evaluation`.
    also : sequence of Segment
        Further ones, such as the cord volume.
    progress : callable, optional
        Called with the name of each segment.

    Raises
    ------
    InputError
        As `slicerrt.second_opinion`; or the table is no evaluation, or its dose is gone.
    """
    _check(constraints_node)
    inputs = inputs_of(constraints_node)
    if "dose" not in inputs:
        raise InputError("The dose of this evaluation was removed; evaluate the tolerance again.")
    own = [s for part, s in inputs.items() if part == "cord" or part.startswith("target ")]
    by_node: dict[str, list[Segment]] = {}
    for segment in (*own, *also):
        by_node.setdefault(segment.node.GetID(), []).append(segment)
    opinions = [
        opinion
        for segments in by_node.values()
        for opinion in second_opinion(
            inputs["dose"], segments[0].node, [s.segment_id for s in segments], progress=progress
        )
    ]
    add_opinions(constraints_node, opinions)
    _lay_over(constraints_node, inputs["dose"], by_node.values())
    return rows_of(opinions)


def add_opinions(constraints_node: Any, opinions: Sequence[SecondOpinion]) -> Any:
    """Keep opinions with an evaluation, as a table that is saved with the scene.

    Parameters
    ----------
    constraints_node : vtkMRMLTableNode
        Of `evaluations.add_evaluation`; refers to the new table. A former one is removed.
    opinions : sequence of SecondOpinion

    Returns
    -------
    vtkMRMLTableNode

    Raises
    ------
    InputError
        The table is no evaluation.
    """
    _check(constraints_node)
    scene, rows = constraints_node.GetScene(), rows_of(opinions)
    former = opinions_table_of(constraints_node)
    with whole_step(scene):
        table = table_node(scene, NAME, _columns(rows))
        place_beside(constraints_node, [table])
    constraints_node.SetNodeReferenceID(REFERENCE, table.GetID())
    if former is not None:
        remove_node(former)
    return table


def _lay_over(constraints_node: Any, dose_node: Any, asked: Iterable[Sequence[Segment]]) -> None:
    """Draw SlicerRT's curves, dashed, in the evaluation's chart, in place of former ones."""
    chart = results_of(constraints_node).get("chart")
    if chart is None:
        return
    count = constraints_node.GetNumberOfNodeReferenceRoles()
    roles = [constraints_node.GetNthNodeReferenceRole(number) for number in range(count)]
    former = [constraints_node.GetNodeReference(role) for role in roles if role.startswith(CURVE)]
    # A role outlives its node: a curve that the user deleted leaves a reference to nothing.
    for node in (node for node in former if node is not None):
        remove_node(node)
    curves = [
        series
        for segments in asked
        for series in histogram_series(
            dose_node, segments[0].node, {s.segment_id: s.color for s in segments}
        ).values()
    ]
    for number, series in enumerate(curves):
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
        constraints_node.SetNodeReferenceID(f"{CURVE}{number}", series.GetID())


def opinions_table_of(constraints_node: Any) -> Any:
    """Return the table of `add_opinions`; None without one."""
    return constraints_node.GetNodeReference(REFERENCE)


def kept_opinions(constraints_node: Any) -> tuple[OpinionRow, ...]:
    """Return the rows that were kept with an evaluation, also from a scene that was loaded."""
    node = opinions_table_of(constraints_node)
    if node is None:
        return ()
    table = node.GetTable()
    columns = [table.GetColumnByName(title) for title in TITLES]
    return tuple(
        OpinionRow(*(column.GetValue(number) for column in columns))
        for number in range(table.GetNumberOfRows())
    )


def _columns(rows: Sequence[OpinionRow]) -> list[Column]:
    """Columns in the order of the fields; every row has its own unit."""
    fields = (field.name for field in dataclasses.fields(OpinionRow))
    return [
        Column(title, [getattr(row, field) for row in rows])
        for title, field in zip(TITLES, fields, strict=True)
    ]


def _check(constraints_node: Any) -> None:
    if step_of(constraints_node) != EVALUATION:
        raise InputError(
            f"Table {constraints_node.GetName()} is no evaluation; evaluate the tolerance first."
        )


def _rows(opinion: SecondOpinion) -> list[OpinionRow]:
    if opinion.failure:
        nothing = (math.nan,) * 4
        return [OpinionRow(opinion.structure, "", "", *nothing, NOT_COMPARABLE, opinion.failure)]
    return [_row(opinion.structure, pair) for pair in opinion.pairs]


def _row(structure: str, pair: MetricPair) -> OpinionRow:
    difference = pair.theirs - pair.ours
    if not pair.comparable:
        status = NOT_COMPARABLE
        sentence = f"{structure}: {pair.metric} is not compared: {pair.reason}."
    else:
        status = DIFFERS if pair.differs else AGREES
        sentence = pair.sentence(structure) + (f" {ADVICE}" if pair.differs else "")
    return OpinionRow(
        structure,
        pair.metric,
        pair.unit,
        pair.ours,
        pair.theirs,
        difference,
        pair.explained,
        status,
        sentence,
    )
