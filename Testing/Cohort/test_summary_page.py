"""The page of a cohort: self-contained, deterministic, complete, and small for large cohorts."""

from __future__ import annotations

import gc
import json
import re
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from summary_results import constraint, evaluated, failed, row

from spine_radiosurgery.cohort.summary import SummaryBuilder, render_cohort
from spine_radiosurgery.cohort.summary.cord import MOST_POINTS, cord_document
from spine_radiosurgery.cohort.summary.dose_pictures import draw_pair
from spine_radiosurgery.cohort.summary.numbers import Numbers
from spine_radiosurgery.cohort.summary.reading import CaseReading
from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.report.document.values import plain
from spine_radiosurgery.report.presentation import Presentation

COLUMNS = ("outcome_myelopathy", "local_control_months", "local_control_event")
ROW = row()
HOSTILE = "<script>alert('$x$')</script>"


def built(count=24, *, name="case"):
    builder = SummaryBuilder(COLUMNS)
    random = np.random.default_rng(2)
    for n in range(count):
        is_single = n % 3 != 0
        cells = (str(int(random.random() < 0.4)), f"{random.uniform(1, 30):.1f}", str(n % 2))
        one = row(n, columns=dict(zip(COLUMNS, cells, strict=True)), targets=(name,))
        made = evaluated(
            n,
            dose_gy=16.0 if is_single else 24.0,
            fractions=1 if is_single else 3,
            level=("T8", "L1", "C5")[n % 3],
            verdict=("pass", "fail")[n % 5 == 0],
            cord_max_gy=random.uniform(8, 14) if n else 40.0,
            numbers={"V10Gy[%]": random.uniform(0, 20), "V10Gy[cc]": random.uniform(0, 0.6)},
        )
        builder.add(one, made)
    builder.add(row(98), failed(98, f"{name} has no dose."))
    return builder.document()


@pytest.fixture(scope="module")
def document():
    return built()


@pytest.fixture(scope="module")
def page(document):
    return render_cohort(document)


def test_the_document_is_plain_json_and_alone_makes_the_page(document, page) -> None:
    assert render_cohort(json.loads(json.dumps(document, allow_nan=False))) == page


def test_the_same_results_give_the_same_bytes(document) -> None:
    assert json.dumps(built()) == json.dumps(document)


def test_nothing_comes_from_outside(page) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script-src 'none'" in policy
    assert re.findall(r"(?:https?:)?//[a-z]", re.sub(r"base64,[^\"]*", "", page)) == []
    sources = re.findall(r'(?:src|href)="([^"]{0,26})', page)
    assert sources
    assert set(sources) == {"data:image/svg+xml;base64,"}
    assert not re.search(r'<[^>]+\sstyle="', page)


@pytest.mark.parametrize(("cases", "drawn"), [(4, False), (5, True)])
def test_histograms_are_drawn_from_five_cases_on(cases, drawn) -> None:
    page = render_cohort(built(cases))
    assert ("Histogram of Cord volume D10% in Gy." in page) is drawn
    assert ("Histograms are drawn from 5 cases on." in page) is not drawn
    assert "<td>Cord volume D10% (Gy)</td>" in page


def test_every_constraint_opens_by_level_and_template_without_a_script(page, document) -> None:
    tables = re.findall(r"<details>(.*?By level and template<.*?)</details>", page, re.S)
    constraints = document["rates"]["constraints"]
    assert len(tables) == len(constraints) == 2
    for one, table in zip(constraints, tables, strict=True):
        for part in (*one["by_level"], *one["by_template"]):
            counts = [part[name] for name in ("name", "pass", "caution", "fail", "not_evaluable")]
            assert '</td><td class="n">'.join(map(str, counts)) in table
    assert "<script" not in page


@pytest.mark.parametrize(("role", "aside"), [("decides", False), ("organ", True)])
def test_limits_that_no_case_could_be_judged_by_stand_aside(role, aside) -> None:
    builder = SummaryBuilder(())
    for n in range(3):
        undrawn = constraint("not_evaluable", role=role, constraint_structure="Bladder_Wall")
        builder.add(row(n), evaluated(n, constraints=[constraint(), undrawn]))
    page = render_cohort(builder.document())
    assert page.count("<td>Bladder_Wall") == 1
    assert ("1 limit that no case could be judged by" in page) is aside


