"""The drawings of the radiographic grades in step 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from host import Host

CORD_GRADES = ("0", "I", "II", "III", "IV", "V")
CAUDA_GRADES = ("0", "I", "II", "IV")


@pytest.fixture
def drawing(host: Host, module_file: Any) -> Any:
    host.load_module(module_file)
    import qt
    from SpineRadiosurgeryPanel.assess.grade_drawing import GradeDrawing

    frame = qt.QWidget()
    frame.setLayout(qt.QVBoxLayout())
    clicked: list[str] = []
    made = GradeDrawing(frame.layout(), clicked.append)
    made.clicked, made.frame = clicked, frame
    return made


def cells(drawing: Any) -> list[bytes]:
    """Return the picture of each grade without its name and frame."""
    from SpineRadiosurgeryPanel.assess.grade_drawing import CELL, GAP, SHARPNESS

    image = drawing.pixmap.toImage()
    side = int((CELL - 8) * SHARPNESS)
    lefts = [int((n * (CELL + GAP) + 4) * SHARPNESS) for n in range(len(drawing.grades))]
    return [bytes(image.copy(left, 8, side, side).constBits()) for left in lefts]


@pytest.mark.parametrize(("is_cauda", "grades"), [(False, CORD_GRADES), (True, CAUDA_GRADES)])
def test_each_grade_has_its_own_picture(drawing: Any, is_cauda: bool, grades: tuple[str, ...]) -> None:
    drawing.show("", (), is_cauda)
    assert drawing.grades == grades
    assert len(set(cells(drawing))) == len(grades)


@pytest.mark.parametrize(("is_cauda", "grades"), [(False, CORD_GRADES), (True, CAUDA_GRADES)])
def test_a_click_tells_the_grade_below_it(drawing: Any, is_cauda: bool, grades: tuple[str, ...]) -> None:
    from SpineRadiosurgeryPanel.assess.grade_drawing import CELL, GAP

    drawing.show("", (), is_cauda)
    for number in range(len(CORD_GRADES)):
        drawing.label.onClicked(number * (CELL + GAP) + CELL // 2)
    assert tuple(drawing.clicked) == grades


def test_choice_and_proposal_are_framed_differently(drawing: Any) -> None:
    pictures = []
    for chosen, proposed in (("", ()), ("II", ()), ("", ("II",)), ("II", ("II",))):
        drawing.show(chosen, proposed)
        pictures.append(bytes(drawing.pixmap.toImage().constBits()))
    assert len(set(pictures)) == 3
    assert pictures[1] == pictures[3]


def test_the_same_is_not_drawn_again(drawing: Any) -> None:
    drawing.show("II", ("III",))
    before = drawing.pixmap
    drawing.show("II", ("III",))
    assert drawing.pixmap is before
