from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.cohort import delimited
from spine_radiosurgery.cohort.cells import NO, YES
from spine_radiosurgery.cohort.manifest import read_manifest
from spine_radiosurgery.cohort.row import Manifest, ManifestRow
from spine_radiosurgery.cohort.summary.cells import answer_of
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.tables import neutral, original

HEADER = "case,folder,target,cord,prescription_gy,fractions"
ROW = "a,cases/a,CTV_L1,SpinalCord,16,1"


def read(folder: Path, text: str | bytes) -> Manifest:
    path = folder / "manifest.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_manifest(path)


def one_row(folder: Path, text: str | bytes) -> ManifestRow:
    (row,) = read(folder, text).rows
    return row


def refused(folder: Path, text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def with_columns(**cells: str) -> str:
    """A manifest of one row with changed or further cells."""
    values = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return ",".join(values) + "\n" + ",".join(f'"{value}"' for value in values.values()) + "\n"


def beside_a_good_one(folder: Path, cells: dict[str, str]) -> tuple[ManifestRow, ManifestRow]:
    columns = [*HEADER.split(","), *(name for name in cells if name not in HEADER)]
    good = dict(zip(HEADER.split(","), ROW.replace("a,", "good,", 1).split(","), strict=True))
    first = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    lines = [",".join(f'"{row.get(c, "")}"' for c in columns) for row in (first, good)]
    bad, other = read(folder, "\n".join([",".join(columns), *lines])).rows
    return bad, other


def test_a_row_is_read(tmp_path: Path) -> None:
    assert one_row(tmp_path, f"{HEADER}\n{ROW}\n") == ManifestRow(
        line=2,
        case="a",
        folder=tmp_path / "cases" / "a",
        targets=("CTV_L1",),
        cord="SpinalCord",
        prescription_gy=16.0,
        fractions=1,
    )


def test_every_optional_column_is_read(tmp_path: Path) -> None:
    text = with_columns(
        target="", template="Body", vertebrae="L1 | L2", gtv="GTV", protocol="own/p.json",
        dose="1.2|1.3", structures="1.4", previous_radiation="Yes", override_prescription="yes",
        assessment="a.json", level="L1|L2",
    )  # fmt: skip
    row = one_row(tmp_path, text)
    assert row.problem == ""
    assert (row.targets, row.template, row.vertebrae, row.gtv) == (
        (),
        "body",
        ("L1", "L2"),
        ("GTV",),
    )
    assert (row.dose, row.structures, row.plan) == (("1.2", "1.3"), "1.4", "")
    assert (row.protocol, row.assessment) == (
        str(tmp_path / "own" / "p.json"),
        tmp_path / "a.json",
    )
    assert (row.previous_radiation, row.override_prescription) == ("yes", True)
    assert row.level == "L1,L2"


def test_other_columns_are_kept_as_text_in_their_order(tmp_path: Path) -> None:
    manifest = read(tmp_path, f"Pain,{HEADER},local control\n 1 ,{ROW},=yes\n")
    assert manifest.columns == ("Pain", "local control")
    assert manifest.rows[0].columns == {"Pain": "1", "local control": "=yes"}


def test_names_of_columns_may_be_in_capitals_and_blanks(tmp_path: Path) -> None:
    assert one_row(tmp_path, f" {HEADER.upper().replace(',', ' , ')}\n{ROW}\n").problem == ""


def test_prescription_may_be_left_to_the_plan(tmp_path: Path) -> None:
    row = one_row(tmp_path, with_columns(prescription_gy="", fractions=""))
    assert (row.prescription_gy, row.fractions, row.problem) == (None, None, "")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: codecs.BOM_UTF8 + text.encode("utf-8"),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_of_spreadsheets_are_read(tmp_path: Path, encode, end: str, separator: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace("L1", "Wörz").replace(",", separator).replace("\n", end)
    row = one_row(tmp_path, encode(text))
    assert (row.targets, row.prescription_gy, row.line) == (("CTV_Wörz",), 16.0, 2)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_comma_where_cells_are_not_separated_by_it(tmp_path: Path, separator: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace(",", separator).replace("16", "16,5")
    assert one_row(tmp_path, text).prescription_gy == 16.5


def test_cells_in_quotes_hold_separators_and_line_breaks(tmp_path: Path) -> None:
    first, second = read(
        tmp_path, f'{HEADER},note\n{ROW},"one, ""two""\r\nthree"\n{ROW.replace("a", "b")},x\n'
    ).rows
    assert first.columns["note"] == 'one, "two"\r\nthree'
    assert (first.line, second.line) == (2, 4)


def test_blank_lines_and_empty_cells_at_the_end_do_not_count(tmp_path: Path) -> None:
    row = one_row(tmp_path, f"{HEADER},,\n\n,,,,,,,\n{ROW},,\n  \n")
    assert (row.line, row.problem) == (4, "")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"prescription_gy": "16 Gy"}, "prescription_gy is '16 Gy', not a number"),
        ({"prescription_gy": "16,5"}, "with a decimal point"),
        ({"prescription_gy": "nan"}, "not a number"),
        ({"prescription_gy": "1_6"}, "not a number"),
        ({"prescription_gy": "1e999"}, "beyond all numbers"),
        ({"prescription_gy": "-16"}, "must be positive"),
        ({"prescription_gy": "1600"}, "not in cGy"),
        ({"fractions": "1.5"}, "write a whole number"),
        ({"fractions": "0"}, "write a whole number"),
        ({"folder": ""}, "the folder is missing"),
        ({"folder": "C:\\cases\\a"}, "a path of another system"),
        ({"cord": " "}, "the cord is missing"),
        ({"target": ""}, "the target is missing"),
        ({"template": "body"}, "empty one of them"),
        ({"target": "", "template": "body"}, "needs the vertebrae"),
        ({"target": "", "template": "corpus"}, "template is 'corpus'; write body,"),
        ({"previous_radiation": "maybe"}, "write yes, no, unknown or nothing"),
        ({"override_prescription": "perhaps"}, "write yes, no or nothing"),
        ({"protocol": "ryu-2051"}, "protocol is 'ryu-2051'; write auto, hytec-cord"),
        ({"dose": "1.2|1.3", "plan": "1.4"}, "beside 2 doses"),
        ({"case": "x" * 201}, "has 201 characters"),
        ({"case": "a\x07b"}, "U+0007"),
        ({"case": ""}, "the case has no name"),
    ],
)
def test_a_bad_cell_is_the_problem_of_its_row_alone(tmp_path: Path, cells, sentence: str) -> None:
    bad, good = beside_a_good_one(tmp_path, cells)
    assert sentence in bad.problem and bad.problem.startswith("Line 2 of the manifest: ")
    assert good.problem == ""
    assert bad.case and bad.case != good.case


