"""Step 1: the case."""

import html

import qt
import slicer
from slicer.i18n import tr as _

from .library import isAnotherInput
from .links import ChoiceLink
from .page import Page
from .preselection import preselect
from .role_table import RoleTable

LAST_FOLDER = "SpineRadiosurgery/CaseFolder"
"""Key of Slicer's settings."""


class CasePage(Page):
    """Loads a case, asks what its structures are, and checks it."""

    step = "case"

    def __init__(self, workflow):
        Page.__init__(self, workflow)
        self._messages = ()
        self._structuresID = None
        self.links = [
            ChoiceLink(
                self.ui.casePreviousRadiationComboBox,
                "previousRadiation",
                (("unknown", _("unknown")), ("yes", _("yes")), ("no", _("no"))),
            )
        ]
        self.roleTable = RoleTable(self.ui.caseRoleTable, self._onRole, self._onStructure)
        self.ui.caseLoadButton.connect("clicked(bool)", self._onLoad)
        self.ui.caseDemoButton.connect("clicked(bool)", self._onDemo)
        self.ui.caseSegmentButton.connect("clicked(bool)", self._onSegment)
        self.ui.caseMessagesLabel.connect("linkActivated(QString)", self._onShow)

    # What the page says

    def title(self):
        """Return the step's name."""
        return _("Case")

    def sentence(self):
        """Return what the step does."""
        return _("Loads a plan, asks what its structures are, and checks whether it is complete.")

    def mainToolTip(self):
        """Return what the main button does."""
        return _("Check structures, dose and prescription, and take the roles over for the next steps")

    def obstacle(self):
        """Return why the case cannot be checked."""
        if self.case.structuresNode is None:
            return _("Load a case, or choose its structures.")
        if not self.logic.rolesOf(self.case):
            return _("The structures are empty; choose others.")
        return ""

    def result(self):
        """Return the case's own node once the case was confirmed."""
        return self.case.parameterNode if self.logic.confirmationOf(self.case) else None

    def differences(self):
        """Say what was chosen since the case was confirmed."""
        answers = self.logic.confirmationOf(self.case).answers
        found = [
            text
            for field, text in (
                ("image", _("another image is chosen")),
                ("dose", _("another dose is chosen")),
                ("structures", _("other structures are chosen")),
            )
            if self._isAnother(field)
        ]
        roles = self.logic.rolesOf(self.case)
        names = dict(self._names())
        changed = [names[i] for i, role in roles.items() if answers.roles.get(i, role) != role]
        if changed:
            found.append(_("roles were changed: {names}").format(names=", ".join(changed)))
        prescribed = (self.case.prescriptionGy, self.case.fractions)
        if (answers.prescription_gy, answers.fractions) != prescribed:
            found.append(_("the prescription was changed"))
        if answers.previous_radiation != self.case.previousRadiation:
            found.append(_("the earlier irradiation was changed"))
        return found

    # What the workflow calls

    def connectCase(self):
        """Follow another case; an empty one takes what lies in the scene without a case."""
        self._structuresID = None
        if self.case is not None:
            preselect(self.case, self.logic)
        Page.connectCase(self)

    def refresh(self):
        """Show the case as it is now."""
        Page.refresh(self)
        self._forgetFormerRoles()
        hasStructures = self.case is not None and self.case.structuresNode is not None
        confirmation = self.logic.confirmationOf(self.case) if hasStructures else None
        roles = self.logic.rolesOf(self.case) if hasStructures else {}
        facts = confirmation.structures if confirmation and not self._isAnother("structures") else {}
        self.roleTable.show(self._names(), roles, facts)
        self.ui.caseRoleTable.setVisible(bool(roles))
        self._showPlan()
        self._showExtensions()
        self._showMessages(confirmation)

    def act(self):
        """Check and confirm the case."""
        self.workflow.perform(_("The case could not be checked."), self._confirm)

    # Inside

    def _confirm(self):
        self.logic.confirmCase(self.case)
        self.logic.setLayout()
        self.logic.showCase(self.case)

    def _names(self):
        """Return pairs of segment ID and name."""
        node = self.case.structuresNode if self.case is not None else None
        if node is None:
            return []
        segmentation = node.GetSegmentation()
        return [(i, segmentation.GetSegment(i).GetName()) for i in segmentation.GetSegmentIDs()]

    def _isAnother(self, part):
        """Whether another node is chosen than that which was confirmed and is still there."""
        return isAnotherInput(self.case.parameterNode, part, getattr(self.case, f"{part}Node"))

    def _forgetFormerRoles(self):
        """Roles are said of segments: those of other structures are guessed again."""
        node = self.case.structuresNode if self.case is not None else None
        structuresID = node.GetID() if node is not None else None
        if self._structuresID is not None and structuresID not in (None, self._structuresID):
            self.case.rolesJson = "{}"
        self._structuresID = structuresID or self._structuresID

    def _showPlan(self):
        node = self.case.structuresNode if self.case is not None else None
        planned = self.logic.plannedPrescription(node) if node is not None else None
        absent = _("from the plan") if planned is not None else _("not known")
        self.ui.casePrescriptionSpinBox.setSpecialValueText(absent)
        self.ui.caseFractionsSpinBox.setSpecialValueText(absent)
        self.ui.casePlanLabel.setVisible(planned is not None)
        if planned is not None:
            text = _("Plan: {dose:g} Gy in {fractions} fraction(s)")
            self.ui.casePlanLabel.text = text.format(dose=planned.dose_gy, fractions=planned.fractions)
            self.ui.casePlanLabel.toolTip = planned.source

    def _showExtensions(self):
        isMissing = bool(self.logic.whyNoSlicerRt())
        self.ui.caseSlicerRtCheckBox.setVisible(not isMissing)
        self.ui.caseSlicerRtCheckBox.enabled = not isMissing
        self.ui.caseSlicerRtLabel.setVisible(isMissing)
        self.ui.caseSlicerRtLabel.text = _(
            "SlicerRT is not installed; get it under View > Extensions Manager if you want its second opinion."
        )
        self.ui.caseSlicerRtLabel.toolTip = _(
            "Without it there are no second opinion on the dose-volume histogram and no RTSTRUCT export."
        )
        reason = self.logic.whyNoTotalSegmentator()
        self.ui.caseSegmentLabel.setVisible(not reason)
        if not reason and (self.case is None or self.case.imageNode is None):
            reason = _("Choose the planning image first.")
        self.ui.caseSegmentButton.enabled = not reason
        self.ui.caseSegmentButton.toolTip = reason or _(
            "Segment the vertebrae and the cord of the planning image; takes minutes"
        )

    def _showMessages(self, confirmation):
        self._messages = confirmation.messages if confirmation is not None else ()
        lines = []
        for number, message in enumerate(self._messages):
            show = f' <a href="{number}">{html.escape(_("show"))}</a>' if message.place_ras else ""
            lines.append(f"{html.escape(message.text)}{show}")
        if confirmation is not None and not lines:
            lines = [html.escape(_("Nothing was found that speaks against this case."))]
        self.ui.caseMessagesLabel.text = "".join(f'<p style="margin: 3px 0px">{line}</p>' for line in lines)
        self.ui.caseMessagesLabel.setVisible(bool(lines))

    # What a person does

    def _onLoad(self, checked=False):
        folder = self._askForFolder()
        if folder:
            qt.QSettings().setValue(LAST_FOLDER, folder)
            failure = _("The folder could not be loaded.")
            useSlicerRt = self.ui.caseSlicerRtCheckBox.isEnabled() and self.ui.caseSlicerRtCheckBox.checked
            self._showLoaded(failure, lambda: self.logic.loadCase(folder, useSlicerRt=useSlicerRt))

    def _onDemo(self, checked=False):
        self._showLoaded(_("The demo case could not be made."), self.logic.loadDemoCase)

    def _showLoaded(self, failure, load):
        """Load a case, and show it in the place of an empty one."""
        former, loaded = self.case, []
        if not self.workflow.perform(failure, lambda: loaded.append(load())):
            return
        self.workflow.cases.show(loaded[0])
        if former is not None:
            self.workflow.cases.removeIfEmpty(former)
        self.logic.showCase(loaded[0])

    def _askForFolder(self):
        return qt.QFileDialog.getExistingDirectory(
            slicer.util.mainWindow(),
            _("Folder with image, structures, dose and plan"),
            qt.QSettings().value(LAST_FOLDER, ""),
        )

    def _onSegment(self, checked=False):
        missing = self.logic.missingForTotalSegmentator()
        if not missing or self._mayDownload(missing):
            self.workflow.perform(_("The vertebrae could not be segmented."), lambda: self._segment(bool(missing)))

    def _mayDownload(self, missing):
        question = _("TotalSegmentator has to download first: {missing}. Download now?")
        return slicer.util.confirmOkCancelDisplay(question.format(missing="; ".join(missing)))

    def _segment(self, allowDownload):
        node = self.logic.segmentVertebrae(self.case.imageNode, allowDownload=allowDownload)
        self.case.vertebraNode = node
        self.case.vertebraSegmentID = self.logic.suggestInputs(node).get("vertebra", "")

    def _onRole(self, segmentID, role):
        self.logic.setRole(self.case, segmentID, role)

    def _onStructure(self, segmentID):
        confirmation = self.logic.confirmationOf(self.case)
        facts = confirmation.structures.get(segmentID) if confirmation is not None else None
        if facts is not None and facts.place_ras is not None:
            self.logic.jumpTo(facts.place_ras)

    def _onShow(self, link):
        self.logic.jumpTo(self._messages[int(link)].place_ras)
