"""Long work of the library can be followed and cancelled; being followed changes no number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sector_plan import DRAWN, sector_case, sectors, shape
from test_progress import Heard

import spine_radiosurgery as sr
from spine_radiosurgery.dicom import read_dicom_case, write_dicom_case
from spine_radiosurgery.geometry.progress import Cancelled, listening
from spine_radiosurgery.phantom import SpinePhantom, make_phantom
from spine_radiosurgery.report.writing import write_report

# Progress does not depend on the versions of numpy and scipy.
pytestmark = pytest.mark.slow

Work = Callable[[Path], Any]
COARSE = SpinePhantom(pixel_spacing_mm=3.0, slice_spacing_mm=3.0, dose_spacing_mm=4.0)
PARTS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def case() -> sr.Case:
    return make_phantom(COARSE)


@pytest.fixture(scope="module")
def dicom_folder(case, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("progress") / "dicom"
    write_dicom_case(case, folder)
    return folder


def evaluated(**options: Any) -> sr.Report:
    return sr.evaluate(
        sector_case(), target=DRAWN, vertebrae=[sectors()], cord="SpinalCord", **options
    )


@pytest.fixture(scope="module")
def report() -> sr.Report:
    return evaluated(robustness=None)


@pytest.fixture(params=["make", "write", "read", "split", "evaluate", "report"])
def work(request, case, dicom_folder, report) -> Iterator[Work]:
    """Work on a folder that is not there yet."""
    works: dict[str, Work] = {
        "make": lambda _: make_phantom(COARSE),
        "write": lambda folder: write_dicom_case(case, folder),
        "read": lambda _: read_dicom_case(dicom_folder),
        "split": lambda _: sr.split_vertebra(shape().structure()),
        "evaluate": lambda _: evaluated(robustness=None),
        "report": lambda folder: write_report(report, folder / "new"),
    }
    yield works[request.param]


def test_work_tells_how_far_it_is_and_leaves_nothing_when_cancelled(work, tmp_path) -> None:
    heard = Heard()
    with listening(heard):
        work(tmp_path / "whole" / "out")
    assert heard.fractions == sorted(heard.fractions)
    assert heard.fractions[0] <= 0.05
    assert 0.9 <= heard.fractions[-1] <= 1.0
    assert all(text and len(text) <= 60 and not text.endswith(".") for text, _ in heard)
    for part in PARTS:
        # Waiting for other threads makes a checkpoint more or less.
        number = max(1, int(part * len(heard) * 0.95))
        folder = tmp_path / f"cancelled {part}"
        folder.mkdir()
        with pytest.raises(Cancelled), listening(Heard(cancel_at=number)):
            work(folder / "out")
        assert list(folder.iterdir()) == []


def test_a_report_that_is_there_survives_a_cancelled_one(report, tmp_path) -> None:
    (tmp_path / "report.json").write_text('{"generated_by": "spine-radiosurgery 1"}')
    (tmp_path / "report.html").write_text("the former one")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(Cancelled), listening(Heard(cancel_at=20)):
        write_report(report, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_being_followed_changes_no_number(case, dicom_folder) -> None:
    heard = Heard()
    alone = evaluated(prv_margin_mm=2.0).to_dict()
    with listening(heard):
        followed = evaluated(prv_margin_mm=2.0).to_dict()
        made, read = make_phantom(COARSE), read_dicom_case(dicom_folder)
    for document in (alone, followed):
        del document["generated_at"]
    assert json.dumps(followed) == json.dumps(alone)
    assert np.array_equal(made.image.values, case.image.values)
    assert np.array_equal(made.dose.values_gy, case.dose.values_gy)
    assert np.array_equal(read.dose.values_gy, read_dicom_case(dicom_folder).dose.values_gy)
    assert {"Simulating setup errors", "Moving SpinalCord_Partial"} <= {text for text, _ in heard}
