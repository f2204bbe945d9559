"""The page of two plans side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...geometry import InputError
from ..page.dvh import DrawnPlan, drawn_plans
from ..page.language import Translate, mark, translator
from ..page.shell import DAMAGE, environment, foot, head, resource_text
from ..page.words import STATUS_WORDS, SYMBOLS, VERDICT_WORDS, translated
from ..presentation import Presentation
from ..versions import generated_by
from .comparable import LABELS, check_same_patient, comparability, roles_of
from .facts import fact_rows, notes, provenance
from .pairing import paired
from .plan_tables import BEYOND_MODEL, biology_groups, falloff_groups, index_rows
from .setup_tables import robustness_rows
from .tables import Plans, constraint_groups, cord_tables, metric_groups

Row = dict[str, Any]
Document = Mapping[str, Any]

KIND = "comparison"
"""Stands after the program's name in the page's and the PDF's properties."""
STYLES = ("report.css", "dvh.css", "comparison.css", "print.css")
"""The last one has the last word in print."""
SCRIPTS = ("dvh.js",)
PICTURES = (
    ("axial.png", mark("Axial"), "wide"),
    ("sagittal.png", mark("Sagittal"), "wide"),
    ("coronal.png", mark("Coronal"), "wide"),
    ("falloff.png", mark("Fall-off toward the cord"), "wide"),
    ("cord_volume.png", mark("Cord volume"), "narrow"),
    ("setup.png", mark("Setup robustness"), "wide"),
)


def compare_reports(
    first: Document,
    second: Document,
    presentation: Presentation | None = None,
    *,
    allow_different_patients: bool = False,
) -> str:
    """Render two plans of one patient side by side.

    Differences are the second plan's value less the first's. They are judged better or worse by
    the side of the limit, or by what a structure is; not where they lie within the uncertainties
    of sampling, and not where the values do not stand for the same: other contours, other
    fractions, another cord volume, a metric relative to another prescription.

    Parameters
    ----------
    first, second : mapping
        What two `report.json` hold, as `read_report_document` returns them.
    presentation : Presentation, optional
        English, ISO dates and A4 when not given.
    allow_different_patients : bool
        Compare them although the study codes differ.

    Returns
    -------
    str
        HTML that loads nothing from elsewhere. The same documents give the same page.

    Raises
    ------
    InputError
        The reports are of different patients, or one contradicts itself.
    """
    if not allow_different_patients:
        check_same_patient(first, second)
    try:
        return _render(first, second, presentation or Presentation())
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(
            f"A report lacks what the comparison needs ({type(error).__name__}: {error}); "
            "evaluate its plan again."
        ) from error


def _render(first: Document, second: Document, presentation: Presentation) -> str:
    translate = translator(presentation.language)
    scripts = [resource_text(name) for name in SCRIPTS]
    template = environment(presentation).get_template("comparison.html.j2")
    return template.render(
        head=head([resource_text(name) for name in STYLES], scripts, presentation),
        foot=foot(scripts),
        symbols=SYMBOLS,
        status_words=translated(STATUS_WORDS, translate),
        verdict_words=translated(VERDICT_WORDS, translate),
        labels=LABELS,
        beyond_model=BEYOND_MODEL,
        generator=f"{generated_by()} {KIND}",
        **_content(first, second, presentation, translate),
    )


def _content(
    first: Document, second: Document, presentation: Presentation, translate: Translate
) -> Row:
    both = (first, second)
    plans = Plans(first, second, comparability(first, second, translate), roles_of(both), translate)
    constraints, neither = constraint_groups(plans)
    metrics = metric_groups(plans)
    return {
        "both": both,
        "title": _title(both),
        "facts": fact_rows(both, presentation),
        "notes": notes(both, translate),
        "headlines": [d["verdict"]["reason"].split("; ") for d in both],
        "cords": cord_tables(plans),
        "constraints": constraints,
        "neither": neither,
        "indices": index_rows(plans),
        "falloffs": falloff_groups(plans),
        "robustness": robustness_rows(plans),
        "rooms": [_sentences(d) for d in both],
        "biology": biology_groups(plans),
        "limits_of_use": (first["biology"] or {}).get("limits_of_use", ""),
        "dvh": drawn_plans(
            [DrawnPlan(d, label) for d, label in zip(both, LABELS, strict=True)], presentation
        ),
        "pictures": _pictures(both, translate),
        "warnings": _warnings(both),
        "metrics": metrics,
        "provenance": provenance(both, translate),
    }


def _title(both: tuple[Document, Document]) -> str:
    return " / ".join(dict.fromkeys(str(d["case"]["identifier"]) for d in both))


def _sentences(document: Document) -> list[str]:
    robustness = document["robustness"]
    if robustness is None:
        return []
    return [t.replace("<=", "≤").replace(">=", "≥") for t in robustness["room"]["sentences"]]


def _pictures(both: tuple[Document, Document], translate: Translate) -> list[Row]:
    """Pictures that at least one plan has, by their place on the report's page."""
    rows = []
    for name, words, size in PICTURES:
        found = [d["pictures"].get(name) for d in both]
        if any(found):
            uris = [p and f"data:{p['media_type']};base64,{p['base64']}" for p in found]
            rows.append({"title": translate(words), "uris": uris, "size": size})
    return rows


def _warnings(both: tuple[Document, Document]) -> Row:
    """Warnings of both plans once, and those of each."""
    pairs = paired(both[0]["warnings"], both[1]["warnings"], str)
    return {
        "both": [a for a, b in pairs if a and b],
        "own": [[a for a, b in pairs if b is None], [b for a, b in pairs if a is None]],
    }
