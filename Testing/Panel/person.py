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

    def marks(self) -> dict[str, str]:
        self.host.settle()
        return {step: state.mark for step, state in self.workflow.states.items()}
