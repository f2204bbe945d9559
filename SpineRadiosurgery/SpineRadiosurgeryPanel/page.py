"""What the pages of the six steps have in common."""

from abc import ABC, abstractmethod
from pathlib import Path

import slicer
from slicer.i18n import tr as _

UI_FOLDER = Path(__file__).resolve().parents[1] / "Resources" / "UI"


class Page(ABC):
    """One step of the workflow: a layout file, one main button, and its result.

    A page shows and asks; what it makes is made by the logic. ``refresh`` only shows.

    :param workflow: the panel's ``Workflow``.
    """

    step = ""
    """Key of the step: "case", "assess", "target", "cord", "tolerance" or "report"."""

    def __init__(self, workflow):
        self.workflow = workflow
        self.logic = workflow.logic
        self.widget = slicer.util.loadUI(str(UI_FOLDER / f"{type(self).__name__}.ui"))
        self.widget.setMRMLScene(slicer.mrmlScene)
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.links = []
        self.mainButton.connect("clicked(bool)", self._onMainButton)

    @property
    def mainButton(self):
        """The button that takes the step."""
        return getattr(self.ui, f"{self.step}Button")

    @property
    def case(self):
        """The parameter node of the case that is shown; None where there is none."""
        return self.workflow.case

    # What a page says

    @abstractmethod
    def title(self):
        """Return the step's name."""

    @abstractmethod
    def sentence(self):
        """Return what the step does, in one sentence."""

    def mainToolTip(self):
        """Return what the main button does."""
        return self.sentence()

    @abstractmethod
    def obstacle(self):
        """Return why the step cannot be taken; "" when it can."""

    @abstractmethod
    def result(self):
        """Return the node that the step made; None where it has not."""

    def isMade(self):
        """Whether the step was taken."""
        return self.result() is not None

    def changes(self):
        """Say which inputs were changed since the result was made."""
        return list(self.logic.changesSince(self.result()))

    def differences(self):
        """Say which choices of the page differ from those that the result was made with."""
        return []

    # What the workflow calls

    def connectCase(self):
        """Another case is shown: fill in what can be guessed, and follow it."""
        for link in self.links:
            link.connectCase(self.case)

    def refresh(self):
        """Show the case as it is now."""
        for link in self.links:
            link.refresh()

    def updateMainButton(self):
        """Enable the main button, or let its tooltip say why it is not."""
        obstacle = _("There is no case.") if self.case is None else self.obstacle()
        self.mainButton.enabled = not obstacle
        self.mainButton.toolTip = obstacle or self.mainToolTip()

    @abstractmethod
    def act(self):
        """Take the step."""

    def _onMainButton(self, checked=False):
        self.act()
