"""Measuring on a follow-up image: the volume of a tumor, and where a recurrence lies in the plan."""

from slicer.i18n import tr as _

from ..links import SegmentLink
from ..tolerance_choices import prescriptionOf
from .fields import numberIn

VOLUMES, FAILURES = ("follow_up", "volumes"), ("follow_up", "failures")
UNKNOWN = "unknown"


class FollowUpMeasuring:
    """Segment, registration with its error, day, and the two buttons.

    :param section: the section of the follow-up, whose widgets these are.
    """

    def __init__(self, section):
        self.section, self.ui = section, section.ui
        self.links = [SegmentLink(self.ui.assessFollowUpSegmentSelector, "followUpNode", "followUpSegmentID")]
        self._transformID = None
        for edit in (self.ui.assessErrorLineEdit, self.ui.assessDayLineEdit):
            edit.connect("textChanged(QString)", self._onText)
        self.ui.assessMeasureVolumeButton.connect("clicked(bool)", self._onVolume)
        self.ui.assessMeasureFailureButton.connect("clicked(bool)", self._onFailure)

    @property
    def case(self):
        """The parameter node of the case that is shown; None where there is none."""
        return self.section.case

    def clear(self):
        """Forget day and error: they are of another case."""
        self.ui.assessDayLineEdit.text = self.ui.assessErrorLineEdit.text = ""
        self._transformID = self._currentTransformID()

    def refresh(self):
        """Say what is missing, in the buttons' tooltips."""
        if self._transformID != self._currentTransformID():
            # The error is that of a registration, not of the next one.
            self._transformID = self._currentTransformID()
            self.ui.assessErrorLineEdit.text = ""
        self.ui.assessErrorLineEdit.enabled = self._isRegistered()
        for button, obstacle, toolTip in (
            (
                self.ui.assessMeasureVolumeButton,
                self._volumeObstacle(),
                _("Add the volume of the segment on that day"),
            ),
            (
                self.ui.assessMeasureFailureButton,
                self._failureObstacle(),
                _("Add a failure: share of the segment in isodoses, and its place in the anatomy"),
            ),
        ):
            button.enabled = not obstacle
            button.toolTip = obstacle or toolTip

    # What is missing

    def _volumeObstacle(self):
        case = self.case
        if case is None:
            return _("There is no case.")
        if case.followUpNode is None or not case.followUpSegmentID:
            return _("Choose the segment first.")
        if not isinstance(self._day(), int):
            return _("Enter the day after treatment, a whole number.")
        return ""

    def _failureObstacle(self):
        missing = self._volumeObstacle()
        if missing:
            return missing
        if self.case.doseNode is None:
            return _("Choose the dose first (step 1).")
        if not prescriptionOf(self.case)[0]:
            return _("Enter the prescription first (step 1).")
        error = self._error()
        if self._isRegistered() and (error is None or (isinstance(error, str) and error != UNKNOWN)):
            return _("Enter the error of the registration in mm, or unknown.")
        return ""

    def _day(self):
        return numberIn(self.ui.assessDayLineEdit.text)

    def _error(self):
        """Return millimeters, UNKNOWN, or a text that is neither; None where none is asked for or entered."""
        if not self._isRegistered():
            return None
        error = numberIn(self.ui.assessErrorLineEdit.text)
        if isinstance(error, str):
            return UNKNOWN if error.lower() in (UNKNOWN, _("unknown")) else error
        return error if error is None or error >= 0 else str(error)

    def _isRegistered(self):
        case = self.case
        if case is None or case.followUpNode is None:
            return False
        return case.followUpTransform is not None or case.followUpNode.GetParentTransformNode() is not None

    def _currentTransformID(self):
        transform = self.case.followUpTransform if self.case is not None else None
        return None if transform is None else transform.GetID()

    def _onText(self, text):
        self.refresh()

    # Measuring

    def _onVolume(self, checked=False):
        self.section.page.workflow.perform(_("The volume could not be measured."), self._measureVolume)

    def _measureVolume(self):
        case = self.case
        volumeCc = self.section.logic.measureTumorVolume(case.followUpNode, case.followUpSegmentID)
        name = case.followUpNode.GetSegmentation().GetSegment(case.followUpSegmentID).GetName()
        self.section.draft.add(VOLUMES, {"day": self._day(), "volume_cc": volumeCc, "structure": name})

    def _onFailure(self, checked=False):
        self.section.page.workflow.perform(_("The failure could not be measured."), self._measureFailure)

    def _measureFailure(self):
        case, error = self.case, self._error()
        measured = self.section.logic.measureFailure(
            case.followUpNode,
            case.followUpSegmentID,
            case.doseNode,
            prescriptionOf(case)[0],
            targetNode=case.targetNode,
            targetID=case.targetSegmentID,
            transformNode=case.followUpTransform,
            registrationErrorMm=None if error == UNKNOWN else error,
            treatedLevels=", ".join(self.section.draft.levels()),
            canalNode=case.vertebraNode,
            canalID=case.canalSegmentID,
        )
        self.section.draft.add(FAILURES, {"day": self._day(), "measured": measured})
