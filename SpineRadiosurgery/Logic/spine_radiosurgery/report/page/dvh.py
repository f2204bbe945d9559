"""The histogram that the page draws itself: one SVG for screen and print, data for its script."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..limits import limit_of_rows
from ..palette import CORD, CORD_VOLUME, LIMIT_ON_PAPER, ON_PAPER, TARGET
from ..presentation import Presentation
from .curves import Point, place_labels, thin
from .formats import format_volume
from .language import Translate, translator

Row = dict[str, Any]
Document = Mapping[str, Any]

WIDTH, HEIGHT = 640, 370
LEFT, TOP, RIGHT, BOTTOM = 46, 30, 630, 324
"""The plot's frame in units of the drawing."""
TOP_PERCENT = 101.0
TOLERANCE_PERCENT = 0.01
"""A curve is drawn and read with fewer points than the document has, this close to them."""
LABEL_RADIUS = 8.5
LINE_HEIGHT = 17

WIDTHS = {TARGET: 2.2, CORD_VOLUME: 2.8, CORD: 1.8}
OTHER_WIDTH = 1.5
OTHER_COLOURS = ("#00664d", "#8f0f6b", "#222222", "#3f3b9e")
"""With those of target and cord at least 14 apart in CIELAB for every kind of colour vision."""
DASHES = (
    "", "11 4", "3 3", "11 3 3 3", "6 3", "1.5 3", "11 3 3 3 3 3", "16 5", "6 3 1.5 3", "3 6",
    "16 3 1.5 3", "6 3 6 3 1.5 3",
)  # fmt: skip
"""One a curve, so that grey paper tells them apart."""
PLAN_DASHES = ("", "7 4")
"""Where two plans are drawn the line style tells the plan, and the number the structure."""
NEVER_SHOWN_FIRST = ("external", "vertebra", "ignore", "gtv", "ptv")
ORGAN_ROLES = ("organ", "canal")
MOST_ORGANS_FIRST, MOST_ORGANS_OF_TWO = 5, 2
_ROLE_ORDER = (TARGET, CORD_VOLUME, CORD, "prv")


@dataclass(frozen=True)
class DrawnPlan:
    """A plan to draw: its document, and its short name where there is more than one."""

    document: Document
    label: str = ""


@dataclass(frozen=True)
class _Style:
    number: int
    colour: str
    dash: str
    width: float
    is_on: bool


def dvh_content(document: Document, presentation: Presentation) -> Row:
    """Return what `dvh.html.j2` needs to draw the histogram of one plan, as its `dvh`.

    Parameters
    ----------
    document : mapping
        What `report.json` holds; without `dvh` there are no curves, and nothing is drawn.
    presentation : Presentation
    """
    return drawn_plans([DrawnPlan(document)], presentation)


def drawn_plans(plans: Sequence[DrawnPlan], presentation: Presentation) -> Row:
    """Return the same for one plan, or for two in one plot."""
    translate = translator(presentation.language)
    curves = [(n, curve) for n, plan in enumerate(plans) for curve in _curves_of(plan.document)]
    if not curves:
        return {"curves": []}
    largest = max(curve["max_gy"] for _, curve in curves)
    largest = max(largest, *(plan.document["prescription"]["dose_gy"] for plan in plans))
    frame = _Frame(1.04 * largest)
    styles = _styles([curve for _, curve in curves], is_alone=len(plans) == 1)
    drawn = [_drawn(plans, place, curve, styles, frame) for place, curve in curves]
    drawn.sort(key=lambda c: (c["number"], c["plan"]))
    limits = _limits(plans, frame, translate)
    _label(drawn, limits)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "frame": {"left": LEFT, "top": TOP, "right": RIGHT, "bottom": BOTTOM},
        "dose_ticks": [{"at": frame.x(t), "text": f"{t:g}"} for t in dose_ticks(frame.dose_gy)],
        "volume_ticks": [{"at": frame.y(t), "text": f"{t:g}"} for t in range(0, 101, 20)],
        "limits": limits,
        "limit_colour": LIMIT_ON_PAPER,
        "label_radius": LABEL_RADIUS,
        # Those of the legend's first rows lie on top.
        "curves": drawn[::-1],
        "legend": _legend(plans, drawn, translate),
        "has_parts": any(c["is_part"] for c in drawn),
        "plans": [
            {"label": plan.label, "key": f"p{n}", "dash": PLAN_DASHES[n]}
            for n, plan in enumerate(plans)
            if len(plans) > 1
        ],
        "data": {"frame": frame.data(), "curves": [_read(curve, translate) for curve in drawn]},
    }


