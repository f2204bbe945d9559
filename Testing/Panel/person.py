"""A person at the panel: opens pages, presses buttons, reads what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from host import Host

NAME = "SpineRadiosurgery"


class Person:
    """Uses the panel of a host as a person can: only what is shown and enabled."""

    def __init__(self, host: Host, module_file: Path) -> None:
        self.host = host
        host.load_module(module_file)

    @property
    def widget(self) -> Any:
        return self.host.widget(NAME)

    @property
    def workflow(self) -> Any:
        return self.widget.workflow

    @property
    def case(self) -> Any:
        return self.workflow.case

    def page(self, step: str) -> Any:
        return self.workflow.page(step)

    def open(self, step: str) -> Any:
        """Go to a step by its button in the strip; return its page."""
        page = self.page(step)
        self.host.click(getattr(self.workflow.ui, f"{step}StepButton"))
        return page

    def press(self, step: str, button: str = "") -> None:
        """Press a button of a step's page, by default the main one."""
        page = self.open(step)
        self.host.click(getattr(page.ui, button) if button else page.mainButton)

    def load_demo(self) -> None:
        """Press "Demo case"; setup errors, which take long, are not simulated."""
        self.press("case", "caseDemoButton")
        self.case.robustness = False

    def take_steps(self) -> None:
        """Take the demo case through the first five steps, but for the assessment."""
        self.press("case")
        self.press("target", "targetSplitButton")
        for step in ("target", "cord", "tolerance"):
            self.press(step)

    def choose(self, combo_box: Any, text: str) -> None:
        """Choose the item that begins with a text."""
        items = [combo_box.itemText(number) for number in range(combo_box.count)]
        assert any(item.startswith(text) for item in items), f"{text!r} is none of {items}"
        combo_box.setCurrentIndex(next(n for n, item in enumerate(items) if item.startswith(text)))
        self.host.settle()

    def type(self, line_edit: Any, text: str) -> None:
        """Put a text into a line, in the place of what is there."""
        line_edit.text = text
        self.host.settle()

    def unfold(self, *names: str) -> Any:
        """Unfold these sections of step 2 and fold the others; return its page."""
        page = self.page("assess")
        for section in page.sections:
            getattr(page.ui, f"assess{section.name}Section").collapsed = section.name not in names
        self.host.settle()
        return page

    def grade(self, radiographic: str = "II", neurological: str = "b", escc: str = "") -> None:
        """Choose the grades in step 2."""
        ui = self.page("assess").ui
        self.choose(ui.assessRadiographicComboBox, f"{radiographic}:")
        self.choose(ui.assessNeurologicalComboBox, f"{neurological}:")
        if escc:
            self.choose(ui.assessEsccComboBox, f"{escc}:")

    def marks(self) -> dict[str, str]:
        self.host.settle()
        return {step: state.mark for step, state in self.workflow.states.items()}
