"""The patient written as DICOM, evaluated once as contours and once as masks; the panel's logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "Scene"))

import same_case
from reported_numbers import Numbers, numbers_of

from spine_radiosurgery.case import Case
from spine_radiosurgery.report import Report

if TYPE_CHECKING:
    from host import Host

MODULE = Path(__file__).resolve().parents[2] / "SpineRadiosurgery" / "SpineRadiosurgery.py"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DICOM files of the patient."""
    return tmp_path_factory.mktemp("same") / "dicom"


@pytest.fixture(scope="session")
def case(folder: Path) -> Case:
    """The patient as read from these files: contours."""
    return same_case.written(folder)


@pytest.fixture(scope="session")
def report(case: Case) -> Report:
    return same_case.evaluated(case)


@pytest.fixture(scope="session")
def of_contours(report: Report) -> Numbers:
    return numbers_of(report)


@pytest.fixture(scope="session")
def of_masks(case: Case) -> Numbers:
    return numbers_of(same_case.evaluated(same_case.masked(case)))


@pytest.fixture
def logic(host: Host) -> Any:
    """The logic of the module, as the Python console has it."""
    host.load_module(MODULE)
    return host.widget("SpineRadiosurgery").logic
