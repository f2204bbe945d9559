"""Healthy vertebrae of real patients are not collapsed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from test_sectors_real_data import LEVEL_LABELS, read

from spine_radiosurgery.anatomy import VertebraSectors, split_vertebra
from spine_radiosurgery.assessment.stability import SinsChoices, measure_vertebra, sins_score
from spine_radiosurgery.geometry import Structure

pytestmark = pytest.mark.real_data

FILES = ("spine_report/totalseg.nii.gz", "example_seg_fast_force_split.nii.gz")


@cache
def vertebrae(folder: Path, file: str) -> dict[str, VertebraSectors]:
    labels, matrix = read(folder / "totalseg_example" / file)
    return {
        level: split_vertebra(Structure.from_mask(f"vertebrae_{level}", labels == n, matrix))
        for level, n in LEVEL_LABELS.items()
    }


@pytest.mark.parametrize("level", ["L2", "L3", "L4"])
@pytest.mark.parametrize("file", FILES)
def test_between_two_neighbors_a_healthy_vertebra_is_not_collapsed(real_data, file, level):
    column = vertebrae(real_data, file)
    found = measure_vertebra(column[level], neighbours=tuple(column.values()))
    assert found.collapse_compared == "neighbors"
    assert found.collapse_percent < 10
    component = sins_score(SinsChoices(measured=found)).component("collapse")
    assert component.candidates == ("none_over_half_involved", "none")


@pytest.mark.parametrize("level", ["L1", "L5"])
@pytest.mark.parametrize("file", FILES)
def test_at_the_ends_one_neighbor_leaves_more_open_but_never_half(real_data, file, level):
    column = vertebrae(real_data, file)
    found = measure_vertebra(column[level], neighbours=tuple(column.values()))
    assert found.collapse_compared == "one_neighbor"
    assert found.collapse_percent < 16
    component = sins_score(SinsChoices(measured=found)).component("collapse")
    assert "over_half" not in component.candidates
    assert "none" in component.candidates


@pytest.mark.parametrize("level", ["L1", "L2", "L3", "L4", "L5"])
@pytest.mark.parametrize("file", FILES)
def test_against_its_own_posterior_wall_a_healthy_vertebra_is_not_collapsed(real_data, file, level):
    found = measure_vertebra(vertebrae(real_data, file)[level])
    assert found.collapse_percent < 16


@pytest.mark.parametrize("file", FILES)
def test_a_vertebra_at_the_edge_of_the_scan_has_no_height(real_data, file):
    found = measure_vertebra(vertebrae(real_data, file)["T12"])
    assert found.collapse_percent is None
    assert "cut off above" in found.collapse_reference


def test_only_the_complete_vertebra_of_a_crop_is_measured(real_data):
    labels, matrix = read(real_data / "tptbox_ct" / "sub-ct_seg-vert_label-22_msk.nii.gz")
    upper, own, lower = (
        split_vertebra(Structure.from_mask(f"vertebrae_{level}", labels == n, matrix))
        for level, n in (("L2", 21), ("L3", 22), ("L4", 23))
    )
    found = measure_vertebra(own, neighbours=(upper, lower))
    assert found.collapse_percent < 10
    assert found.collapse_compared == "itself"
    assert "L2 (its mask is cut off above); L4 (its mask is cut off below)" in (
        found.collapse_reference
    )