def dose_ticks(largest_gy: float) -> list[float]:
    """Round doses from 0 to the largest, about seven of them."""
    power = 10.0 ** math.floor(math.log10(largest_gy / 7.0))
    step = next(f * power for f in (1.0, 2.0, 2.5, 5.0, 10.0) if largest_gy / (f * power) <= 8.0)
    return [round(n * step, 9) for n in range(int(largest_gy / step + 1e-9) + 1)]


@dataclass(frozen=True)
class _Frame:
    dose_gy: float

    def x(self, dose_gy: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * dose_gy / self.dose_gy, 1)

    def y(self, percent: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * percent / TOP_PERCENT, 1)

    def data(self) -> dict[str, float]:
        return {
            "left": LEFT, "top": TOP, "right": RIGHT, "bottom": BOTTOM,
            "dose_gy": self.dose_gy, "percent": TOP_PERCENT,
        }  # fmt: skip


def _curves_of(document: Document) -> list[Mapping[str, Any]]:
    found = document.get("dvh") or {"curves": []}
    outside = {s["name"]: s["outside_dose_cc"] or 0.0 for s in document["case"]["structures"]}
    return [
        {
            **curve,
            "step_gy": found["dose_step_gy"],
            "whole_cc": curve["covered_cc"] + outside.get(curve["structure"], 0.0),
        }
        for curve in found["curves"]
        if curve["volume_percent"]
    ]


def _styles(curves: Sequence[Mapping[str, Any]], *, is_alone: bool) -> dict[str, _Style]:
    """How each structure looks, by name: the legend's order is that of their importance."""
    roles = {c["structure"]: c["role"] for c in reversed(curves)}
    hottest: dict[str, float] = {}
    for curve in curves:
        hottest[curve["structure"]] = max(curve["max_gy"], hottest.get(curve["structure"], 0.0))
    organs = [n for n in roles if roles[n] in ORGAN_ROLES]
    organs.sort(key=lambda n: (-hottest[n], n))
    first = {
        *organs[: MOST_ORGANS_FIRST if is_alone else MOST_ORGANS_OF_TWO],
        *(n for n in roles if roles[n] in _ROLE_ORDER),
    }

    def importance(name: str) -> tuple[Any, ...]:
        role = roles[name]
        place = _ROLE_ORDER.index(role) if role in _ROLE_ORDER else len(_ROLE_ORDER)
        return (name not in first, place, role in NEVER_SHOWN_FIRST, -hottest[name], name)

    found: dict[str, _Style] = {}
    others = 0
    for number, name in enumerate(sorted(roles, key=importance)):
        role = roles[name]
        # Each round of the dashes begins with another colour: 48 looks before one comes again.
        turn = others + number // len(DASHES)
        colour = ON_PAPER.get(role) or OTHER_COLOURS[turn % len(OTHER_COLOURS)]
        others += role not in ON_PAPER
        dash = DASHES[number % len(DASHES)] if is_alone else ""
        width = WIDTHS.get(role, OTHER_WIDTH)
        found[name] = _Style(number + 1, colour, dash, width, name in first)
    return found


def _drawn(
    plans: Sequence[DrawnPlan],
    place: int,
    curve: Mapping[str, Any],
    styles: Mapping[str, _Style],
    frame: _Frame,
) -> Row:
    style = styles[curve["structure"]]
    label = plans[place].label
    step = curve["step_gy"]
    points = [(n * step, percent) for n, percent in enumerate(curve["volume_percent"])]
    points = thin(points, TOLERANCE_PERCENT)
    line = [(frame.x(dose), frame.y(percent)) for dose, percent in points]
    return {
        "name": curve["structure"] + (f" ({label})" if label else ""),
        "structure": curve["structure"],
        "plan": place,
        "number": style.number,
        "keys": [f"s{style.number}", *([f"p{place}"] if len(plans) > 1 else [])],
        "colour": style.colour,
        "dash": style.dash if len(plans) == 1 else PLAN_DASHES[place],
        "width": style.width,
        "is_on": style.is_on,
        "cc": curve["covered_cc"],
        "whole_cc": curve["whole_cc"],
        "is_part": format_volume(curve["covered_cc"]) != format_volume(curve["whole_cc"]),
        "dose_gy": [round(dose, 6) for dose, _ in points],
        "percent": [percent for _, percent in points],
        "line": line,
        "path": "M" + "L".join(f"{x:g},{y:g}" for x, y in _without_repeats(line)),
    }