def test_tables_below_bands_are_linear_between_the_doses_of_the_bands(document) -> None:
    found = json.loads(json.dumps(document))
    scheme = next(s for s in found["dvh"]["schemes"] if s["fractions"] == 1)
    scheme["dose_gy"] = 15.0
    target = next(b for b in scheme["bands"] if b["role"] == "target")
    target["p50"] = [min(100.0, max(0.0, 90.0 - 50.0 * (d - 14.2))) for d in target["doses"]]
    assert '<td class="n">14.25 Gy</td><td class="n">87.5</td>' in render_cohort(found)


def test_every_picture_says_what_it_shows(page) -> None:
    alternatives = re.findall(r'<img src="[^"]*" alt="([^"]*)"', page)
    assert len(alternatives) == page.count("<img") >= 15
    assert all(len(text) > 20 for text in alternatives)


@pytest.mark.parametrize(
    "words",
    [
        "Cohort of 25 cases",
        "16 Gy in 1 fraction",
        "24 Gy in 3 fractions",
        "All prescriptions, relative dose",
        "Cord volume tolerance",
        "Pass rates",
        "Local control",
        "Dose-response",
        "Failed cases",
        "A research tool, not a medical device.",
        "Research use only",
    ],
)
def test_the_page_has_its_sections(page, words) -> None:
    assert words in page


def test_names_are_escaped(document) -> None:
    text = json.dumps(document).replace("case-98", json.dumps(HOSTILE)[1:-1])
    found = json.loads(text)
    found["numbers"] = [number | {"groups": []} for number in found["numbers"]]
    found["dvh"]["schemes"] = found["survival"] = []
    found["cord"]["pairs"] = {}
    found["dose_responses"][0] |= {"structure": HOSTILE, "outcome_title": HOSTILE}
    shown = render_cohort(found)
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") >= 2


def test_paper_is_the_readers_and_the_language_english() -> None:
    shown = render_cohort(SummaryBuilder(()).document(), Presentation("de", paper="letter"))
    assert '<html lang="en">' in shown
    assert "size: letter" in shown


def test_a_cohort_of_failed_cases_has_a_page() -> None:
    builder = SummaryBuilder(COLUMNS)
    builder.add(row(), failed())
    shown = render_cohort(builder.document())
    assert "The folder holds no dose." in shown
    assert "Pass rates" not in shown


def test_an_empty_cohort_has_a_page() -> None:
    assert "Cohort of 0 cases" in render_cohort(SummaryBuilder(()).document())


def test_a_damaged_summary_is_refused(document) -> None:
    with pytest.raises(InputError, match="run the cohort again"):
        render_cohort({**document, "counts": {}})


def test_many_cases_are_counted_in_a_grid(document) -> None:
    values = [{"V10Gy[%]": 3.0 * n, "D10%[Gy]": 5.0 + n} for n in range(8)]
    cases = [
        CaseReading(row(n), evaluated(n, numbers=v, constraints=[]).document)
        for n, v in enumerate(values)
    ]
    other = CaseReading(row(), evaluated(dose_gy=24.0, fractions=3, cord_max_gy=20.0).document)
    many = Numbers()
    for n in range(MOST_POINTS + 1):
        many.add(cases[n % 8], "case")
    for _ in range(5):
        many.add(other, "case")
    cord = plain(cord_document(many))
    pair = cord["pairs"]["d10"]
    assert pair["points"] is None
    assert (pair["cases"], pair["grid"]["fractions"]) == (MOST_POINTS + 1, 1)
    assert np.sum(pair["grid"]["counts"]) == MOST_POINTS + 1
    numbers = {number["key"]: number for number in document["numbers"]}
    assert len(draw_pair(pair, numbers, cord["limits"])) < 300_000


def test_memory_grows_by_a_few_numbers_a_case_only() -> None:
    variants = [evaluated(n, cord_max_gy=9.0 + n, level=f"T{n + 1}") for n in range(8)]

    builder = SummaryBuilder(COLUMNS)
    # Threads that other tests left behind allocate, too; they have no frame of this file.
    of_this_test = tracemalloc.Filter(True, __file__, all_frames=True)

    def held(first: int, last: int) -> int:
        for n in range(first, last):
            cells = dict(zip(COLUMNS, (str(n % 2), str(n % 50), "1"), strict=True))
            builder.add(replace(ROW, case=f"case-{n}", columns=cells), variants[n % 8])
        gc.collect()
        traces = tracemalloc.take_snapshot().filter_traces([of_this_test])
        return sum(trace.size for trace in traces.traces)

    tracemalloc.start(12)
    few, many = held(0, 200), held(200, 2000)
    tracemalloc.stop()
    # 103 bytes a case: 12 numbers, and what their arrays keep in reserve.
    assert many - few < 130 * 1800
