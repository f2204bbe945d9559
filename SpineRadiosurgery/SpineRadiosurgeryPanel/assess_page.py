"""Step 2: the record of the patient: grades, stability, selection, prescription, follow-up."""

import json
from pathlib import Path

import qt
import slicer
from slicer.i18n import tr as _

from .assess.decision import DecisionSection
from .assess.differences import differences
from .assess.draft import Checked, Draft
from .assess.fields import TextField
from .assess.follow_up import FollowUpSection
from .assess.grades import GradesSection
from .assess.prescription import PrescriptionSection
from .assess.section import say
from .assess.selection import SelectionSection
from .assess.stability import StabilitySection
from .page import Page

SECTIONS = (GradesSection, StabilitySection, SelectionSection, PrescriptionSection, DecisionSection, FollowUpSection)
OPEN_AT_FIRST = ("Grades", "Decision")
LAST_FOLDER = "SpineRadiosurgery/RecordFolder"
FILES = "JSON (*.json)"
IDENTIFYING = ("patient_name", "patient_id", "treatment_date")


class AssessPage(Page):
    """Edits the draft of the record, and keeps it in the scene."""

    step = "assess"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self.draft = Draft(self.logic)
        self.checked = Checked({})
        self._recordedFor, self._recorded = None, ({}, "")
        self.sections = [section(self) for section in SECTIONS]
        self.grades = self.sections[0]
        for section in self.sections:
            button = self._button(section)
            button.layout().addWidget(section.widget)
            button.collapsed = section.name not in OPEN_AT_FIRST
        self.fields = [TextField(self.ui.assessPatientLineEdit, self.draft, ("patient",))]
        self.links = [link for section in self.sections for link in section.links]
        # Now with the widgets of all sections.
        self.ui = slicer.util.childWidgetVariables(self.widget)
        self.ui.assessLoadButton.connect("clicked(bool)", self._onLoad)
        self.ui.assessSaveButton.connect("clicked(bool)", self._onSave)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Assess")

    def sentence(self):
        """Return what the step does."""
        return _(
            "Records grades, stability, eligibility and follow-up, with what the papers say of them."
            " Optional: no later step needs it."
        )

    def mainToolTip(self):
        """Return what the main button does."""
        return _("Keep the record in the scene as it is entered here; a former one is replaced")

    def obstacle(self):
        """Return why there can be no record."""
        if not self.draft.levelsText().strip():
            return _("Name the levels to be treated, such as T8, T9.")
        problem = self.draft.check().problem or self._incompleteInWords()
        return problem or (_("Choose a grade, or measure.") if self.draft.isBlank() else "")

    def result(self):
        """Return the record."""
        return self.case.assessmentNode

    def changes(self):
        """Say what was changed since the record, or what it holds, was measured."""
        return list(dict.fromkeys([*self.logic.changesSince(self.result()), *self.grades.staleMeasurement()]))

    def differences(self):
        """Say what of the draft differs from the record."""
        recorded, damage = self._record()
        if damage:
            return [damage]
        now = self.draft.check()
        return [now.problem] if now.problem else differences(recorded, now.document)

    # What the workflow calls

    def connectCase(self):
        """Another case is shown."""
        self.draft.connectCase(self.case)
        for section in self.sections:
            section.connectCase()
        Page.connectCase(self)

    def refresh(self):
        """Show the draft, what follows from it, and whether it is recorded."""
        Page.refresh(self)
        self.grades.proposeLevels()
        self.checked = self.draft.check()
        derived = self.checked.derived
        for section in self.sections:
            section.refresh(derived)
            button, title = self._button(section), section.title(derived)
            if button.text != title:
                button.text = title
        for field in self.fields:
            field.refresh()
        say(self.ui.assessProblemLabel, "" if self.case is None else self._problem())
        self._showFiles()

    def act(self):
        """Record the draft; a former record is replaced."""
        self.workflow.perform(_("The assessment could not be recorded."), self._keep)

    # Recording

    def _keep(self):
        case = self.case
        former = case.assessmentNode
        damaged = former is not None and bool(self._record()[1])
        inputs = self.grades.measuredInputs()
        if former is not None and not damaged:
            # Parts that were measured formerly and not this time are forgotten.
            inputs = {**dict.fromkeys(_partsOf(former)), **inputs}
        case.assessmentNode = self.logic.recordAssessment(
            self.draft.record(),
            inputs=inputs,
            beside=case.structuresNode or case.imageNode,
            recordNode=None if damaged else former,
        )
        if damaged:
            self.logic.removeAssessment(former)

    def _record(self):
        """Return the recorded document, and why it cannot be read; one of the two is empty."""
        node = self.result() if self.case is not None else None
        if node is None:
            return {}, ""
        key = (node.GetID(), node.GetText())
        if key != self._recordedFor:
            try:
                self._recorded = self.logic.assessment(node), ""
            except ValueError as error:
                self._recorded = {}, str(error)
            self._recordedFor = key
        return self._recorded

    # Files

    def _onLoad(self, checked=False):
        path = qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Load record"), qt.QSettings().value(LAST_FOLDER) or "", FILES
        )
        if path:
            self.workflow.perform(_("The record could not be loaded."), lambda: self.load(path))

    def load(self, path):
        """Take a record from a file into the draft."""
        document = self.logic.importAssessment(path)
        # What follows from a record is made anew.
        for key in ("derived", "schema_version", "generated_by", "research_use_only"):
            document.pop(key, None)
        self.draft.write(json.loads(json.dumps(document)))
        qt.QSettings().setValue(LAST_FOLDER, str(Path(path).parent))
        self.grades.forgetMeasured()

    def _onSave(self, checked=False):
        name = f"{self.draft.value(('patient',)) or self.case.caseName}.json"
        folder = qt.QSettings().value(LAST_FOLDER) or ""
        path = qt.QFileDialog.getSaveFileName(
            slicer.util.mainWindow(), _("Save record"), f"{folder}/{name}" if folder else name, FILES
        )
        if path:
            self.workflow.perform(_("The record could not be saved."), lambda: self.save(path))

    def save(self, path):
        """Write the record into a file."""
        written = self.logic.exportAssessment(self.result(), path)
        qt.QSettings().setValue(LAST_FOLDER, str(Path(path).parent))
        self.workflow.say(_("Saved: {path}").format(path=written))

    # Showing

    def _button(self, section):
        return getattr(self.ui, f"assess{section.name}Section")

    def _problem(self):
        """Return what is wrong with the draft; that something is missing stands in the tooltip."""
        return self.draft.check().problem if self.draft.levelsText().strip() else ""

    def _incompleteInWords(self):
        found = self.draft.incomplete()
        if found is None:
            return ""
        path, number, key = found
        entries = {
            "visits": _("Visit {number}"),
            "volumes": _("Volume {number}"),
            "failures": _("Failure {number}"),
            "complications": _("Complication {number}"),
        }
        missing = {"day": _("enter the day"), "volume_cc": _("enter the volume"), "kind": _("choose its kind")}
        return f"{entries[path[-1]].format(number=number + 1)}: {missing[key]}."

    def _showFiles(self):
        ui, isThere = self.ui, self.case is not None
        node = self.result() if isThere else None
        damage = self._record()[1] if node is not None else ""
        stale = bool(node is not None and not damage and (self.differences() or self.changes()))
        ui.assessLoadButton.enabled = isThere
        obstacle = _("Record the assessment first.") if node is None else damage
        if stale and not obstacle:
            obstacle = _("Record the assessment again first: it is the record that is saved.")
        ui.assessSaveButton.enabled = not obstacle
        ui.assessSaveButton.toolTip = obstacle or _("Write the record as JSON, without name and ID of the patient")
        said = []
        if node is not None and not damage and not stale:
            said.append(_("Recorded: {name}.").format(name=node.GetName()))
        if any(self.draft.value((key,)) for key in IDENTIFYING):
            said.append(_("It names the patient, in the scene; saved records leave that out."))
        say(ui.assessRecordedLabel, " ".join(said))


def _partsOf(node):
    from .library import step

    return step("provenance").parts_of(node)
