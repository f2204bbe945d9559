"""Step 5: the tolerance."""

import slicer
from slicer.i18n import tr as _

from .constraint_table import ConstraintTable
from .library import step
from .page import Page
from .protocol_choices import ProtocolLink
from .protocol_editing import ProtocolEditing
from .second_opinion import SecondOpinionBox
from .tolerance_choices import contradiction, differencesFrom, evaluationOptions, prescriptionOf
from .tolerance_words import (
    fallOffSentence,
    indicesSentence,
    largestDose,
    placeSentence,
    robustnessSentences,
)


class TolerancePage(Page):
    """Evaluates the plan and shows what came out."""

    step = "tolerance"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self.editing = ProtocolEditing(workflow)
        self.protocols = ProtocolLink(self.ui.toleranceProtocolComboBox, self.editing.chooseFile)
        self.links = [self.protocols]
        self.table = ConstraintTable(self.ui.toleranceTable, self.ui.toleranceAllRowsCheckBox, self._onRow)
        self.secondOpinion = SecondOpinionBox(self)
        self._placed = None
        for button, slot in (
            (self.ui.toleranceEditProtocolButton, lambda checked=False: self.editing.open()),
            (self.ui.toleranceCopyButton, lambda checked=False: self.table.copy()),
            (self.ui.toleranceDvhButton, lambda checked=False: self._show(self._showDvh)),
            (self.ui.toleranceWashButton, lambda checked=False: self._show(self._showWash)),
            (self.ui.toleranceIsodoseButton, lambda checked=False: self.makeIsodoses()),
            (self.ui.toleranceHottestButton, lambda checked=False: self._show(self._showHottest)),
            (self.ui.toleranceLayoutButton, lambda checked=False: self._show(self.logic.setLayout)),
        ):
            button.connect("clicked(bool)", slot)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Tolerance")

    def sentence(self):
        """Return what the step does."""
        return _("Compares what cord and organs receive with published limits, and says how sure that is.")

    def obstacle(self):
        """Return why the plan cannot be evaluated; "" when it can."""
        case = self.case
        obstacles = (
            (case.doseNode is None, _("Choose the dose first (step 1).")),
            (case.targetNode is None or not case.targetSegmentID, _("Make or choose the target first (step 3).")),
            (case.cordNode is None or not case.cordSegmentID, _("Choose the cord first (step 4).")),
            (case.cordVolumeNode is None, _("Define the cord volume first (step 4).")),
            (not all(prescriptionOf(case)), _("Enter the prescription first (step 1).")),
            (self._isStale("target"), _("The target is stale; make it again (step 3).")),
            (self._isStale("cord"), _("The cord volume is stale; define it again (step 4).")),
        )
        return next((text for isMet, text in obstacles if isMet), "")

    def result(self):
        """Return the table of constraints."""
        return self.case.constraintsTable

    def differences(self):
        """Say which choices differ from those of the evaluation."""
        table = self.result()
        return differencesFrom(self.case, table, self.logic.evaluation(table))

    def refresh(self):
        """Show the choices and the evaluation as they are now."""
        Page.refresh(self)
        self._showProtocol()
        table = None if self.case is None else self.case.constraintsTable
        if table is not self._placed:
            self._placed = table
            self.ui.tolerancePlaceLabel.text = _("Click a row to see its hottest point.")
        self.table.showEvaluation(table)
        self.ui.toleranceResultFrame.setVisible(table is not None)
        if table is not None:
            self._showFacts(self.logic.evaluation(table))
            for button in (self.ui.toleranceWashButton, self.ui.toleranceIsodoseButton):
                button.enabled = self.case.doseNode is not None
        self.secondOpinion.refresh(table)

    # Evaluating

    def act(self):
        """Evaluate the plan; asks before a prescription that contradicts the plan is taken."""
        complaint = contradiction(self.case)
        if complaint and not confirmOverride(complaint):
            self.workflow.say(_("Not evaluated: correct the prescription in step 1."))
            return
        self.workflow.perform(_("The plan could not be evaluated."), lambda: self._evaluate(bool(complaint)))

    def _evaluate(self, overridePrescription):
        case = self.case
        former = case.constraintsTable
        case.constraintsTable = self.logic.evaluateTolerance(
            case.doseNode,
            case.targetNode,
            case.targetSegmentID,
            case.cordNode,
            case.cordSegmentID,
            imageNode=case.imageNode,
            structuresNode=case.structuresNode,
            override_prescription=overridePrescription,
            **evaluationOptions(case),
        )
        if former is not None:
            step("evaluations").remove_evaluation(former)
        self._showDvh()
        self._showWash()

    def _isStale(self, earlier):
        state = self.workflow.states.get(earlier)
        return state is not None and state.mark == "stale"

    # Showing

    def _showProtocol(self):
        self.protocols.showAutomatic(prescriptionOf(self.case)[1] if self.case is not None else 0)
        chosen = self.protocols.chosen()
        self.ui.toleranceProtocolComboBox.toolTip = "" if chosen is None else chosen.citation
        self.ui.toleranceEditProtocolButton.enabled = self.case is not None

    def _showFacts(self, facts):
        self.ui.toleranceFallOffLabel.text = fallOffSentence(facts["falloff"])
        self.ui.toleranceSetupLabel.text = "\n".join(robustnessSentences(facts["robustness"]))
        self.ui.toleranceIndicesLabel.text = indicesSentence(facts.get("indices", {}))
        warnings = facts["warnings"]
        self.ui.toleranceWarningsButton.setVisible(bool(warnings))
        self.ui.toleranceWarningsButton.text = _("Warnings ({count})").format(count=len(warnings))
        self.ui.toleranceWarningsLabel.text = "\n".join(f"• {text}" for text in warnings)

    def _show(self, work):
        with slicer.util.tryWithErrorDisplay(_("It could not be shown.")):
            work()

    def _showDvh(self):
        self.logic.showDvh(self.result())

    def _showWash(self):
        case = self.case
        doseGy = self.logic.evaluation(self.result())["prescription_gy"]
        self.logic.showDoseWash(case.doseNode, case.imageNode, doseGy)

    def makeIsodoses(self, useSlicerRt=False):
        """Make isodose surfaces of the case's dose."""
        case = self.case
        doseGy = self.logic.evaluation(self.result())["prescription_gy"]
        self.workflow.perform(
            _("The isodose surfaces could not be made."),
            lambda: self.logic.createIsodoseSurfaces(case.doseNode, prescriptionGy=doseGy, useSlicerRt=useSlicerRt),
        )

    def _showHottest(self):
        facts = self.logic.evaluation(self.result())
        self._jumpTo(facts["cord_volumes"][0]["name"])

    def _onRow(self, row):
        self._show(lambda: self._jumpTo(row.structure))

    def _jumpTo(self, structure):
        table = self.result()
        if structure not in self.logic.evaluation(table)["hottest_ras"]:
            text = _("{structure} has no dose in this evaluation.").format(structure=structure)
        else:
            point = self.logic.jumpToHottestPoint(structure, table)
            metrics = step("evaluations").results_of(table).get("metrics")
            text = placeSentence(structure, point, largestDose(metrics, structure))
        self.ui.tolerancePlaceLabel.text = text


def confirmOverride(complaint):
    """Ask whether a prescription that contradicts the plan is to be taken."""
    question = _("{complaint}\n\nEvaluate with the prescription that was entered?").format(complaint=complaint)
    return slicer.util.confirmYesNoDisplay(question)
