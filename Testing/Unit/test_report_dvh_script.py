"""The histogram's script: its arithmetic under Node.js, the whole of it in a real browser."""

from __future__ import annotations

import functools
import html
import json
import re
import shutil
import subprocess

import pytest
from page_parts import HOSTILE
from two_plans import curve, document, falling

from spine_radiosurgery import resources
from spine_radiosurgery.report.page.dvh import DrawnPlan, drawn_plans
from spine_radiosurgery.report.page.shell import environment, foot, head, resource_text
from spine_radiosurgery.report.presentation import Presentation

NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

ENGLISH = Presentation()
FRAME = {"left": 0, "top": 0, "right": 200, "bottom": 101, "dose_gy": 20, "percent": 101}
FLAT = {"name": "flat", "keys": ["s1"], "cc": 10, "dose_gy": [0, 10, 12], "percent": [100, 100, 0]}
LOW = {"name": "low", "keys": ["s2"], "cc": 0.5, "dose_gy": [0, 4], "percent": [100, 0]}
DATA = {"frame": FRAME, "curves": [FLAT, LOW]}


@functools.cache
def script_values(calls: str):
    """Values of calls of the script's functions, in one process of Node.js."""
    path = resources.path("Report/dvh.js")
    program = (
        f"const s = require({json.dumps(str(path))});"
        f"const data = {json.dumps(DATA)}; const [flat, low] = data.curves;"
        "const off = (...keys) => new Set(keys);"
        f"console.log(JSON.stringify([{calls}]));"
    )
    run = subprocess.run(
        [str(NODE), "-e", program], capture_output=True, text=True, check=True, timeout=30
    )
    return json.loads(run.stdout)


CASES = [
    ("s.percentAt(flat, 0)", 100),
    ("s.percentAt(flat, 10)", 100),
    ("s.percentAt(flat, 11)", 50),
    ("s.percentAt(flat, 12)", 0),
    ("s.percentAt(flat, 99)", 0),
    ("s.toX(data.frame, 10)", 100),
    ("s.toY(data.frame, 100)", 1),
    ("s.toDose(data.frame, -5)", 0),
    ("s.toDose(data.frame, 50)", 5),
    ("s.toDose(data.frame, 900)", 20),
    ("s.nearestCurve(data, off(), 110, 50)", 0),
    ("s.nearestCurve(data, off(), 10, 60)", 1),
    ("s.nearestCurve(data, off('s2'), 10, 60)", 0),
    ("s.nearestCurve(data, off('s1', 's2'), 10, 60)", -1),
    ("s.nextCurve(data, off(), 0, 1)", 1),
    ("s.nextCurve(data, off(), 0, -1)", 1),
    ("s.nextCurve(data, off('s2'), 0, 1)", 0),
    ("s.nextCurve(data, off('s1', 's2'), 0, 1)", -1),
    ("s.afterKey(data, off(), null, 'ArrowRight', false)", {"curve": 0, "dose": 10}),
    (
        "s.afterKey(data, off(), {curve: 0, dose: 1.03}, 'ArrowRight', false)",
        {"curve": 0, "dose": 1.1},
    ),
    (
        "s.afterKey(data, off(), {curve: 0, dose: 1.1}, 'ArrowRight', false)",
        {"curve": 0, "dose": 1.2},
    ),
    ("s.afterKey(data, off(), {curve: 0, dose: 1.1}, 'ArrowLeft', false)", {"curve": 0, "dose": 1}),
    ("s.afterKey(data, off(), {curve: 0, dose: 1.1}, 'ArrowLeft', true)", {"curve": 0, "dose": 1}),
    ("s.afterKey(data, off(), {curve: 0, dose: 0}, 'ArrowLeft', true)", {"curve": 0, "dose": 0}),
    ("s.afterKey(data, off(), {curve: 0, dose: 20}, 'ArrowRight', 0)", {"curve": 0, "dose": 20}),
    ("s.afterKey(data, off(), {curve: 0, dose: 3}, 'ArrowDown', false)", {"curve": 1, "dose": 3}),
    ("s.afterKey(data, off(), {curve: 0, dose: 3}, 'End', false)", {"curve": 0, "dose": 12}),
    ("s.afterKey(data, off(), {curve: 0, dose: 3}, 'Home', false)", {"curve": 0, "dose": 0}),
    ("s.afterKey(data, off('s1'), {curve: 0, dose: 3}, 'Home', false)", {"curve": 1, "dose": 10}),
    ("s.afterKey(data, off('s1', 's2'), null, 'ArrowRight', false)", None),
    ("s.afterKey(data, off(), {curve: 0, dose: 3}, 'toString', false)", None),
    ("s.reading(flat, 11)", "flat: 11.00 Gy, 50.0 %, 5.00 cc"),
    ("s.reading(low, 3.96)", "low: 3.96 Gy, 1.0 %, 0.005 cc"),
    ("s.reading({...flat, cc: 9000}, 5)", "flat: 5.00 Gy, 100.0 %, 9000 cc"),
    (
        "s.reading({...flat, inside: 'inside the grid'}, 5)",
        "flat: 5.00 Gy, 100.0 %, 10.0 cc inside the grid",
    ),
]


