"""The panel: the case on top, the six steps below it, one page at a time."""

import qt
import slicer
from slicer.i18n import tr as _

from .busy import Busy
from .cases import Cases
from .page import UI_FOLDER
from .pages import PAGES
from .step_states import MARKS, STALE, stateOf, stateSentence
from .verdicts import verdictStyle, verdictWord
from .watch import Watch


class Workflow:
    """The panel's contents.

    :param parent: the module's Qt widget.
    :param logic: the module's logic, by which everything is made.
    """

    def __init__(self, parent, logic):
        self.logic = logic
        self.case = None
        self._guiTag = None
        self.frame = slicer.util.loadUI(str(UI_FOLDER / "SpineRadiosurgery.ui"))
        parent.layout().addWidget(self.frame)
        self.ui = slicer.util.childWidgetVariables(self.frame)
        self.states = {}
        self.shown = 0
        self.pages = [pageClass(self) for pageClass in PAGES]
        self._addPages()
        # Now with the widgets of all pages, which are connected to the case together.
        self.ui = slicer.util.childWidgetVariables(self.frame)
        self.busy = Busy(
            self.ui.progressBar,
            self.ui.cancelButton,
            (self.ui.caseFrame, self.ui.stepsFrame, self.ui.pagesFrame, self.ui.backFrame),
        )
        self.watch = Watch(self.refresh, self._refreshLinks)
        self.frame.setMRMLScene(slicer.mrmlScene)
        self.cases = Cases(self.ui.caseSelector, self.ui.newCaseButton, logic, self._connectCase)
        self.ui.backButton.connect("clicked(bool)", lambda checked=False: self._turn(-1))
        self.ui.nextButton.connect("clicked(bool)", lambda checked=False: self._turn(1))
        self.ui.helpButton.connect("clicked(bool)", self._onHelp)
        self.goTo(self.pages[0].step)
        # After Reload Slicer does not enter again.
        if getattr(parent, "isEntered", False):
            self.enter()

    # What Slicer calls

    def enter(self):
        """The user opens the module."""
        self.logic.registerLayout()
        self.cases.enter()

    def exit(self):
        """The user goes to another module."""
        self.cases.exit()

    def cleanup(self):
        """The module is about to be reloaded, or Slicer to end."""
        self.cases.stop()
        self.watch.stop()

    # What the pages call

    def page(self, step):
        """Return the page of a step."""
        return next(page for page in self.pages if page.step == step)

    def isStale(self, step):
        """Whether the result of a step is stale."""
        return step in self.states and self.states[step].mark == STALE

    def goTo(self, step):
        """Show the page of a step."""
        number = [page.step for page in self.pages].index(step)
        self.shown = number
        # Not a stack of widgets: that would be as high as its highest page.
        for other, page in enumerate(self.pages):
            page.widget.setVisible(other == number)
        self._showWhereWeAre()

    def perform(self, failure, work):
        """Do something that takes a while or may fail, with progress and Cancel.

        :param failure: what to say if it fails, a sentence.
        :param work: a function; what it changes in the scene can be undone where undo is on.
        :return: whether it came to its end.
        """
        from spine_radiosurgery.geometry.progress import Cancelled

        if self.busy.isRunning:
            return False
        self.say("")
        try:
            with (
                slicer.util.tryWithErrorDisplay(failure),
                self.logic.undoable(self.case),
                self.busy.running(),
            ):
                work()
        except Cancelled:
            self.say(_("Canceled; nothing was changed."))
            return False
        finally:
            self.refresh()
        return True

    def say(self, text):
        """Show a sentence above the buttons; "" takes it away."""
        self.ui.messageLabel.text = text
        self.ui.messageLabel.setVisible(bool(text))

    def refresh(self):
        """Show the case as it is now."""
        self.states = {}
        for page in self.pages:
            page.refresh()
            self.states[page.step] = stateOf(page, self.states)
            page.updateMainButton()
        self._showStates()
        self._showVerdict()
        self._showWhereWeAre()

    # Inside

    def _addPages(self):
        self._group = qt.QButtonGroup(self.frame)
        self._group.setExclusive(True)
        self._stepButtons = {}
        for number, page in enumerate(self.pages, start=1):
            self.ui.pagesFrame.layout().addWidget(page.widget)
            button = getattr(self.ui, f"{page.step}StepButton")
            self._stepButtons[page.step] = button
            self._group.addButton(button, number)
            button.connect("clicked(bool)", lambda checked=False, step=page.step: self.goTo(step))

    def _connectCase(self, case):
        if self.case is not None:
            self.case.disconnectGui(self._guiTag)
        self.case = case
        self.watch.follow(case)
        if case is not None:
            self._guiTag = case.connectGui(self.ui)
        for page in self.pages:
            page.connectCase()
        self.say("")
        self.refresh()

    def _refreshLinks(self):
        for page in self.pages:
            for link in page.links:
                link.refresh()

    def _shownPage(self):
        return self.pages[self.shown]

    def _turn(self, by):
        number = self.shown + by
        if 0 <= number < len(self.pages):
            self.goTo(self.pages[number].step)

    def _showStates(self):
        for number, page in enumerate(self.pages, start=1):
            state, button = self.states[page.step], self._stepButtons[page.step]
            button.text = f"{number} {MARKS[state.mark]}\n{page.title()}"
            button.toolTip = "\n".join([page.sentence(), stateSentence(state)])

    def _showWhereWeAre(self):
        page = self._shownPage()
        self._stepButtons[page.step].checked = True
        number = self.pages.index(page)
        self.ui.backButton.enabled = number > 0
        self.ui.nextButton.enabled = number < len(self.pages) - 1
        self.ui.sentenceLabel.text = page.sentence()
        if page.step in self.states:
            self.ui.stateLabel.text = stateSentence(self.states[page.step])

    def _showVerdict(self):
        table = self.case.constraintsTable if self.case is not None else None
        self.ui.verdictLabel.setVisible(table is not None)
        if table is None:
            return
        verdict = self.logic.evaluation(table)["verdict"]
        stale = self.isStale("tolerance")
        text = _("{word}: {reason}").format(word=verdictWord(verdict["status"]), reason=verdict["reason"])
        self.ui.verdictLabel.text = _("{verdict} (stale)").format(verdict=text) if stale else text
        self.ui.verdictLabel.setStyleSheet(verdictStyle("stale" if stale else verdict["status"]))

    def _onHelp(self, checked=False):
        from .help import pageOf

        qt.QDesktopServices.openUrl(qt.QUrl(pageOf(self._shownPage().step)))
