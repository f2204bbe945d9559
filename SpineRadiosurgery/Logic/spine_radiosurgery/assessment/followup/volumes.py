"""Response of tumor volume over time, against the volume before treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..sources import RYU_2015
from .days import after_treatment, in_order_of_days, last_before_treatment, months, when
from .entry import VOLUME_KINDS, TumourVolume

CITATION = f"{RYU_2015}, control of epidural spinal cord compression"
VOLUME_TITLES = {
    "epidural": "Epidural tumor",
    "paraspinal": "Paraspinal tumor",
    "tumour": "Tumor",
}
PAPER_EPIDURAL = (
    "In the paper's trial (16 to 20 Gy in one fraction) epidural tumor had lost 65 % of its volume "
    "at 2 months (about 70 % elsewhere in the text) and had disappeared in 35 %."
)
SMALLEST_CC = 1e-6
"""No segmentation is smaller: a percentage of less means nothing."""
_NO_BASELINE = "No volume is recorded on or before day 0: the change since treatment is open."
_ZERO_BASELINE = "The volume before treatment is 0 cc: a change in percent of it is undefined."


@dataclass(frozen=True)
class VolumePoint:
    """A volume on one day.

    Attributes
    ----------
    day : int
    months : float
    volume_cc : float
    structure : str
    change_percent : float or None
        Of the baseline: -65 for a loss of 65 %; None before the baseline, and where it is open.
    from_nadir_percent : float or None
        Of the smallest volume before this day, from the baseline on; positive for growth.
    """

    day: int
    months: float
    volume_cc: float
    structure: str
    change_percent: float | None
    from_nadir_percent: float | None


@dataclass(frozen=True)
class VolumeCourse:
    """Volumes of one kind of tumor over time; no class is made of them.

    Attributes
    ----------
    kind, title : str
    baseline_day : int or None
    baseline_cc : float or None
        Last volume on or before day 0.
    points : tuple of VolumePoint
        All volumes in order of days, as they are plotted.
    nadir_day : int or None
    nadir_cc, nadir_change_percent : float or None
        Smallest volume from the baseline on; None without a volume after treatment.
    growth_percent : float or None
        Last volume against the nadir.
    reason : str
        Why changes are open; "" where they are not.
    text : str
        The course in a few sentences.
    reference : str
        What the paper reports of this kind; "" where it reports nothing.
    citation : str
        Of `reference`.
    """

    kind: str
    title: str
    baseline_day: int | None
    baseline_cc: float | None
    points: tuple[VolumePoint, ...]
    nadir_day: int | None
    nadir_cc: float | None
    nadir_change_percent: float | None
    growth_percent: float | None
    reason: str
    text: str
    reference: str
    citation: str


def volume_response(volumes: Sequence[TumourVolume]) -> tuple[VolumeCourse, ...]:
    """Return the course of each kind of volume, in the order of `VOLUME_KINDS`.

    Parameters
    ----------
    volumes : sequence of TumourVolume
        In any order.

    Returns
    -------
    tuple of VolumeCourse
        Only of kinds that are recorded.

    Raises
    ------
    InputError
        A kind has two volumes on one day.

    Notes
    -----
    No limits of volume are validated for epidural tumor, so none turns a change into a response.
    """
    ordered = volumes_in_order(volumes)
    kinds = [kind for kind in VOLUME_KINDS if any(v.kind == kind for v in ordered)]
    return tuple(_course(kind, [v for v in ordered if v.kind == kind]) for kind in kinds)


def volumes_in_order(volumes: Sequence[TumourVolume]) -> tuple[TumourVolume, ...]:
    """Return volumes in order of days; a day has one volume of a kind, the sum of its parts.

    Raises
    ------
    InputError
        A kind has two volumes on one day.
    """
    for kind in VOLUME_KINDS:
        of_kind = [volume for volume in volumes if volume.kind == kind]
        in_order_of_days(of_kind, f"The volume of {VOLUME_TITLES[kind].lower()}")
    return in_order_of_days(volumes)


def percent_change(value: float, base: float) -> float | None:
    """Return a change in percent of `base`; None of next to nothing, where it is undefined."""
    return 100.0 * (value - base) / base if base >= SMALLEST_CC else None


def _course(kind: str, volumes: list[TumourVolume]) -> VolumeCourse:
    baseline = last_before_treatment(volumes)
    later = after_treatment(volumes)
    counted = [*([baseline] if baseline else []), *later]
    nadir = min(counted, key=lambda volume: volume.volume_cc) if later else None
    points = tuple(_point(volume, baseline, counted) for volume in volumes)
    growth = percent_change(later[-1].volume_cc, nadir.volume_cc) if nadir else None
    return VolumeCourse(
        kind=kind,
        title=VOLUME_TITLES[kind],
        baseline_day=baseline.day if baseline else None,
        baseline_cc=baseline.volume_cc if baseline else None,
        points=points,
        nadir_day=nadir.day if nadir else None,
        nadir_cc=nadir.volume_cc if nadir else None,
        nadir_change_percent=_change(nadir, baseline) if nadir else None,
        growth_percent=growth,
        reason=_reason(baseline),
        text=_text(kind, baseline, later, nadir, growth),
        reference=PAPER_EPIDURAL if kind == "epidural" else "",
        citation=CITATION if kind == "epidural" else "",
    )


def _point(
    volume: TumourVolume, baseline: TumourVolume | None, counted: list[TumourVolume]
) -> VolumePoint:
    is_before = baseline is not None and volume.day < baseline.day
    former = [other.volume_cc for other in counted if other.day < volume.day]
    return VolumePoint(
        day=volume.day,
        months=months(volume.day),
        volume_cc=volume.volume_cc,
        structure=volume.structure,
        change_percent=None if is_before else _change(volume, baseline),
        from_nadir_percent=percent_change(volume.volume_cc, min(former)) if former else None,
    )


def _change(volume: TumourVolume, baseline: TumourVolume | None) -> float | None:
    return percent_change(volume.volume_cc, baseline.volume_cc) if baseline else None


def _reason(baseline: TumourVolume | None) -> str:
    if baseline is None:
        return _NO_BASELINE
    return "" if baseline.volume_cc >= SMALLEST_CC else _ZERO_BASELINE


def _text(
    kind: str,
    baseline: TumourVolume | None,
    later: tuple[TumourVolume, ...],
    nadir: TumourVolume | None,
    growth: float | None,
) -> str:
    title = VOLUME_TITLES[kind]
    sentences = []
    if baseline:
        sentences.append(
            f"{title}: {_cc(baseline.volume_cc)} before treatment (day {baseline.day})."
        )
    if nadir is None:
        return " ".join([*sentences, f"{title}: no volume is recorded after treatment."])
    last = later[-1]
    change = _change(last, baseline)
    sentences.append(
        f"{title}: {_cc(last.volume_cc)} on {when(last.day)}"
        + (f", {_against(change, 'before treatment')}." if change is not None else ".")
    )
    sentences += [reason for reason in [_reason(baseline)] if reason]
    if last.volume_cc > nadir.volume_cc:
        grown = "" if growth is None else f", {_against(growth, 'that')}"
        undefined = "" if growth is not None else "; growth in percent of 0 cc is undefined"
        sentences.append(
            f"Smallest was {_cc(nadir.volume_cc)} on {when(nadir.day)}; it has grown since"
            f"{grown}{undefined}."
        )
    return " ".join(sentences)


def _cc(volume_cc: float) -> str:
    return f"{volume_cc:.1f} cc" if volume_cc >= 1 else f"{volume_cc:.3g} cc"


def _against(percent: float, what: str) -> str:
    if percent == 0:
        return "unchanged"
    # Three digits: nearly all of a tumor is not all of it.
    size = f"{abs(percent):.3g}" if abs(percent) < 100 else f"{abs(percent):.0f}"
    return f"{size} % {'less' if percent < 0 else 'more'} than {what}"