@needs_node
@pytest.mark.parametrize(("call", "value"), CASES)
def test_script_reads_and_moves(call, value):
    found = script_values(", ".join(call for call, _ in CASES))
    assert found[[call for call, _ in CASES].index(call)] == value


@needs_node
def test_script_needs_no_newer_language_than_2018():
    source = resource_text("dvh.js")
    assert not re.search(r"\?\?|\?\.[a-z(\[]|\|\|=|&&=|\.at\(|replaceAll|structuredClone", source)


# What a person does, and what the page then says; written into the page itself.
USER = """
(function () {
  const figure = document.querySelector("figure.dvh");
  const plot = figure.querySelector(".dvh-plot svg");
  const text = figure.querySelector(".dvh-reading");
  const box = plot.getBoundingClientRect();
  const boxes = Array.from(figure.querySelectorAll(".dvh-legend input"));
  const said = [];
  const say = (what) => said.push([what, text.textContent.trim(),
    Array.from(figure.querySelectorAll(".dvh-curve")).filter((p) => !p.getAttribute("display"))
      .length]);
  const point = (type, kind, x, y) => plot.dispatchEvent(new PointerEvent(type, {
    clientX: box.left + (x * box.width) / 640, clientY: box.top + (y * box.width) / 640,
    pointerType: kind, bubbles: true }));
  const press = (key) => plot.dispatchEvent(
    new KeyboardEvent("keydown", { key: key, bubbles: true, cancelable: true }));
  say("first");
  point("pointermove", "mouse", 600, 100); say("mouse");
  point("pointerleave", "mouse", 600, 100); say("mouse away");
  point("pointerdown", "touch", 600, 100); point("pointerleave", "touch", 600, 100); say("touch");
  press("Home"); say("home");
  press("Escape"); say("escape");
  boxes[0].click(); say("off");
  boxes[boxes.length - 1].click(); say("on");
  figure.querySelector("button").click(); say("reset");
  const list = document.createElement("pre");
  list.id = "said";
  list.textContent = JSON.stringify(said);
  document.body.appendChild(list);
})();
"""


def in_browser(tmp_path, found):
    scripts = [resource_text("dvh.js"), USER]
    body = environment(ENGLISH).get_template("dvh.html.j2").render(dvh=found)
    start = f"<!DOCTYPE html><html><head>{head([resource_text('dvh.css')], scripts)}</head>"
    page = tmp_path / "page.html"
    page.write_text(f"{start}<body>{body}{foot(scripts)}</body></html>", encoding="utf-8")
    run = subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert "CONSOLE" not in run.stderr, run.stderr
    said = re.search(r'<pre id="said">(.*?)</pre>', run.stdout, re.DOTALL).group(1)
    return {what: (words, count) for what, words, count in json.loads(html.unescape(said))}


@pytest.mark.slow
@needs_chromium
def test_browser_reads_switches_and_resets_under_the_pages_own_policy(tmp_path):
    target = curve("CTV", "target", falling(37, 31), 12.0)
    bone = curve("Bone", "vertebra", falling(20))
    shown = document(dvh={"dose_step_gy": 0.5, "curves": [target, bone]})
    said = in_browser(tmp_path, drawn_plans([DrawnPlan(shown)], ENGLISH))
    assert said["first"] == ("", 1)
    assert re.fullmatch(r"CTV: 17\.\d\d Gy, \d+\.\d %, \d\.\d\d cc", said["mouse"][0])
    assert said["mouse away"] == ("", 1)
    assert said["touch"][0] == said["mouse"][0]
    assert said["home"] == ("CTV: 0.00 Gy, 100.0 %, 12.0 cc", 1)
    assert said["escape"] == ("", 1)
    assert [said[what][1] for what in ("off", "on", "reset")] == [0, 1, 1]


@pytest.mark.slow
@needs_chromium
def test_browser_runs_no_name(tmp_path):
    shown = document(
        dvh={"dose_step_gy": 0.5, "curves": [curve(HOSTILE, "target", falling(37, 31))]}
    )
    said = in_browser(tmp_path, drawn_plans([DrawnPlan(shown)], ENGLISH))
    assert said["mouse"][0].startswith(f"{HOSTILE}: ")