@pytest.mark.parametrize(
    ("header", "line", "sentence"),
    [
        (f"pain,{HEADER}", "1,a,cases/a,CTV_L1", "it has 4 cells, the header 7, and lacks cord,"),
        (f"pain,{HEADER}", f"1,{ROW},x", "it has 8 cells, the header 7"),
        (f"{HEADER},months,event", f"{ROW},12,1,0", "it has 9 cells, the header 8"),
        (f"{HEADER},months,event,note", f"{ROW},12,1,0,", "it has 10 cells, the header 9"),
        (f"{HEADER},,pain", f"{ROW},x,1", "its cell 7 stands in a column without a name"),
    ],
)
def test_where_cells_may_stand_under_other_names_no_outcome_is_taken(
    tmp_path: Path, header: str, line: str, sentence: str
) -> None:
    row = one_row(tmp_path, f"{header}\n{line}\n")
    assert sentence in row.problem and "its outcomes are not counted" in row.problem
    assert set(row.columns.values()) == {""}


def test_outcomes_of_a_row_with_a_bad_cell_stay(tmp_path: Path) -> None:
    row = one_row(tmp_path, f"{HEADER},event\n{ROW.replace('16', 'x')},1\n")
    assert "not a number" in row.problem and row.columns == {"event": "1"}


def test_empty_cells_beyond_the_header_count_only_among_commas(tmp_path: Path) -> None:
    text = f"{HEADER}\n{ROW},\n"
    assert "remove the cells too many" in one_row(tmp_path, text).problem
    assert one_row(tmp_path, text.replace(",", ";")).problem == ""


@pytest.mark.parametrize("yes", [*YES, "Yes"])
def test_an_override_is_accepted_in_the_words_of_an_outcome(tmp_path: Path, yes: str) -> None:
    assert one_row(tmp_path, with_columns(override_prescription=yes)).override_prescription
    assert answer_of(yes)


