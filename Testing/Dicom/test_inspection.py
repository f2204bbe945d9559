from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import Roi, cord, write_case, write_dose, write_structures

from spine_radiosurgery.dicom import Inspection, inspect_folder


def the(inspection: Inspection, kind: str):
    return next(o for o in inspection.objects if o.kind == kind)


def test_every_object_is_described(tmp_path: Path) -> None:
    inspection = inspect_folder(write_case(tmp_path))
    assert inspection.readable and inspection.problems == ()
    image = the(inspection, "CT")
    assert image.grid.size_ijk == (24, 20, 20)
    assert image.grid.spacing_mm == (1.5, 2.0, 2.0)
    assert (image.grid.low_ras_mm[2], image.grid.high_ras_mm[2]) == (-1.0, 39.0)
    dose = the(inspection, "RTDOSE")
    assert (dose.dose.units, dose.dose.summation_type) == ("GY", "PLAN")
    assert dose.dose.maximum == pytest.approx(16.79)
    assert the(inspection, "RTPLAN").plan.prescribed_gy == (("CTV_L1", 16.0),)
    first = the(inspection, "RTSTRUCT").structures[0]
    assert (first.name, first.contours, first.slices) == ("SpinalCord", 16, 16)
    assert (first.inferior_mm, first.superior_mm) == pytest.approx((3.0, 35.0))
    assert image.date == "2026-01-15" and image.used


def test_problems_are_listed_not_raised(tmp_path: Path) -> None:
    write_case(tmp_path)
    write_structures(tmp_path / "RS.dcm", (cord(), Roi(9, "Empty")))
    write_dose(tmp_path / "RD.dcm", DoseGridScaling=None)
    (tmp_path / "broken.dcm").write_bytes(b"DICM")
    inspection = inspect_folder(tmp_path)
    assert not inspection.readable
    for piece in ("DoseGridScaling is missing", "Empty has no contours", "broken.dcm"):
        assert any(piece in problem for problem in inspection.problems)


def test_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert "no DICOM file" in inspect_folder(tmp_path).problems[0]


def test_result_is_plain_json(tmp_path: Path) -> None:
    text = json.dumps(inspect_folder(write_case(tmp_path)).to_dict())
    assert "SpinalCord" in text
