"""The page in every language: catalogs that are whole, dates, paper, what stays English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2.ext import extract_from_ast
from page_parts import Page
from test_report_html import document

from spine_radiosurgery import resources
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.page.html import render_html
from spine_radiosurgery.report.page.language import catalog, format_date
from spine_radiosurgery.report.page.shell import environment
from spine_radiosurgery.report.presentation import DATE_FORMATS, LANGUAGES, Presentation

ROOM = Path(__file__).resolve().parents[2] / "SpineRadiosurgery/Logic/spine_radiosurgery/report"
OTHERS = [language for language in LANGUAGES if language != "en"]
CALLS = ("_", "mark", "translate")


def texts_of_templates() -> set[str]:
    parse = environment(Presentation()).parse
    found = set()
    for template in resources.path("Report").glob("*.j2"):
        tree = parse(template.read_text(encoding="utf-8"))
        for _, _, text in extract_from_ast(tree, gettext_functions=("_",)):
            found.add(text if isinstance(text, str) else text[0])
    return found


def texts_of_modules() -> set[str]:
    calls = [
        node
        for source in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS
    ]
    firsts = [call.args[0] for call in calls if call.args]
    return {first.value for first in firsts if isinstance(first, ast.Constant)}


@pytest.fixture(scope="module")
def texts():
    return texts_of_templates() | texts_of_modules()


def page_in(language: str, **changes) -> str:
    return render_html(document(**changes), Presentation(language))


def shown(html: str) -> str:
    return " ".join(Page(html).text.replace("\N{NO-BREAK SPACE}", " ").split())


def parameters(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\)s|%)", text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_in_every_catalog(texts, language):
    assert sorted(texts - set(catalog(language))) == []


@pytest.mark.parametrize("language", OTHERS)
def test_catalogs_hold_nothing_else(texts, language):
    assert sorted(set(catalog(language)) - texts) == []


@pytest.mark.parametrize("language", OTHERS)
def test_parameters_and_percent_signs_are_those_of_the_text(language):
    for text, words in catalog(language).items():
        expected = parameters(text) if "%(" in text else []
        assert (parameters(words) if "%(" in words else []) == expected, text


@pytest.mark.parametrize("language", OTHERS)
def test_translations_hold_no_markup_but_the_bold_of_the_text(language):
    for text, words in catalog(language).items():
        assert sorted(re.findall("<.*?>", words)) == sorted(re.findall("<.*?>", text)), text
        assert not re.search(r'["&]', words), words


@pytest.mark.parametrize("language", OTHERS)
def test_catalogs_are_sorted_and_leave_no_translation_empty(language):
    found = catalog(language)
    assert list(found) == sorted(found)
    assert all(words.strip() for words in found.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_names_its_language(language):
    assert f'<html lang="{language}">' in page_in(language)


@pytest.mark.parametrize(
    ("language", "verdict", "heading"),
    [
        ("de", "Innerhalb der Toleranz.", "Rückenmarksvolumen"),
        ("es", "Dentro de la tolerancia.", "Volumen medular"),
        ("fr", "Dans la tolérance.", "Volume médullaire"),
    ],
)
def test_verdict_and_headings_are_translated(language, verdict, heading):
    text = shown(page_in(language))
    assert text.index(verdict) < text.index(heading)
    assert "Within tolerance" not in text


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_of_the_evaluation_stay_english_and_say_so(language):
    html = page_in(language, warnings=["The slices are 4 mm thick."])
    assert '<span lang="en">The slices are 4 mm thick.</span>' in html
    sentence = "What the evaluation says about this case, such as reasons, warnings and remarks, "
    assert shown(html).count(catalog(language)[f"{sentence}is in English."]) == 1


def test_english_page_marks_no_sentence_as_english():
    assert "<span lang" not in page_in("en")


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_are_the_same_in_every_language(language):
    numbers = re.compile(r"\d\.\d+")
    first, other = (shown(page_in(name, everything=True)) for name in ("en", language))
    assert sorted(numbers.findall(first)) == sorted(numbers.findall(other))


@pytest.mark.parametrize("date_format", DATE_FORMATS)
def test_date_formats_are_as_their_examples(date_format):
    shown_as = format_date("2026-11-22T01:02:03+00:00", Presentation(date_format=date_format))
    assert shown_as == DATE_FORMATS[date_format]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "1. März 2026"), ("es", "1 de marzo de 2026"), ("fr", "1er mars 2026")],
)
def test_months_are_the_languages_own(language, words):
    assert format_date("20260301", Presentation(language, "words")) == words


@pytest.mark.parametrize("text", ["", "unknown", "2026-13-40", "20269999", "yesterday"])
def test_what_is_no_date_is_shown_as_it_is(text):
    assert format_date(text, Presentation(date_format="words")) == text


@pytest.mark.parametrize(("paper", "size"), [("a4", "A4"), ("letter", "letter")])
def test_paper_is_a_rule_of_the_page(paper, size):
    html = render_html(document(), Presentation(paper=paper))
    assert re.findall(r"@page \{ size: (\w+) portrait; \}", html) == [size]


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"date_format": "us"}, {"paper": "a5"}])
def test_choices_that_there_are_not_are_refused(wrong):
    with pytest.raises(InputError, match="A report has no"):
        Presentation(**wrong)
