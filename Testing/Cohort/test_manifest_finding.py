from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Dicom"))
from patients import SLICES, Made, cord, plan_reference, target

from spine_radiosurgery.cli.manifest import manifest
from spine_radiosurgery.cohort.finding import find_cases, manifest_csv, sort_into
from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.dicom import read_dicom_case
from spine_radiosurgery.geometry import InputError

ONE, OTHER = Made(1), Made(2)


def the_row(root: Path):
    (row,) = find_cases(root).rows
    return row


def reasons(root: Path) -> dict[str, str]:
    return {one.path: one.reason for one in find_cases(root).unmatched}


def test_a_folder_of_one_case_is_a_row_without_uids(tmp_path: Path) -> None:
    row = the_row(ONE.write(tmp_path / "case").parent)
    assert (row.case, row.folder) == (ONE.code, tmp_path / "case")
    assert (row.target, row.cord) == ("CTV_L1", "SpinalCord")
    assert (row.prescription_gy, row.fractions) == (16.0, 1)
    assert (row.structures, row.plan, row.dose, row.remarks) == ("", "", (), ())


def test_patients_in_one_folder_are_told_apart(tmp_path: Path) -> None:
    ONE.write(tmp_path, "a")
    OTHER.write(tmp_path, "b")
    found = find_cases(tmp_path)
    assert found.unmatched == ()
    for row, made in zip(found.rows, sorted([ONE, OTHER], key=lambda m: m.code), strict=True):
        uids = (made.uid("set"), made.uid("plan"), (made.uid("dose"),))
        assert (row.structures, row.plan, row.dose) == uids
        assert row.case == made.code and row.shared


def test_one_patient_over_several_folders_lies_in_the_deepest_with_all(tmp_path: Path) -> None:
    root = tmp_path / "center" / "one"
    ONE.images(root / "images" / "ct")
    ONE.structures(root / "plan" / "RS.dcm")
    ONE.dose(root / "plan" / "beams" / "RD.dcm")
    ONE.plan(root / "plan" / "RP.dcm")
    OTHER.write(tmp_path / "center" / "other")
    rows = {row.case: row.folder for row in find_cases(tmp_path).rows}
    assert rows == {ONE.code: root, OTHER.code: tmp_path / "center" / "other"}


def test_a_copy_of_a_case_is_no_second_one(tmp_path: Path) -> None:
    ONE.write(tmp_path / "b")
    shutil.copytree(tmp_path / "b", tmp_path / "a" / "copy")
    assert the_row(tmp_path).folder == tmp_path / "a" / "copy"


def test_another_version_of_an_object_is_said(tmp_path: Path) -> None:
    ONE.write(tmp_path / "a")
    ONE.dose(tmp_path / "b" / "RD.dcm", DoseComment="again")
    (remark,) = the_row(tmp_path).remarks
    assert "RTDOSE of the same UID differs: b/RD.dcm" in remark
    assert "carries the same UID" in reasons(tmp_path)["b/RD.dcm"]