def _read(curve: Row, translate: Translate) -> Row:
    """What the script reads of a curve, and says after a volume where it is not of the whole."""
    inside = translate("inside the dose grid") if curve["is_part"] else ""
    data = {key: curve[key] for key in ("name", "keys", "cc", "dose_gy", "percent")}
    return {**data, "inside": inside}


def _without_repeats(line: Sequence[Point]) -> list[Point]:
    """Leave out points that the drawing's resolution makes the same as the one before."""
    return [p for n, p in enumerate(line) if n == 0 or p != line[n - 1]]


def _label(drawn: Sequence[Row], limits: Sequence[Row]) -> None:
    """Give curves the place of their number: those shown at first do not mind the others."""
    inside = (LEFT + 14, TOP + 12, RIGHT - 10, BOTTOM - 12)
    shown = [c for c in drawn if c["is_on"]]
    hidden = [c for c in drawn if not c["is_on"]]
    lines = [c["line"] for c in shown]
    first = place_labels(lines, inside, taken=_words(limits))
    rest = place_labels([c["line"] for c in hidden], inside, around=lines, taken=first)
    for curve, (x, y) in zip((*shown, *hidden), (*first, *rest), strict=True):
        curve["label_x"], curve["label_y"] = round(x, 1), round(y, 1)


def _words(limits: Sequence[Row]) -> list[Point]:
    """Points along the words of the limits."""
    return [
        (limit["text_x"] + (along if limit["anchor"] == "start" else -along), limit["text_y"] - 8)
        for limit in limits
        for along in range(0, 101, 20)
    ]


def _legend(plans: Sequence[DrawnPlan], drawn: Sequence[Row], translate: Translate) -> list[Row]:
    """One row a structure, with its volume in each plan and how much of it has a dose."""
    rows: dict[str, Row] = {}
    for curve in drawn:
        row = rows.setdefault(
            curve["structure"],
            {
                "key": curve["keys"][0],
                "number": curve["number"],
                "name": curve["structure"],
                "colour": curve["colour"],
                "dash": curve["dash"] if len(plans) == 1 else "",
                "width": curve["width"],
                "is_on": curve["is_on"],
                "volumes": [],
            },
        )
        row["volumes"].append((plans[curve["plan"]].label, _volume(curve, translate)))
    return [{**row, "volumes": _volumes(row["volumes"])} for row in rows.values()]


def _volume(curve: Row, translate: Translate) -> str:
    """Write a volume as words that no line may break."""
    inside, whole = format_volume(curve["cc"]), format_volume(curve["whole_cc"])
    text = f"{whole} cc"
    if curve["is_part"]:
        text = translate("%(inside)s of %(whole)s cc") % {"inside": inside, "whole": whole}
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _volumes(found: Sequence[tuple[str, str]]) -> str:
    """Write one volume where all plans have the same, else each plan's."""
    if len({volume for _, volume in found}) == 1:
        return found[0][1]
    return ", ".join(f"{label} {volume}" for label, volume in found)


def _limits(plans: Sequence[DrawnPlan], frame: _Frame, translate: Translate) -> list[Row]:
    """Corners that the cord volume's curve must stay below; the same one of two plans once."""
    found: dict[tuple[float, float], list[tuple[str, str]]] = {}
    for plan in plans:
        document = plan.document
        limit = limit_of_rows(document["constraints"], document["prescription"]["dose_gy"])
        corner = (limit.dose_gy, limit.percent)
        found.setdefault(corner, []).append((plan.label, limit.source))
    drawn = [(corner, named) for corner, named in found.items() if corner[0] <= frame.dose_gy]
    # The words of a second corner stand above those of the first.
    return [_limit(*limit, rank, frame, translate) for rank, limit in enumerate(drawn)]


def _limit(
    corner: tuple[float, float],
    named: Sequence[tuple[str, str]],
    rank: int,
    frame: _Frame,
    translate: Translate,
) -> Row:
    dose_gy, percent = corner
    x, y = frame.x(dose_gy), frame.y(percent)
    is_right = dose_gy < 0.72 * frame.dose_gy
    words = translate("limit %(dose)s Gy, %(percent)s %%")
    sources = list(dict.fromkeys(source for _, source in named))
    if len(named) == 1 or len(sources) > 1:
        sources = [f"{label} {source}".strip() for label, source in named]
    return {
        "x": x,
        "y": y,
        "text_x": x + 8 if is_right else x - 8,
        "text_y": y - 8 - 2.4 * LINE_HEIGHT * rank,
        "line_height": LINE_HEIGHT,
        "anchor": "start" if is_right else "end",
        "lines": [
            words % {"dose": f"{dose_gy:.4g}", "percent": f"{percent:.4g}"},
            f"({', '.join(sources)})",
        ],
    }
