"""The same patient as nodes of a scene, through the logic of the panel: the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import same_case
from reported_numbers import (
    SETUP,
    Numbers,
    assert_same,
    numbers_in,
    numbers_of,
    of_a_turned_patient,
    without,
    without_places,
)
from same_case_nodes import Nodes, label_maps, planar_contours

from spine_radiosurgery.case import Case
from spine_radiosurgery.report import Report

PRESCRIPTION = {"prescription_gy": 16.0, "fractions": 1}
SHIFT = np.eye(4)
SHIFT[:3, 3] = 12.5, -20.0, 33.25
TURN = SHIFT.copy()
TURN[:2, :2] = [[0.96, -0.28], [0.28, 0.96]]
"""About the superior axis by an angle whose cosine and sine are short numbers."""

Made = Callable[..., Nodes]


def through_the_logic(logic: Any, nodes: Nodes, **changes: Any) -> Report:
    """Evaluate by the console's call; return what it evaluated, unrounded."""
    options = {**same_case.OPTIONS, **PRESCRIPTION, **changes}
    target, cord = (nodes.segment_id(name) for name in (same_case.TARGET, same_case.CORD))
    logic.evaluateTolerance(nodes.dose, nodes.structures, target, nodes.structures, cord, **options)
    return logic._evaluated[1]


def test_the_folder_loaded_by_the_logic(
    logic: Any, folder: Path, report: Report, of_contours: Numbers
) -> None:
    case = logic.loadCase(folder)
    nodes = Nodes(case.doseNode, case.structuresNode)
    found = through_the_logic(logic, nodes)
    assert_same(of_contours, numbers_of(found))
    values = logic._table(None).GetTable().GetColumnByName("Value")
    for row, result in enumerate(report.constraints):
        assert values.GetValue(row) == pytest.approx(result.value, abs=1e-9, nan_ok=True)
    # The scene keeps a part of the report beside its tables.
    facts, expected = numbers_in(logic.evaluation()), numbers_in(report.to_dict())
    shared = facts.keys() & expected.keys()
    assert len(shared) > 60
    assert_same({n: expected[n] for n in shared}, {n: facts[n] for n in shared})


def test_planar_contours(logic: Any, host: Any, case: Case, of_contours: Numbers) -> None:
    found = through_the_logic(logic, planar_contours(host.scene, case))
    assert_same(of_contours, numbers_of(found))


def test_label_maps(logic: Any, host: Any, case: Case, of_masks: Numbers) -> None:
    found = through_the_logic(logic, label_maps(host.scene, case))
    assert_same(of_masks, numbers_of(found))


def test_left_handed_label_maps(logic: Any, host: Any, case: Case, of_masks: Numbers) -> None:
    nodes = label_maps(host.scene, case, same_case.ORDERS[6])
    found = numbers_of(through_the_logic(logic, nodes, robustness=False))
    assert_same(without(of_masks, SETUP), found)


@pytest.mark.slow
@pytest.mark.parametrize("order", same_case.ORDERS)
def test_label_maps_in_all_orders(
    logic: Any, host: Any, case: Case, of_masks: Numbers, order: same_case.Order
) -> None:
    found = numbers_of(through_the_logic(logic, label_maps(host.scene, case, order)))
    assert_same(of_masks, found)


@pytest.mark.parametrize("made", [planar_contours, label_maps])
def test_all_shifted_by_a_transform(
    logic: Any, host: Any, case: Case, of_contours: Numbers, of_masks: Numbers, made: Made
) -> None:
    nodes = made(host.scene, case)
    nodes.under(SHIFT)
    before = nodes.state()
    followed = made is label_maps
    found = through_the_logic(logic, nodes, robustness=followed)
    expected = of_masks if made is label_maps else without(of_contours, SETUP)
    assert_same(without_places(expected), without_places(numbers_of(found)))
    assert nodes.state() == before


@pytest.mark.parametrize("made", [planar_contours, label_maps])
def test_all_turned_by_a_transform(
    logic: Any, host: Any, case: Case, of_contours: Numbers, of_masks: Numbers, made: Made
) -> None:
    nodes = made(host.scene, case)
    nodes.under(TURN)
    before = nodes.state()
    found = numbers_of(through_the_logic(logic, nodes, robustness=False))
    expected = of_contours if made is planar_contours else of_masks
    assert_same(of_a_turned_patient(expected), of_a_turned_patient(found))
    assert nodes.state() == before
