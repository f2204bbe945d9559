"""SlicerRT's metrics of the same segment and dose beside ours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...case import DoseGrid, InputError, Structure
from ...dose import DoseSamples, MetricName, parse_metric_name, sample_dose
from ..steps.structures import structures_of
from ..volumes import dose_grid_from_node
from . import histograms
from .sampling import explained_by_sampling, value_inside_dose

METRICS = (
    "Volume[cc]",
    "Mean[Gy]",
    "Max[Gy]",
    "D10%[Gy]",
    "D0.035cc[Gy]",
    "D0.35cc[Gy]",
    "V10Gy[%]",
    "V10Gy[cc]",
)
ADVICE = "Look at the structure's surface and at the dose before you rely on either."
SLICERRT_KINDS = ("Volume", "Mean", "Max", "Min", "D", "V")


@dataclass(frozen=True)
class MetricPair:
    """One metric, ours and SlicerRT's.

    Attributes
    ----------
    metric : str
        TG-263 notation.
    unit : str
    ours, theirs : float
        nan where there is none; `reason` then says why. Volumes are those inside the dose grid,
        which is what SlicerRT counts.
    explained : float
        Largest difference that sampling explains; see `sampling`.
    reason : str
        Why the two cannot be compared; "" when they can.
    """

    metric: str
    unit: str
    ours: float
    theirs: float
    explained: float
    reason: str = ""

    @property
    def comparable(self) -> bool:
        """Whether there are two numbers, and a scale to compare them on."""
        return all(map(math.isfinite, (self.ours, self.theirs, self.explained)))

    @property
    def differs(self) -> bool:
        """Whether the two differ by more than sampling explains."""
        return self.comparable and abs(self.theirs - self.ours) > self.explained

    def sentence(self, structure: str) -> str:
        """Both values, and what sampling explains."""
        return (
            f"{structure}: SlicerRT gives {self.metric} = {self.theirs:.4g} {self.unit}, this tool "
            f"{self.ours:.4g} {self.unit}; sampling explains {self.explained:.2g} {self.unit}."
        )


@dataclass(frozen=True)
class SecondOpinion:
    """SlicerRT's opinion on one segment.

    Attributes
    ----------
    segment_id, structure : str
        The segment and its name.
    pairs : tuple of MetricPair
        Empty where there is no opinion.
    failure : str
        Why there is none, in SlicerRT's words or ours; "" when there is one.
    """

    segment_id: str
    structure: str
    pairs: tuple[MetricPair, ...] = ()
    failure: str = ""

    @property
    def agrees(self) -> bool:
        """Whether at least one metric could be compared and none differs."""
        return any(p.comparable for p in self.pairs) and not any(p.differs for p in self.pairs)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for every metric that differs by more than sampling explains."""
        return tuple(f"{p.sentence(self.structure)} {ADVICE}" for p in self.pairs if p.differs)


def second_opinion(
    dose_node: Any,
    segmentation_node: Any,
    segment_ids: Sequence[str],
    *,
    metrics: Sequence[str] = METRICS,
    progress: Callable[[str], None] | None = None,
) -> tuple[SecondOpinion, ...]:
    """Compare our metrics with SlicerRT's, for the same segments and dose.

    SlicerRT's histogram stays in the scene as a node of its own module; `remove_histograms` takes
    it out again. Neither the segmentation's segments nor the dose are changed.

    Parameters
    ----------
    dose_node : vtkMRMLScalarVolumeNode
        Marked as a dose, in Gy.
    segmentation_node : vtkMRMLSegmentationNode
    segment_ids : sequence of str
    metrics : sequence of str
        TG-263 names of volume, mean, minimum, maximum, D and V metrics.
    progress : callable, optional
        Called with the name of each segment before it is compared.

    Returns
    -------
    tuple of SecondOpinion
        One a segment, in the order asked; a segment that fails does not keep others from theirs.

    Raises
    ------
    InputError
        SlicerRT is not there; the volume is no dose in Gy; or a metric that SlicerRT has not.
    """
    asked = [_asked(name) for name in metrics]
    dose = dose_grid_from_node(dose_node)
    structures, failures = _structures(segmentation_node, segment_ids)
    complaints = histograms.compute(dose_node, segmentation_node, structures)
    failures.update({i: f"SlicerRT: {text}" for i, text in complaints.items() if text})
    computed = [segment_id for segment_id in structures if segment_id not in failures]
    theirs = histograms.metrics(dose_node, segmentation_node, computed, asked) if computed else {}
    found = []
    for segment_id in segment_ids:
        structure = structures.get(segment_id)
        name = structure.name if structure is not None else segment_id
        if structure is None or segment_id in failures:
            found.append(SecondOpinion(segment_id, name, failure=failures[segment_id]))
            continue
        if progress is not None:
            progress(name)
        pairs = _pairs(structure, dose, asked, theirs.get(segment_id, {}))
        found.append(SecondOpinion(segment_id, name, pairs))
    return tuple(found)


def _asked(name: str) -> MetricName:
    parsed = parse_metric_name(name)
    if parsed.kind not in SLICERRT_KINDS or (parsed.kind == "V" and parsed.at_unit != "Gy"):
        raise InputError(
            f"SlicerRT has no metric {name}; ask for volume, mean, minimum, maximum, D metrics and "
            "V metrics at a dose in Gy."
        )
    return parsed


def _structures(
    segmentation_node: Any, segment_ids: Sequence[str]
) -> tuple[dict[str, Structure], dict[str, str]]:
    """What is evaluated for segments, and why some cannot be."""
    found: dict[str, Structure] = {}
    failures: dict[str, str] = {}
    for segment_id in segment_ids:
        try:
            found[segment_id] = structures_of(segmentation_node, [segment_id])[segment_id]
        except InputError as error:
            failures[segment_id] = str(error)
    return found, failures


def _pairs(
    structure: Structure, dose: DoseGrid, asked: Sequence[MetricName], theirs: dict[str, float]
) -> tuple[MetricPair, ...]:
    samples = sample_dose(structure, dose, metrics=[name.name for name in asked])
    explained = explained_by_sampling(structure, dose, samples, asked)
    return tuple(
        _pair(name, samples, theirs.get(name.name, math.nan), explained[name.name])
        for name in asked
    )


def _pair(name: MetricName, samples: DoseSamples, theirs: float, explained: float) -> MetricPair:
    ours = value_inside_dose(samples, name)
    reason = samples.metric(name.name).reason
    if name.kind == "D" and theirs == 0.0:
        # Nothing else gives exactly 0: its curves start at 0 Gy with the whole volume.
        theirs, reason = math.nan, "SlicerRT gives 0 Gy where the whole volume or more is asked"
    elif math.isnan(theirs):
        reason = reason or "SlicerRT gives no number"
    elif math.isnan(explained):
        reason = reason or "the structure is smaller than SlicerRT's sampling"
    return MetricPair(name.name, name.unit, ours, theirs, explained, reason)
