"""What the sections of step 2 have in common."""

from abc import ABC, abstractmethod

import qt
import slicer

from ..page import UI_FOLDER


class Section(ABC):
    """A part of step 2: a layout file, fields of the draft, and words that follow from them.

    :param page: the page of step 2.
    """

    name = ""
    """Of the layout file without "Assess"; the page's section is called the same."""

    def __init__(self, page):
        self.page, self.draft, self.logic = page, page.draft, page.logic
        self.widget = slicer.util.loadUI(str(UI_FOLDER / f"Assess{self.name}.ui"))
        self.widget.setMRMLScene(slicer.mrmlScene)
        # A collapsible button is never narrower than its contents would like to be.
        self.widget.setSizePolicy(qt.QSizePolicy.Ignored, qt.QSizePolicy.Preferred)
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.fields = []
        self.links = []

    @property
    def case(self):
        """The parameter node of the case that is shown; None where there is none."""
        return self.page.case

    def connectCase(self):  # noqa: B027 - most sections have nothing to do
        """Another case is shown."""

    def refresh(self, derived):
        """Show the draft.

        :param derived: what follows from it; None where it is no record.
        """
        for field in self.fields:
            field.refresh()

    @abstractmethod
    def title(self, derived):
        """Return the section's title, with its result in a few words."""


def say(label, text):
    """Show a text in a label; a label without one takes no room."""
    label.text = text
    label.setVisible(bool(text))