def test_plans_of_a_patient_are_numbered(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    ONE.plan(tmp_path / "RP2.dcm", uid="1.2.1.8", RTPlanDate="20250101")
    references = plan_reference("1.2.1.8")
    ONE.dose(tmp_path / "RD2.dcm", uid="1.2.1.9", ReferencedRTPlanSequence=references)
    first, second = find_cases(tmp_path).rows
    assert (first.case, second.case) == (ONE.code, f"{ONE.code}_2")
    assert (first.plan, first.dose) == ("1.2.1.8", ("1.2.1.9",)), "the earlier plan comes first"
    assert first.structures == second.structures == ""


def test_doses_of_beams_are_one_row_and_can_be_read(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    (tmp_path / "RD.dcm").unlink()
    for beam in (1, 2):
        ONE.dose(
            tmp_path / f"RD{beam}.dcm",
            uid=f"1.2.1.4.{beam}",
            DoseSummationType="BEAM",
            ReferencedRTPlanSequence=plan_reference(ONE.uid("plan"), beam),
        )
    row = the_row(tmp_path)
    assert row.dose == ("1.2.1.4.1", "1.2.1.4.2") and row.plan == ""
    assert read_dicom_case(tmp_path, dose=row.dose).dose_summation == "sum of BEAM"


@pytest.mark.parametrize(
    ("summation", "reason"),
    [
        ("BEAM", "only BEAM dose"),
        (None, "DoseSummationType is missing"),
        ("RECORD", "summation type RECORD"),
    ],
)
def test_a_dose_that_is_not_the_plans_is_no_row(tmp_path: Path, summation, reason: str) -> None:
    ONE.write(tmp_path)
    ONE.dose(tmp_path / "RD.dcm", DoseSummationType=summation)
    assert find_cases(tmp_path).rows == ()
    assert reason in reasons(tmp_path)["RD.dcm"]
    assert "no plan with a dose" in reasons(tmp_path)["RS.dcm"]


def test_without_references_what_lies_in_one_frame_belongs_together(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    ONE.dose(tmp_path / "RD.dcm", ReferencedRTPlanSequence=None)
    ONE.plan(tmp_path / "RP.dcm", structures="1.9.9")
    ONE.structures(tmp_path / "RS.dcm", series="1.9.8")
    shared = "frame of reference and study"
    assert the_row(tmp_path).remarks == (
        f"its dose names no plan; plan found by {shared}",
        "the structure set that its plan refers to is not here; structure set found by " + shared,
        "images found by frame of reference",
    )


def test_of_several_structure_sets_none_is_guessed(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    ONE.plan(tmp_path / "RP.dcm", structures="1.9.9")
    ONE.structures(tmp_path / "RS2.dcm", uid="1.2.1.8")
    row = the_row(tmp_path)
    assert (row.structures, row.target, row.cord) == ("", "", "")
    assert "2 structure sets share" in row.remarks[0]


def test_a_dose_without_its_plan_is_listed_and_still_a_row(tmp_path: Path) -> None:
    (ONE.write(tmp_path) / "RP.dcm").unlink()
    row = the_row(tmp_path)
    assert (row.prescription_gy, row.fractions) == (None, None)
    assert "plan that its dose refers to is not here" in row.remarks[0]
    assert "not here" in reasons(tmp_path)["RD.dcm"]


def test_structures_without_image_are_listed(tmp_path: Path) -> None:
    for path in ONE.write(tmp_path).glob("CT*"):
        path.unlink()
    assert "no image" in the_row(tmp_path).remarks[0]
    assert "drawn on is not here" in reasons(tmp_path)["RS.dcm"]


def test_what_is_no_part_of_a_case_is_listed(tmp_path: Path) -> None:
    ONE.write(tmp_path / "case")
    OTHER.images(tmp_path / "images")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a")
    (tmp_path / "notes" / "b.txt").write_text("b")
    (tmp_path / "torn.dcm").write_bytes((tmp_path / "case" / "RS.dcm").read_bytes()[:300])
    found = find_cases(tmp_path)
    listed = {one.path: (one.kind, one.files) for one in found.unmatched}
    assert listed == {"images": ("CT", len(SLICES)), "notes": ("", 2), "torn.dcm": ("RTSTRUCT", 1)}
    assert [row.case for row in found.rows] == [ONE.code]


def test_a_damaged_structure_set_is_listed_and_stops_no_other(tmp_path: Path) -> None:
    OTHER.write(tmp_path / "b")
    path = ONE.write(tmp_path / "a") / "RS.dcm"
    path.write_bytes(path.read_bytes()[:-500])
    assert the_row(tmp_path).case == OTHER.code
    assert "truncated" in reasons(tmp_path)["a/RS.dcm"]


def test_several_targets_or_cords_are_left_to_choose(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    second = target()
    second.number, second.name = 3, "CTV_L2"
    ONE.structures(tmp_path / "RS.dcm", (cord(), target(), second))
    ONE.plan(tmp_path / "RP.dcm", DoseReferenceSequence=None)
    row = the_row(tmp_path)
    assert (row.target, row.cord) == ("", "SpinalCord")
    assert "choose the target: CTV_L1, CTV_L2" in row.remarks


def test_of_several_targets_the_one_prescribed_to_is_taken(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    second = target()
    second.number, second.name = 3, "CTV_L2"
    ONE.structures(tmp_path / "RS.dcm", (cord(), target(), second))
    row = the_row(tmp_path)
    assert row.target == "CTV_L1" and "CTV_L2" in row.remarks[0]


def test_an_empty_structure_is_never_guessed(tmp_path: Path) -> None:
    ONE.write(tmp_path)
    empty = target()
    empty.number, empty.name, empty.contours = 3, "CTV_old", None
    ONE.structures(tmp_path / "RS.dcm", (cord(), target(), empty))
    assert the_row(tmp_path).target == "CTV_L1"


def test_nothing_tells_a_patient(tmp_path: Path) -> None:
    named = target()
    named.name = "CTV Secret1"
    ONE.write(tmp_path)
    ONE.structures(tmp_path / "RS.dcm", (cord(), named))
    found = find_cases(tmp_path)
    text = (manifest_csv(found) + repr(found.unmatched)).lower()
    assert "secret1" not in text and ONE.identifier.lower() not in text
    assert read_dicom_case(tmp_path).has(found.rows[0].target)


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    names = [f"{n}" for n in range(3)]
    for number, name in enumerate(names, start=1):
        Made(number).write(tmp_path / "first" / name)
    random.Random(3).shuffle(names)
    for name in names:
        shutil.copytree(tmp_path / "first" / name, tmp_path / "second" / name)
    texts = [manifest_csv(find_cases(tmp_path / one)) for one in ("first", "second")]
    assert texts[0] == texts[1].replace(str(tmp_path / "second"), str(tmp_path / "first"))


def test_what_was_found_is_read_back(tmp_path: Path) -> None:
    ONE.write(tmp_path / "-1 ümläut", "a")
    OTHER.write(tmp_path / "-1 ümläut", "b")
    found = find_cases(tmp_path)
    (tmp_path / "m.csv").write_text(manifest_csv(found), encoding="utf-8")
    for row, made in zip(read_manifest(tmp_path / "m.csv").rows, found.rows, strict=True):
        assert (row.case, row.folder, row.problem) == (made.case, made.folder, "")
        assert (row.targets, row.cord) == ((made.target,), made.cord)
        assert (row.structures, row.plan, row.dose) == (made.structures, made.plan, made.dose)
        assert (row.prescription_gy, row.fractions) == (16.0, 1)


def test_sorting_gives_each_case_its_files_only(tmp_path: Path) -> None:
    ONE.write(tmp_path / "all", "a")
    OTHER.write(tmp_path / "all", "b")
    placed = sort_into(find_cases(tmp_path / "all"), tmp_path / "sorted")
    for row in placed.rows:
        assert row.folder == tmp_path / "sorted" / row.case
        assert (row.structures, row.plan, row.dose, row.shared) == ("", "", (), False)
        assert len(list(row.folder.iterdir())) == len(SLICES) + 3
        assert read_dicom_case(row.folder).identifier == row.case
    linked = tmp_path / "sorted" / ONE.code / "RTDOSE_0001.dcm"
    assert linked.samefile(tmp_path / "all" / "aRD.dcm")


def test_sorting_is_whole_or_not_at_all(tmp_path: Path) -> None:
    ONE.write(tmp_path / "all" / "one")
    OTHER.write(tmp_path / "all" / "other")
    found = find_cases(tmp_path / "all")
    (tmp_path / "all" / "other" / "RP.dcm").unlink()
    with pytest.raises(InputError, match=r"RP\.dcm.*nothing was written"):
        sort_into(found, tmp_path / "new" / "sorted")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all"]


def test_sorting_spares_what_is_there(tmp_path: Path) -> None:
    found = find_cases(ONE.write(tmp_path / "all"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        sort_into(found, tmp_path / "full")
    with pytest.raises(InputError, match="name a folder beside"):
        sort_into(found, tmp_path / "all" / "sorted")


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist"):
        find_cases(tmp_path / "nowhere")


def test_a_second_series_in_the_frame_is_no_image_of_the_case(tmp_path: Path) -> None:
    ONE.write(tmp_path / "case")
    ONE.images(tmp_path / "second", series="1.2.1.77")
    assert the_row(tmp_path).folder == tmp_path / "case"
    assert "no structure set of a plan" in reasons(tmp_path)["second"]


def test_the_command_prints_nothing_but_the_manifest(tmp_path: Path, capfdbinary) -> None:
    ONE.write(tmp_path / "all", "a")
    (tmp_path / "all" / "notes.txt").write_text("a")
    manifest(tmp_path / "all", unmatched=tmp_path / "rest.csv")
    output, error = capfdbinary.readouterr()
    assert output.decode() == manifest_csv(find_cases(tmp_path / "all"))
    assert b"8 files, 1 case, 1 line" in error
    assert (tmp_path / "rest.csv").read_text().splitlines()[1] == ".,,1,not a DICOM file"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("spine-srs-L1", ("CTV_L1", "SpinalCord", 16.0, 1)),
        ("spine-srs-two-levels", ("CTV_L2_L3", "SpinalCord", 24.0, 3)),
        ("openkbp_dicomrt", ("", "SpinalCord", 70.0, 35)),
    ],
)
def test_real_cases_are_found(real_data: Path, name: str, expected: tuple) -> None:
    row = the_row(real_data / name)
    assert (row.target, row.cord, row.prescription_gy, row.fractions) == expected
    assert (row.structures, row.plan, row.dose) == ("", "", ())
