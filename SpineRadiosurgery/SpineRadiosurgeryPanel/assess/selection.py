"""Scenario, eligibility for RTOG 0631 and the gap to the cord."""

import slicer
from slicer.i18n import tr as _

from ..library import step
from .checklist import Checklist
from .fields import ChoiceField, NumberField, TextField, answers
from .section import Section, say
from .words import histologies, sensitivities, systemicStates

GAP = ("selection", "measured", "cord_gap")
REMARKS = ("contiguous_levels", "target_length", "separation_surgery")
_COLORS = {"met": "pass", "not_met": "fail", "not_evaluable": "not_evaluable"}


class SelectionSection(Section):
    """What decides whom to treat."""

    name = "Selection"

    def __init__(self, page):
        Section.__init__(self, page)
        from spine_radiosurgery.assessment import SCENARIOS

        ui, draft = self.ui, self.draft
        scenarios = [(code, f"{code}: {words}") for code, words in SCENARIOS.items()]
        ecog = [("", _("Not given")), *((number, str(number)) for number in range(5))]
        choices = (
            (ui.assessScenarioComboBox, "scenario", [("", _("As the levels tell")), *scenarios]),
            (ui.assessHistologyComboBox, "histology", histologies()),
            (ui.assessSensitivityComboBox, "radiosensitivity", sensitivities()),
            (ui.assessSystemicComboBox, "systemic_disease", systemicStates()),
            (ui.assessFitComboBox, "fit_for_surgery", answers()),
        )
        numbers = (
            (ui.assessAgeLineEdit, "age_years"),
            (ui.assessMriAgeLineEdit, "mri_days_before"),
            (ui.assessOtherLesionsLineEdit, "other_lesions_percent"),
            (ui.assessParaspinalLineEdit, "paraspinal_cm"),
        )
        self.fields = [
            *(ChoiceField(widget, draft, ("selection", key), offered) for widget, key, offered in choices),
            *(NumberField(widget, draft, ("selection", key)) for widget, key in numbers),
            TextField(ui.assessPrimaryLineEdit, draft, ("selection", "primary")),
            ChoiceField(ui.assessEcogComboBox, draft, ("selection", "performance_ecog"), ecog),
        ]
        self.checklist = Checklist(ui.assessEligibilityTable, (_("RTOG 0631"), _("Here"), ""))
        ui.assessShowGapButton.connect("clicked(bool)", self._onShowGap)

    def title(self, derived):
        """Return the section's title, with scenario and how the checklist stands."""
        if derived is None:
            return _("Selection")
        counts = dict.fromkeys(_COLORS, 0)
        for item in derived["eligibility"]:
            counts[item["status"]] += 1
        scenario = derived["scenario"]["decided"]["code"] if derived["scenario"] else ""
        return _("Selection: {scenario}; {met} met, {not_met} not met, {not_evaluable} open").format(
            scenario=_("scenario {code}").format(code=scenario) if scenario else _("no scenario"), **counts
        )

    def refresh(self, derived):
        """Show the answers, and what follows from them."""
        Section.refresh(self, derived)
        say(self.ui.assessScenarioLabel, "" if derived is None else _scenarioText(derived))
        items = [] if derived is None else derived["eligibility"]
        self.checklist.show([_row(item) for item in items])
        sources = {item["citation"] for item in items}
        say(self.ui.assessEligibilityLabel, "; ".join(sorted(sources)))
        gap = self.draft.value(GAP)
        item = next((item for item in items if item["key"] == "cord_gap"), None)
        text = item["text"] if item and gap else _("Not measured: press Measure above.")
        say(self.ui.assessGapLabel, text)
        remarks = [] if derived is None else [one for one in derived["remarks"] if one["key"] in REMARKS]
        say(self.ui.assessSelectionRemarksLabel, "\n".join(f"• {one['text']}" for one in remarks))
        self.ui.assessSelectionRemarksLabel.toolTip = "\n".join(one["citation"] for one in remarks)
        self.ui.assessShowGapButton.setVisible(bool(gap) and bool(gap.get("tumour_ras")))

    def _onShowGap(self, checked=False):
        with slicer.util.tryWithErrorDisplay(_("The gap could not be shown.")):
            step("showing").jump_to(slicer.mrmlScene, self.draft.value((*GAP, "tumour_ras")))


def _row(item):
    words = {"met": _("met"), "not_met": _("not met"), "not_evaluable": _("open")}
    toolTip = "\n".join(text for text in (item["text"], item["citation"], _unverified(item)) if text)
    value = item["value"] or "–"
    return item["criterion"], value, words[item["status"]], _COLORS[item["status"]], toolTip


def _unverified(item):
    return "" if item["verified"] else _("From memory, not verified.")


def _scenarioText(derived):
    """Return what the levels tell, or what there is to say of the choice."""
    scenario = derived["scenario"]
    remarks = [one["text"] for one in derived["remarks"] if one["key"] == "scenario"]
    if scenario is None or scenario["chosen_by_person"] or remarks:
        return "\n".join(remarks)
    return _("{code}: {words}. {reason}").format(**scenario["decided"])
