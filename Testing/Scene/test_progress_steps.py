"""A step that is cancelled, wherever it is, leaves the scene and the disk as they were."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from steps_plans import CORD, VERTEBRA, case, loaded, segment

from spine_radiosurgery.dicom import write_dicom_case
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.geometry.progress import Cancelled, listening
from spine_radiosurgery.scene.steps.cord import create_cord_volume, create_planning_risk_volume
from spine_radiosurgery.scene.steps.evaluations import add_evaluation
from spine_radiosurgery.scene.steps.loading import load_case
from spine_radiosurgery.scene.steps.reporting import export_report
from spine_radiosurgery.scene.steps.splitting import split_segment
from spine_radiosurgery.scene.steps.targets import TargetOptions, create_target
from spine_radiosurgery.scene.steps.tolerance import EvaluationOptions, Plan, evaluate_plan
from spine_radiosurgery.scene.whole import whole_step

QUICK = EvaluationOptions(robustness=False)
PARTS = (0.0, 0.5, 1.0)


@dataclass
class Steps:
    """A scene in which every step was taken once, and the steps to take again."""

    scene: Any
    folder: Path
    work: dict[str, Callable[[], Any]]


@pytest.fixture(scope="module")
def steps(slicer_core, tmp_path_factory) -> Iterator[Steps]:
    folder = tmp_path_factory.mktemp("steps")
    write_dicom_case(case(), folder / "dicom")
    with ExitStack() as stack:
        scene, nodes = stack.enter_context(loaded())
        vertebra, cord = segment(nodes, VERTEBRA), segment(nodes, CORD)
        sectors = split_segment(vertebra, image_node=nodes.image)
        options = TargetOptions(template="body_and_pedicles")
        target = create_target([sectors], options, cord=cord, image_node=nodes.image)
        plan = Plan(nodes.dose, nodes.structures, (target,), cord, image=nodes.image)
        report = evaluate_plan(plan, QUICK)
        table = add_evaluation(plan, QUICK, report)
        work: dict[str, Callable[[], Any]] = {
            "load": lambda: load_case(scene, folder / "dicom"),
            "split": lambda: split_segment(vertebra, image_node=nodes.image),
            "target": lambda: create_target([sectors], options, cord=cord, image_node=nodes.image),
            "cord volume": lambda: create_cord_volume(cord, [target], image_node=nodes.image),
            "risk volume": lambda: create_planning_risk_volume(cord, 2.0, image_node=nodes.image),
            "evaluation": lambda: evaluate_plan(plan, QUICK),
            "results": lambda: add_evaluation(plan, QUICK, report),
            "report": lambda: export_report(table, folder / "new" / "report", report=report),
        }
        yield Steps(scene, folder, work)


def everything(steps: Steps) -> tuple[list[str], list[str], int]:
    """Nodes, files, and items of the subject hierarchy."""
    nodes = [steps.scene.GetNthNode(n).GetID() for n in range(steps.scene.GetNumberOfNodes())]
    files = sorted(str(path) for path in steps.folder.rglob("*"))
    return nodes, files, steps.scene.GetSubjectHierarchyNode().GetNumberOfItems()


class Listener:
    """Counts checkpoints and cancels at the n-th."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.cancel_at = cancel_at
        self.fractions: list[float] = []

    def __call__(self, text: str, fraction: float) -> None:
        self.fractions.append(fraction)
        if len(self.fractions) == self.cancel_at:
            raise Cancelled


class Unwanted(Exception):
    """Takes a finished step back."""


@pytest.mark.parametrize(
    "name",
    ["load", "split", "target", "cord volume", "risk volume", "evaluation", "results", "report"],
)
def test_a_cancelled_step_leaves_nothing_behind(steps: Steps, name: str) -> None:
    whole = Listener()
    with pytest.raises(Unwanted), whole_step(steps.scene), listening(whole):
        steps.work[name]()
        raise Unwanted
    assert whole.fractions == sorted(whole.fractions)
    assert 0.9 <= whole.fractions[-1] <= 1.0
    shutil.rmtree(steps.folder / "new", ignore_errors=True)
    before = everything(steps)
    for part in PARTS:
        # Waiting for other threads makes a checkpoint more or less.
        number = max(1, int(part * len(whole.fractions) * 0.97))
        with pytest.raises(Cancelled), listening(Listener(cancel_at=number)):
            steps.work[name]()
        assert everything(steps) == before


def test_nodes_of_a_failed_step_are_taken_back_and_those_before_stay(steps: Steps) -> None:
    before = everything(steps)
    with pytest.raises(InputError), whole_step(steps.scene):
        steps.scene.AddNewNodeByClass("vtkMRMLTableNode", "Half")
        raise InputError("no")
    assert everything(steps) == before
