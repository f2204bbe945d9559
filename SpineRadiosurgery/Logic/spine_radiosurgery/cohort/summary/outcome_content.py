"""What the page shows of pass rates and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .outcome_pictures import draw_dose_response, draw_rates, draw_survival
from .words import (
    DASH,
    ROLE_WORDS,
    cases_words,
    constraint_words,
    fractions_words,
    group_words,
    interval_words,
    number_words,
    percent_words,
    rate_words,
)

Row = dict[str, Any]
Document = Mapping[str, Any]

MOST_PROTOCOLS = 6
KINDS = ("region", "level", "template")
SOURCE_WORDS = {"manifest": "from the manifest", "records": "from patients' records"}


def rates_content(document: Document) -> Row:
    """Return verdicts by group for each protocol, and all constraints with their rates."""
    rates = document["rates"]
    answered: dict[str, list[Row]] = {}
    unanswered: dict[str, list[Row]] = {}
    for row in rates["constraints"]:
        is_open = not row["all"]["evaluated"] and row["role"] != "decides"
        kept = unanswered if is_open else answered
        kept.setdefault(row["protocol"], []).append(_constraint(row))
    return {
        "protocols": [
            {
                "name": verdict["protocol"],
                "cases": cases_words(verdict["all"]["cases"]),
                "picture": draw_rates(verdict),
                "alt": f"Cases within tolerance by {verdict['protocol']}: "
                f"{rate_words(verdict['all'])} in all; by region, level and template in the table.",
                "groups": [_group(kind, verdict) for kind in KINDS],
                "all": _rate("all", verdict["all"]),
                "constraints": answered.get(verdict["protocol"], []),
                "unanswered": unanswered.get(verdict["protocol"], []),
            }
            for verdict in rates["verdicts"][:MOST_PROTOCOLS]
        ],
        "protocols_left_out": max(0, len(rates["verdicts"]) - MOST_PROTOCOLS),
        "constraints_left_out": rates["left_out"],
    }


def outcome_content(document: Document) -> Row:
    """Return rates of outcomes, survival curves and dose-response."""
    return {
        "outcomes": [
            {**row, "words": rate_words(row), "known": row["yes"] + row["no"]}
            for row in document["outcomes"]
        ],
        "survival": [_survival(curve) for curve in document["survival"]],
        "responses": [_response(found) for found in document["dose_responses"]],
    }


def _group(kind: str, rates: Document) -> Row:
    return {
        "title": f"By {kind}",
        "rows": [_rate(kind, row) for row in rates[f"by_{kind}"]],
    }


def _rate(kind: str, row: Document) -> Row:
    return {
        **row,
        "words": "All" if kind == "all" else group_words(kind, row["name"]),
        "rate": percent_words(row["percent"]),
        "interval": interval_words(row).strip("()"),
    }


def _constraint(row: Document) -> Row:
    return {
        "structure": row["constraint_structure"],
        "limit": constraint_words(row),
        "fractions": row["fractions"],
        "decides": row["role"] == "decides",
        **{key: row["all"][key] for key in ("pass", "caution", "fail", "not_evaluable")},
        "rate": percent_words(row["all"]["percent"]),
        "interval": interval_words(row["all"]).strip("()"),
        "regions": [
            f"{group_words('region', part['name'])} {part['pass']}/{part['evaluated']}"
            for part in row["by_region"]
            if part["evaluated"]
        ],
        "groups": [_group(kind, row) for kind in ("level", "template")],
    }


def _survival(curve: Document) -> Row:
    has_curve = bool(curve["months"])
    return {
        **curve,
        "source_words": SOURCE_WORDS[curve["source"]],
        "picture": draw_survival(curve) if has_curve else "",
        "alt": _survival_alt(curve),
        "missing_words": "; ".join(
            f"{cases_words(count)} {why}" for why, count in curve["missing"].items()
        ),
        "rows": [
            {
                "months": f"{row['months']:g}",
                "percent": percent_words(row["percent"]),
                "interval": interval_words(row).strip("()") or DASH,
                "at_risk": row["at_risk"],
            }
            for row in curve["landmarks"]
        ],
        "median_words": _median(curve) if has_curve else "",
    }


def _survival_alt(curve: Document) -> str:
    words = [f"{row['percent']:.1f} % at {row['months']:g} months" for row in curve["landmarks"]]
    return f"Kaplan-Meier curve of {curve['title'].lower()}: {', '.join(words) or 'see the text'}."


def _median(curve: Document) -> str:
    if curve["median_months"] is None:
        return "Median not reached."
    low, high = curve["median_low_months"], curve["median_high_months"]
    ends = "not defined"
    if low is not None:
        ends = f"{low:.1f} to {'not reached' if high is None else f'{high:.1f}'}"
    return f"Median {curve['median_months']:.1f} months (95 % interval {ends})."


def _response(found: Document) -> Row:
    metric, unit = found["metric"].partition("[")[0], found["unit"]
    structure = ROLE_WORDS.get(found["structure"], found["structure"])
    missing = {
        "without the metric": found["without_metric"],
        "without the outcome": found["without_outcome"],
        "with an unreadable outcome": found["unreadable"],
    }
    return {
        "title": f"{found['outcome_title']} against {structure} {metric}",
        "note": found["note"],
        "outcome": found["outcome"],
        "missing": "; ".join(
            f"{cases_words(count)} {why}" for why, count in missing.items() if count
        ),
        "fits": [_fit(fit, f"{structure} {metric} ({unit})", found) for fit in found["fits"]],
    }


def _fit(fit: Document, x_label: str, found: Document) -> Row:
    unit = found["unit"]
    title = f"{fractions_words(fit['fractions'])}: {fit['events']} of {cases_words(fit['cases'])}"
    return {
        "title": title,
        "reason": fit["reason"],
        "picture": ""
        if fit["reason"]
        else draw_dose_response(x_label, found["outcome_title"].lower(), fit),
        "alt": f"{found['outcome_title']} against {x_label}, {title}; rates in the table.",
        "observed": [
            {
                "range": f"{number_words(row['from'], unit)} to {number_words(row['to'], unit)}",
                "events": f"{row['events']}/{row['cases']}",
                "rate": percent_words(row["percent"]),
                "interval": interval_words(row).strip("()"),
            }
            for row in fit["observed"]
        ],
        "sentences": [] if fit["reason"] else _fit_sentences(fit, unit),
    }


def _fit_sentences(fit: Document, unit: str) -> list[str]:
    p_value = "< 0.001" if fit["p_value"] < 0.001 else f"= {fit['p_value']:.3f}"
    sentences = [
        f"Slope {fit['slope']:.3g} per {unit} on the logit scale (95 % interval "
        f"{fit['slope_low']:.3g} to {fit['slope_high']:.3g}, p {p_value})."
    ]
    if fit["d50_low"] is None:
        sentences.append("50 %: no finite interval, the slope may be 0.")
        return sentences
    d50, low, high = (number_words(fit[key], unit) for key in ("d50", "d50_low", "d50_high"))
    first, last = fit["x"][0], fit["x"][-1]
    beyond = ""
    if not first <= fit["d50"] <= last:
        beyond = ", beyond the data: extrapolated"
    elif fit["d50_low"] < first or fit["d50_high"] > last:
        beyond = ", which reaches beyond the data"
    sentences.append(f"50 % at {d50} {unit} (95 % interval {low} to {high}{beyond}).")
    return sentences
