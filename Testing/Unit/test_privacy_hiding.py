from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.case import InputError, Pseudonym, study_code
from spine_radiosurgery.case.pseudonym import study_secret, tells_a_patient

CODE = "SRS-AAAA2222"
MUELLER = Pseudonym.of(
    CODE,
    ["Müller-Lüdenscheidt^Annegret^^Dr.", "李^小明=り^しょう"],
    ["MRN-4711-ÄÖ", "0012345"],
    ["19561004", "20240131"],
)
DOE = Pseudonym.of(CODE, ["Doe^Jane"], ["42"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CTV_Müller", f"CTV_{CODE}"),
        ("mueller T8", f"{CODE} T8"),
        ("Muller plan", f"{CODE} plan"),
        ("Mu\u0308ller_PTV", f"{CODE}_PTV"),
        ("ＭＵＬＬＥＲ", CODE),
        ("MUELLER-LUEDENSCHEIDT, Annegret", CODE),
        ("Annegret Müller", CODE),
        ("PlanAnnegretT8", f"Plan{CODE}T8"),
        ("ANNEGRETplan", f"{CODE}plan"),
        ("MRN-4711-ÄÖ", CODE),
        ("mrn4711aeoe dose", f"{CODE} dose"),
        ("MRN_4711", CODE),
        ("12345_rs", f"{CODE}_rs"),
        ("李小明 T8", f"{CODE} T8"),
        ("born 4.10.1956", "born date"),
        ("1956-10-04 10/04/56", "date date"),
        ("2024_01_31 plan", "date plan"),
    ],
)
def test_names_ids_and_dates_are_hidden(text: str, shown: str) -> None:
    assert MUELLER.hide(text) == shown
    assert MUELLER.hide(shown) == shown


@pytest.mark.parametrize(
    "text",
    ["SpinalCord", "Annegretha", "Mullerian", "Dose 123456", "4711 cGy", "PTV 16 Gy", "Dr. plan"],
)
def test_other_words_and_numbers_stay(text: str) -> None:
    assert MUELLER.hide(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Doe T8", f"{CODE} T8"),
        ("DOE^JANE", CODE),
        ("Jane_Doe", CODE),
        ("doeT8", f"{CODE}T8"),
        ("Doerr", "Doerr"),
        ("Do 42 Gy", "Do 42 Gy"),
    ],
)
def test_short_names(text: str, shown: str) -> None:
    assert DOE.hide(text) == shown


def test_a_name_of_a_structure_stays_and_that_is_said_without_telling_it() -> None:
    cord = Pseudonym.of(CODE, ["Cord^John"])
    assert cord.hide("SpinalCord") == "SpinalCord" and cord.hide("John Cord T8") == f"{CODE} T8"
    (warning,) = cord.warnings_about(["SpinalCord"])
    assert "not hidden" in warning and "cord" not in warning.lower()
    assert cord.warnings_about(["Heart"]) == ()


def test_words_of_anonymizers_are_no_names() -> None:
    nobody = Pseudonym.of(CODE, ["Phantom^Spine", "Anonymous"], ["ANON"])
    for text in ("Phantom plan", "Spine", "anonymous CT"):
        assert nobody.hide(text) == text
    assert not tells_a_patient("Anonymous") and not tells_a_patient(" ")


def test_the_code_of_a_study_code_is_itself() -> None:
    assert study_code(study_code("4711"), "a secret") == study_code("4711")


def test_what_hides_does_not_tell() -> None:
    assert "oe" not in repr(DOE) and CODE in repr(DOE)


@given(st.text(max_size=60))
def test_hiding_twice_is_hiding_once(text: str) -> None:
    once = MUELLER.hide(text)
    assert MUELLER.hide(once) == once


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_name_and_id_can_be_sought(name: str, identifier: str, text: str) -> None:
    assert isinstance(Pseudonym.of(CODE, [name], [identifier], [text]).hide(text), str)


@given(st.sampled_from(["Annegret", "Müller", "Lüdenscheidt"]), st.text(max_size=10))
def test_a_name_between_signs_is_always_hidden(name: str, text: str) -> None:
    assert name not in MUELLER.hide(f"{text} {name}_{text}")


def test_the_secret_comes_from_the_environment_or_a_file(monkeypatch, tmp_path) -> None:
    plain = study_code("4711")
    monkeypatch.setenv("SPINE_RADIOSURGERY_STUDY_SECRET_FILE", str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="cannot be read"):
        study_secret()
    (tmp_path / "none.txt").write_text(" \n")
    with pytest.raises(InputError, match="is empty"):
        study_code("4711")
    monkeypatch.setenv("SPINE_RADIOSURGERY_STUDY_SECRET", "first")
    assert study_code("4711") == study_code("4711", "first") != plain
