"""The vertebrae of a label map, by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...geometry import InputError, LabelMap, Structure
from .label_schemes import LabelReading, read_labels
from .names import levels_in_name, vertebrae_in_names
from .relabelling import check_order


def vertebrae_in(labels: LabelMap, scheme: str = "auto") -> dict[str, Structure]:
    """Find all vertebrae of a label map.

    Parameters
    ----------
    labels : LabelMap
    scheme : str
        What the label numbers mean: a key of `SCHEMES` ("verse", "totalsegmentator-v2", ...) or of
        `ALIASES` ("spineps", ...). By default the names count; where there are none, the scheme in
        whose order the labels lie.

    Returns
    -------
    dict
        Level to structure, from head to foot; T13 and L6 too. A structure is named as in the label
        map, else "vertebrae_L3". Its warnings tell a level that was guessed from a number, and
        whether its place contradicts its level.

    Raises
    ------
    InputError
        There is no vertebra, or the numbers mean different levels in different schemes.
    """
    named = scheme == "auto" and bool(labels.names)
    reading = _by_names(labels) if named else _by_numbers(labels, scheme)
    vertebrae = {}
    for place, level in reading.levels.items():
        region = labels.regions[place]
        structure = region.structure(region.name or f"vertebrae_{level}")
        if scheme == "auto" and not named:
            note = (
                f"{structure.name}: label {region.label} of {labels.file} was read as {level}, "
                f"because {reading.reason}."
            )
            structure = replace(structure, warnings=(*structure.warnings, note))
        vertebrae[level] = structure
    return _with_order_checked(vertebrae)


def _by_names(labels: LabelMap) -> LabelReading:
    try:
        levels = vertebrae_in_names(labels.names)
    except InputError as error:
        raise InputError(f"{labels.file}: {error}") from error
    if not levels:
        listed = ", ".join(list(labels.names.values())[:12])
        raise InputError(
            f"{labels.file} names no single vertebra (it holds {listed}); rename its segments to "
            "levels such as 'vertebrae_L3', or say what scheme its label numbers follow."
        )
    return LabelReading("names", "the file names them", levels)


def _by_numbers(labels: LabelMap, scheme: str) -> LabelReading:
    """As `read_labels`, but by the place in the file instead of the number."""
    places = {region.label: place for place, region in enumerate(labels.regions)}
    heights_mm = {label: labels.regions[place].height_mm for label, place in places.items()}
    try:
        reading = read_labels(heights_mm, scheme)
    except InputError as error:
        raise InputError(f"{labels.file}: {error}") from error
    levels = {places[label]: level for label, level in reading.levels.items()}
    return replace(reading, levels=levels)


def _with_order_checked(vertebrae: Mapping[str, Structure]) -> dict[str, Structure]:
    checked = dict(vertebrae)
    for warning in check_order(vertebrae):
        for level in levels_in_name(warning):
            if level in checked:
                old = checked[level]
                checked[level] = replace(old, warnings=(*old.warnings, warning))
    return checked
