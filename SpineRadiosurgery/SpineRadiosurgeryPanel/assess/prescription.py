"""Dose and fractions beside the published ranges, and what the papers caution against."""

from slicer.i18n import tr as _

from .checklist import Checklist
from .fields import ChoiceField
from .section import Section, say
from .words import cements, settings

_COLORS = {"within": "pass", "outside": "caution", "open": "not_evaluable", "not_applicable": "not_evaluable"}


class PrescriptionSection(Section):
    """The prescription of the case in its context."""

    name = "Prescription"

    def __init__(self, page):
        Section.__init__(self, page)
        self.fields = [
            ChoiceField(self.ui.assessSettingComboBox, self.draft, ("prescription", "setting"), settings()),
            ChoiceField(self.ui.assessCementComboBox, self.draft, ("prescription", "cement"), cements()),
        ]
        self.ranges = Checklist(self.ui.assessRangesTable, (_("Published for"), _("Dose"), ""))

    def title(self, derived):
        """Return the section's title, with dose and fractions."""
        dose = "" if derived is None else _dose(self.page.checked.document["prescription"])
        return _("Prescription: {dose}").format(dose=dose) if dose else _("Prescription")

    def refresh(self, derived):
        """Show the prescription, the ranges that it can be compared with, and the cautions."""
        Section.refresh(self, derived)
        context = {} if derived is None else self.page.checked.document["prescription"]
        say(self.ui.assessDoseLabel, _line(context) if context else "")
        ranges = [] if derived is None else derived["prescription"]["ranges"]
        # What was published for other settings or fractions is no comparison.
        self.ranges.show([_row(one) for one in ranges if one["status"] != "not_applicable"])
        cautions = [] if derived is None else derived["prescription"]["cautions"]
        say(self.ui.assessCautionsLabel, "\n".join(f"• {one['text']}" for one in cautions))
        self.ui.assessCautionsLabel.toolTip = "\n".join(one["citation"] for one in cautions)


def _dose(context):
    doseGy, fractions = context.get("dose_gy"), context.get("fractions")
    if not doseGy or not fractions:
        return ""
    return _("{dose:g} Gy x {fractions}").format(dose=doseGy / fractions, fractions=fractions)


def _line(context):
    previous = {"yes": _("yes"), "no": _("no")}.get(context.get("previous_radiation"), _("not known"))
    return _("{dose}; earlier irradiation of this region: {previous} (both from step 1).").format(
        dose=_dose(context) or _("No prescription"), previous=previous
    )


def _row(one):
    words = {"within": _("within"), "outside": _("outside"), "open": _("open")}
    toolTip = "\n".join((one["text"], one["citation"]))
    return one["name"], one["words"], words[one["status"]], _COLORS[one["status"]], toolTip
