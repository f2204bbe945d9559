"""The phantom patient: what it promises to every test that is built on it."""

from __future__ import annotations

import functools
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from spine_radiosurgery.cord import cord_volume
from spine_radiosurgery.dose import sample_dose
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.phantom import (
    ORIENTATIONS,
    TEMPLATES,
    Phantom,
    SpinePhantom,
    build_phantom,
    make_phantom,
    reordered,
)

COARSE = {"pixel_spacing_mm": 2.0, "slice_spacing_mm": 3.0, "dose_spacing_mm": 3.0}


@functools.cache
def coarse_patient(**parameters: Any) -> Phantom:
    return build_phantom(SpinePhantom(**COARSE, **parameters))


@pytest.fixture(scope="module")
def patient() -> Phantom:
    return build_phantom(SpinePhantom())


def test_the_default_plan_passes_the_ten_percent_rule_narrowly_and_covers_its_target(patient):
    case = patient.case
    cord = cord_volume(case.structure("SpinalCord"), case.structure("CTV_T8"))
    samples = sample_dose(cord.structure, case.dose)
    assert 8.0 < samples.dose_at_volume(percent=10) < 10.0
    assert 1.0 < 100 * samples.volume_at_dose(10.0) / samples.volume_cc < 9.0
    target = sample_dose(case.structure("CTV_T8"), case.dose)
    assert 90.0 < 100 * target.volume_at_dose(16.0) / target.volume_cc < 96.0
    assert target.max_gy < 1.2 * 16.0


def test_structures_have_unique_numbers_types_and_colours(patient):
    structures = patient.case.structures
    numbers = [structure.number for structure in structures]
    assert len(set(numbers)) == len(numbers)
    assert {s.interpreted_type for s in structures} == {"GTV", "CTV", "PTV", "ORGAN", "EXTERNAL"}
    assert all(structure.color for structure in structures)
    assert not [s.warnings for s in structures if s.warnings]


def test_tissues_have_their_hounsfield_units(patient):
    truth, hu = patient.truth, patient.case.image.values.astype(float)
    assert 20 < hu[truth.cord].mean() < 60
    assert 30 < hu[truth.disc].mean() < 220
    body = truth.sector("body") & ~truth.gtv
    assert 200 < np.median(hu[body]) < 500
    assert hu[body].max() > 600
    assert hu[truth.gtv].mean() < 150
    assert hu[0, 0, 0] < -900


def test_equal_parameters_make_equal_patients_and_another_seed_another_one():
    first, second = coarse_patient().case, make_phantom(SpinePhantom(**COARSE))
    assert np.array_equal(first.image.values, second.image.values)
    assert np.array_equal(first.dose.values_gy, second.dose.values_gy)
    other = coarse_patient(seed=1).case
    assert not np.array_equal(first.image.values, other.image.values)
    assert not np.array_equal(first.dose.values_gy, other.dose.values_gy)


@pytest.mark.parametrize("orientation", ["RPI", "PIR", "ASL"])
def test_the_patient_is_the_same_in_every_index_order(orientation):
    usual = coarse_patient()
    turned = coarse_patient(orientation=orientation)
    for one, other in zip(usual.case.structures, turned.case.structures, strict=True):
        assert one.volume_cc == other.volume_cc
    places = [_labelled_places(phantom) for phantom in (usual, turned)]
    assert np.allclose(places[0], places[1], atol=1e-9)
    points = places[0][:, :3]
    doses = [phantom.case.dose.sample(points) for phantom in (usual, turned)]
    assert np.allclose(*doses, equal_nan=True)
    values = [
        phantom.case.image.values[tuple(np.argwhere(phantom.truth.cord).T)]
        for phantom in (usual, turned)
    ]
    assert np.array_equal(np.sort(values[0]), np.sort(values[1]))


def _labelled_places(phantom: Phantom) -> np.ndarray:
    """RAS of the target vertebra's voxels with their sectors, sorted."""
    index = np.argwhere(phantom.truth.sectors)
    places = phantom.case.image.grid.to_ras(index[:, ::-1])
    rows = np.column_stack([places, phantom.truth.sectors[tuple(index.T)]])
    return rows[np.lexsort(np.round(rows[:, :3], 6).T)]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_reordering_moves_no_voxel(orientation):
    values = np.arange(24).reshape(2, 3, 4)
    matrix = np.diag([1.0, 2.0, 3.0, 1.0])
    matrix[:3, 3] = (-5.0, 7.0, 11.0)
    turned, moved = reordered(values, matrix, orientation)
    for place in np.argwhere(turned >= 0):
        ras = moved @ [*place[::-1], 1.0]
        before = np.rint(np.linalg.inv(matrix) @ ras).astype(int)[:3]
        assert turned[tuple(place)] == values[tuple(before[::-1])]