@pytest.mark.parametrize("no", NO)
def test_an_override_is_refused_in_the_words_of_an_outcome(tmp_path: Path, no: str) -> None:
    row = one_row(tmp_path, with_columns(override_prescription=no))
    assert (row.problem, row.override_prescription, answer_of(no)) == ("", False, False)


@pytest.mark.parametrize("line", [ROW, f"{ROW},", f"{ROW},,"])
def test_cells_that_a_spreadsheet_left_out_at_the_end_are_empty(tmp_path: Path, line: str) -> None:
    row = one_row(tmp_path, f"{HEADER},gtv,months,event\n{line}\n")
    assert (row.problem, row.gtv) == ("", ())
    assert row.columns == {"months": "", "event": ""}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (f"{HEADER}\n\n", "holds no case"),
        ("case,folder,target,cord\na,b,c,d\n", "lacks the column(s) prescription_gy, fractions"),
        (f"{HEADER},Pain,pain\n{ROW},1,1\n", "the column 'pain' more than once"),
        (f"{HEADER}\n{ROW}\n{ROW.replace('a,', 'A,', 1)}\n", "'a' in lines 2, 3"),
        (f"{HEADER}\n{ROW.replace('a,', 'ä,', 1)}\n{ROW.replace('a,', 'ä,', 1)}\n", "lines 2, 3"),
        (f'{HEADER}\n"a,cases\n', "line 2: its quotes do not match"),
        (f"{HEADER}\n{ROW}".encode("utf-16-le"), "not a text file"),
        (f"{HEADER}\n{ROW}".encode() + b"\0" * 9, "not a text file"),
        (b"PK\x03\x04 workbook", "is a workbook, not CSV; save it in the spreadsheet"),
        (f"{HEADER}\n{ROW.replace('L1', 'Wörz')}".encode("cp1252"), "not UTF-8; save it"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text, sentence: str) -> None:
    assert sentence in refused(tmp_path, text)


def test_a_missing_or_too_large_file_is_refused(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_manifest(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is no file"):
        read_manifest(tmp_path)
    monkeypatch.setattr(delimited, "LARGEST_BYTES", 10)
    assert "split it" in refused(tmp_path, f"{HEADER}\n{ROW}\n")
    monkeypatch.setattr(delimited, "LARGEST_BYTES", 10**6)
    monkeypatch.setattr(delimited, "MOST_ROWS", 1)
    assert "more than 1 rows" in refused(tmp_path, f"{HEADER}\n{ROW}\nb{ROW[1:]}\n")


@pytest.mark.parametrize("name", ["with space", "ümläut", "x" * 200, "-1", "=1+1", "~"])
def test_folders_of_any_name_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    row = one_row(tmp_path, with_columns(folder=neutral(name)))
    assert row.folder == tmp_path / name and row.folder.is_dir()


def test_an_absolute_folder_stays_and_a_longer_way_is_kept(tmp_path: Path) -> None:
    assert one_row(tmp_path, with_columns(folder=str(tmp_path / "x"))).folder == tmp_path / "x"
    (tmp_path / "sub").mkdir()
    row = one_row(tmp_path / "sub", with_columns(folder="../x"))
    assert row.folder.resolve() == (tmp_path / "x").resolve()


def test_a_folder_written_with_backslashes_is_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert one_row(tmp_path, with_columns(folder="a\\b")).folder == tmp_path / "a" / "b"


def test_a_folder_that_ends_in_a_blank_is_found(tmp_path: Path) -> None:
    (tmp_path / "a ").mkdir()
    assert one_row(tmp_path, with_columns(folder="a ")).folder == tmp_path / "a "
    assert one_row(tmp_path, with_columns(folder=" b ")).folder == tmp_path / "b"


def test_a_row_without_a_name_takes_one_that_is_free(tmp_path: Path) -> None:
    text = f"{HEADER}\n{ROW.replace('a,', ',', 1)}\n{ROW.replace('a,', 'Line 2,', 1)}\n"
    assert [row.case for row in read(tmp_path, text).rows] == ["line 2_", "Line 2"]


@given(st.text(alphabet=st.sampled_from("=+-@;\t\r\n '\"aé\u200b\uff1d"), max_size=12))
def test_a_spreadsheets_guard_is_taken_off_again(text: str) -> None:
    assert neutral(original(neutral(text))) == neutral(text)
    if not text.startswith("'"):
        assert original(neutral(text)) == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for text in (data, HEADER.encode() + b"\n" + data):
        try:
            rows = read(folder, text).rows
        except InputError:
            continue
        assert all(row.case for row in rows)
