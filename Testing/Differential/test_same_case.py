"""The same patient through files, Python and the command line: the same numbers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import same_case
from reported_numbers import SETUP, Numbers, assert_same, numbers_in, numbers_of, without

from spine_radiosurgery import read_structure, write_segmentation
from spine_radiosurgery.case import Case
from spine_radiosurgery.cli import main
from spine_radiosurgery.geometry import Structure
from spine_radiosurgery.report import Report


def test_the_case_says_something(of_contours: Numbers) -> None:
    names = " ".join(of_contours)
    assert len(of_contours) > 3000
    for part in ("metric", "constraint", "indices", "gap", "biology", "fall-off", "setup"):
        assert part in names
    assert 2 < of_contours["metric SpinalCord_Partial D10%[Gy]"] < 12
    assert of_contours["metric SpinalCord_Partial V10Gy[%]"] > 0.5
    assert of_contours["fall-off axial rays"] > 100
    assert of_contours["setup probability_of_violation[0] count probability"] > 0


def test_from_contours_is_the_rtstruct(case: Case, of_contours: Numbers) -> None:
    made = same_case.contoured(case.dose)
    assert_same(of_contours, numbers_of(same_case.evaluated(made)))


def test_the_order_of_contours_does_not_matter(case: Case, of_contours: Numbers) -> None:
    def shuffled(structure: Structure) -> Structure:
        drawn = structure.contours()
        order = np.random.default_rng(5).permutation(len(drawn))
        again = Structure.from_contours(structure.name, [drawn[n] for n in order])
        return replace(again, interpreted_type=structure.interpreted_type)

    mixed = replace(case, structures=tuple(map(shuffled, case.structures)))
    assert_same(
        without(of_contours, SETUP), numbers_of(same_case.evaluated(mixed, robustness=None))
    )


def test_the_command_line(
    folder: Path,
    report: Report,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "report"
    asked = [
        "evaluate",
        folder,
        "--target",
        same_case.TARGET,
        "--cord",
        same_case.CORD,
        "--output",
        output,
    ]
    asked += ["--previous-radiation", "no", "--alpha-beta-gy", "2", "--prv-margin-mm", "1.5"]
    asked += ["--metric", "D5%[Gy]", "--no-scene"]
    monkeypatch.setattr(sys, "argv", ["spine-radiosurgery", *map(str, asked)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code, capsys.readouterr().err
    found = json.loads((output / "report.json").read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(report.to_dict()))
    assert len(numbers_in(found)) > 500
    # Both are rounded to 7 digits.
    assert_same(numbers_in(expected), numbers_in(found))


@pytest.mark.parametrize(
    ("ending", "order"),
    [(".nrrd", same_case.ORDERS[6]), (".nii.gz", same_case.ORDERS[1])]
    + [pytest.param(".seg.nrrd", same_case.ORDERS[4])]
    + [
        pytest.param(ending, order, marks=pytest.mark.slow)
        for ending in (".nrrd", ".nii.gz", ".seg.nrrd", ".mha")
        for order in same_case.ORDERS
    ],
)
def test_mask_files(
    case: Case, of_masks: Numbers, tmp_path: Path, ending: str, order: same_case.Order
) -> None:
    import SimpleITK as sitk

    made = same_case.masked(case, order)
    path = tmp_path / f"all{ending}"
    if ending == ".seg.nrrd":
        write_segmentation(path, made.structures)
    read = {}
    for structure in made.structures:
        if ending != ".seg.nrrd":
            path = tmp_path / f"{structure.name}{ending}"
            write_mask(sitk, same_case.masks()[structure.name], order, path)
        read[structure.name] = read_structure(path, structure.name if "seg" in ending else None)
    again = tuple(
        replace(read[s.name], number=s.number, interpreted_type=s.interpreted_type)
        for s in case.structures
    )
    numbers = numbers_of(same_case.evaluated(replace(case, structures=again), robustness=None))
    # NIfTI keeps its affine in single precision; these numbers are exact in it.
    assert_same(without(of_masks, SETUP), numbers)


def write_mask(sitk: object, mask: np.ndarray, order: same_case.Order, path: Path) -> None:
    values, matrix = same_case.reordered(mask, same_case.VOXELS, order)
    image = sitk.GetImageFromArray(values.astype(np.uint8))
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ matrix
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
    sitk.WriteImage(image, str(path))