@pytest.mark.parametrize(
    ("level", "template"), [("C4", "body_and_pedicles"), ("T6", "body"), ("L3", "whole_vertebra")]
)
def test_sectors_divide_the_vertebra_and_the_target_is_theirs(level, template):
    truth = coarse_patient(level=level, template=template).truth
    assert np.array_equal(truth.sectors > 0, truth.vertebrae[level])
    for name in truth.sector_names:
        assert truth.sector(name).any()
    sectors = {
        "body": ["body"],
        "body_and_pedicles": ["body", "left_pedicle", "right_pedicle"],
        "whole_vertebra": list(truth.sector_names),
    }[template]
    union = np.any([truth.sector(name) for name in sectors], axis=0) | truth.gtv
    assert np.array_equal(union, truth.target)
    assert not (truth.target & truth.canal).any()


def test_sectors_lie_where_their_names_say(patient):
    truth = patient.truth
    frame = truth.frames["T8"]
    grid = patient.case.image.grid
    centre = {}
    for name in truth.sector_names:
        ras = grid.to_ras(np.argwhere(truth.sector(name))[:, ::-1])
        centre[name] = (ras.mean(axis=0) - frame.origin) @ frame.axes
    assert centre["left_pedicle"][0] < -5 < 5 < centre["right_pedicle"][0]
    assert centre["left_lamina"][0] < 0 < centre["right_lamina"][0]
    order = ["body", "left_pedicle", "left_lamina", "spinous_process"]
    assert all(centre[a][1] > centre[b][1] for a, b in pairwise(order))
    assert centre["spinous_process"][2] < -5, "thoracic spinous processes point down"


@pytest.mark.parametrize(
    ("level", "width_mm", "depth_mm"), [("C5", 13.3, 7.4), ("T8", 8.3, 6.3), ("C7", 11.4, 7.4)]
)
def test_the_cord_has_the_published_size(level, width_mm, depth_mm):
    straight = SpinePhantom(level=level, kyphosis_deg=0, scoliosis_deg=0, slice_spacing_mm=3.0)
    phantom = build_phantom(straight)
    contours = phantom.case.structure("SpinalCord").contours()
    middle = min(contours, key=lambda contour: abs(contour[0, 2]))
    extent = middle.max(axis=0) - middle.min(axis=0)
    assert extent[0] == pytest.approx(width_mm, abs=0.35)
    assert extent[1] == pytest.approx(depth_mm, abs=0.35)


def test_the_cord_ends_below_l1_and_the_cauda_equina_goes_on():
    case = coarse_patient(level="L1").case
    cord, cauda = case.structure("SpinalCord"), case.structure("CaudaEquina")
    body = case.structure("VB_L01").extent_mm()
    assert body[0] - 12 < cord.extent_mm()[0] < body[0] + 3
    assert cauda.extent_mm()[1] < body[0] + 6
    assert not coarse_patient(level="L4").case.has("SpinalCord")


@pytest.mark.parametrize(
    ("level", "template"),
    [
        *zip(("C3", "T1", "T12", "L5"), TEMPLATES, strict=True),
        *zip(("L5", "C7", "C3", "T1"), TEMPLATES, strict=True),
    ],
)
def test_every_level_and_template_makes_a_plan(level, template):
    coarse = {**COARSE, "pixel_spacing_mm": 3.0}
    parameters = SpinePhantom(level=level, template=template, vertebrae=4, **coarse)
    phantom = build_phantom(parameters)
    case, target = phantom.case, phantom.case.structure(f"CTV_{level}")
    assert len(phantom.truth.vertebrae) == 4
    samples = sample_dose(target, case.dose)
    assert samples.outside_dose_cc == 0
    assert samples.dose_at_volume(percent=50) == pytest.approx(16.8, abs=1.0)
    assert case.structure(f"GTV_{level}").volume_cc > 0.1


def test_compression_takes_the_anterior_height():
    bodies = [coarse_patient(compression=loss).truth.sector("body") for loss in (0.0, 0.4)]
    assert 0.65 < bodies[1].sum() / bodies[0].sum() < 0.9


@pytest.mark.parametrize(
    ("name", "axis", "sign"), [("scoliosis_deg", 0, 1), ("kyphosis_deg", 1, 1)]
)
def test_the_end_vertebrae_enclose_the_asked_angle(name, axis, sign):
    angles = {"scoliosis_deg": 0.0, "kyphosis_deg": 0.0, name: 30.0}
    frames = coarse_patient(**angles).truth.frames
    top, bottom = (frames[level].axes[:, 2] for level in ("T7", "T9"))
    angle = np.degrees(np.arcsin(top[axis]) - np.arcsin(bottom[axis]))
    assert sign * angle == pytest.approx(30.0, abs=1.0)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"level": "S1"}, "S1"),
        ({"template": "dorsal fin"}, "dorsal fin"),
        ({"falloff_mm": 9.0}, "9 mm"),
        ({"orientation": "LLS"}, "LLS"),
        ({"compression": 0.8}, "0.8"),
        ({"dose_offset_mm": (0.0, 9.0, 0.0)}, "9.0"),
    ],
)
def test_a_parameter_out_of_range_is_refused_with_its_value(wrong, complaint):
    with pytest.raises(InputError, match=complaint):
        SpinePhantom(**wrong)
