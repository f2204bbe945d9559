"""Take pictures of the panel and of its report: `make screenshots` writes docs/images/*.png.

The demo case is taken through the six steps in the test host, whose widgets are stand-ins: fonts
and frames differ a little from 3D Slicer's. The overview puts pictures of the report beside a page.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Testing"), str(ROOT / "Testing" / "Panel")]

IMAGES = ROOT / "docs" / "images"
MODULE = "SpineRadiosurgery"
WIDTH = 420
DIALOG_WIDTH, DIALOG_HEIGHT = 820, 620
GAP = 12
REPORT = Path("Documents", "report")
"""In a folder of its own: the pictures show the reader's path, not this machine's."""
FOLDED = {"selection": ("Stability", "Selection", "Prescription"), "follow-up": ("FollowUp",)}
"""Sections of step 2 by the name of their picture."""
FIGURES = ("axial", "cord_volume", "dvh", "falloff", "sectors_T8", "setup", "volume_response")
"""Pictures of the report that the tutorial shows."""
ENTERED = {
    ("sins", "pain"): "occasional",
    ("sins", "lesion"): "lytic",
    ("sins", "alignment"): "normal",
    ("grades", "rapid_decline"): "no",
    ("prescription", "setting"): "intact",
    ("selection", "primary"): "breast",
    ("selection", "histology"): "other",
    ("selection", "age_years"): 64,
    ("selection", "mri_days_before"): 9,
    ("follow_up", "visits"): [
        {"day": 0, "pain_score": 7, "opioid_mg": 40, "neurological": "b", "ambulatory": "yes"},
        {"day": 14, "pain_score": 3, "opioid_mg": 20, "neurological": "b", "ambulatory": "yes"},
        {"day": 90, "pain_score": 0, "opioid_mg": 0, "neurological": "a", "ambulatory": "yes"},
    ],
    ("follow_up", "volumes"): [
        {"day": 0, "volume_cc": 2.0, "kind": "epidural"},
        {"day": 60, "volume_cc": 0.7, "kind": "epidural"},
    ],
}
"""What a person enters in step 2, by its place in the record."""


def main() -> None:
    """Write the pictures."""
    from person import Person

    from host import start_host, why_unavailable

    if reason := why_unavailable():
        raise SystemExit(f"No pictures: {reason}.")
    host = start_host()
    former = Path.cwd()
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            person = Person(host, ROOT / MODULE / f"{MODULE}.py")
            take_all_steps(person)
            photograph(person)
            edit_protocol(person)
            copy_figures()
            figures = [REPORT / "figures" / f"{name}.png" for name in ("axial", "sagittal", "dvh")]
            overview(IMAGES / "panel-target.png", figures, IMAGES / "overview.png")
            os.chdir(former)
    finally:
        os.chdir(former)
        errors = host.take_errors()
        host.stop()
    if errors:
        raise errors[0]


def take_all_steps(person) -> None:
    """Take the demo case through the six steps, the assessment too."""
    person.load_demo()
    case = person.case
    case.robustness = case.uniteWithGtv = True
    case.previousRadiation = "no"
    person.press("case")
    person.press("target", "targetSplitButton")
    person.press("target")
    person.press("cord")
    person.press("cord", "cordRiskButton")
    person.press("tolerance")
    assess(person)
    case.reportFolder = str(REPORT)
    case.reportPdf = False
    person.press("report")


def assess(person) -> None:
    """Record an assessment with follow-up, with the grades that the images propose."""
    person.press("assess", "assessMeasureButton")
    page = person.page("assess")
    for button in (page.ui.assessUseProposalButton, page.ui.assessUseEsccButton):
        person.host.click(button)
    person.choose(page.ui.assessNeurologicalComboBox, "b:")
    page.draft.update(ENTERED)
    person.host.settle()
    person.press("assess")


def photograph(person) -> None:
    """Write a picture of every page; of step 2 more for the folded sections."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for page in person.workflow.pages:
        person.workflow.goTo(page.step)
        if page.step == "assess":
            for name, sections in FOLDED.items():
                person.unfold(*sections)
                take(person, f"panel-assess-{name}")
            person.unfold("Grades", "Decision")
        take(person, f"panel-{page.step}")


def take(person, name: str) -> None:
    """Write a picture of the panel as it is."""
    path = IMAGES / f"{name}.png"
    person.host.screenshot(person.host.panel(MODULE), path, WIDTH)
    crop(path, person.workflow.ui.backFrame.geometry.bottom() + 2 * GAP)
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def edit_protocol(person) -> None:
    """Write a picture of the protocol editor with a copy of which one limit was changed."""
    logic = person.workflow.logic
    copy = logic.copyProtocol("ryu-2015", "clinic-spine", "Clinic: spine", center="Clinic")
    person.press("tolerance", "toleranceEditProtocolButton")
    editor = person.page("tolerance").editing.editor
    editor.show(logic.changeProtocolRow(copy, 1, limit=8))
    person.host.settle()
    path = IMAGES / "panel-protocol.png"
    person.host.screenshot(editor.dialog, path, DIALOG_WIDTH, DIALOG_HEIGHT)
    editor.discard()
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def copy_figures() -> None:
    """Copy pictures of the report."""
    for name in FIGURES:
        label = name.removesuffix("_T8").replace("_", "-")
        shutil.copyfile(REPORT / "figures" / f"{name}.png", IMAGES / f"report-{label}.png")
        sys.stdout.write(f"docs/images/report-{label}.png\n")


def crop(path: Path, height: int) -> None:
    """Cut away what is below the last buttons: a page asks for more than it takes."""
    from PySide6.QtGui import QImage

    picture = QImage(str(path))
    picture.copy(0, 0, picture.width(), min(height, picture.height())).save(str(path))


def overview(page: Path, figures: Sequence[Path], target: Path) -> None:
    """Put two pictures of slices and a plot to the right of a page, as high as it."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QColor, QImage, QPainter

    panel = QImage(str(page))
    axial, sagittal, plot = (QImage(str(path)) for path in figures)
    plot = plot.scaledToWidth(2 * (panel.height() // 2), Qt.SmoothTransformation)
    height = panel.height() - plot.height() - GAP
    slices = [image.scaledToHeight(height, Qt.SmoothTransformation) for image in (axial, sagittal)]
    right = max(plot.width(), sum(image.width() for image in slices) + GAP)
    made = QImage(panel.width() + GAP + right, panel.height(), QImage.Format_RGB32)
    made.fill(QColor("white"))
    painter = QPainter(made)
    painter.drawImage(0, 0, panel)
    left = panel.width() + GAP
    for image in slices:
        painter.drawImage(left, 0, image)
        left += image.width() + GAP
    painter.drawImage(panel.width() + GAP, height + GAP, plot)
    painter.end()
    if not made.save(str(target)):
        raise RuntimeError(f"The picture could not be written to {target}.")
    sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
