"""What the paper says of the grades, and the record under the four NOMS headings."""

from slicer.i18n import tr as _

from .section import Section, say

_HEADINGS = ("neurologic", "oncologic", "mechanical", "systemic")


class DecisionSection(Section):
    """Information for the clinician; never advice to a patient."""

    name = "Decision"

    def title(self, derived):
        """Return the section's title, with the option that the paper names."""
        if derived is None:
            return _("What the paper says")
        options = {
            "radiosurgery": _("What the paper says: radiosurgery"),
            "surgical opinion": _("What the paper says: surgical opinion"),
        }
        return options.get(derived["decision"]["option"], _("What the paper says: open"))

    def refresh(self, derived):
        """Show the text with its citation, and the four headings."""
        ui = self.ui
        decision = {} if derived is None else derived["decision"]
        say(ui.assessDecisionLabel, decision.get("text", ""))
        say(ui.assessDecisionSourceLabel, decision.get("citation", ""))
        headings = {} if derived is None else {one["heading"]: one["lines"] for one in derived["noms"]}
        for heading in _HEADINGS:
            lines, name = headings.get(heading, ()), heading.capitalize()
            label = getattr(ui, f"assess{name}NomsLabel")
            say(label, _recorded(lines))
            label.toolTip = "\n".join(lines)
            getattr(ui, f"assess{name}NomsTitle").setVisible(bool(lines))
        ui.assessInformationLabel.setVisible(derived is not None)


def _recorded(lines):
    """Return the lines that tell something, and how many do not; these stand in the tooltip."""
    from spine_radiosurgery.assessment.selection.noms import NOT_RECORDED

    told = [line for line in lines if f": {NOT_RECORDED}" not in line]
    if len(told) < len(lines):
        told.append(_("({count} not recorded)").format(count=len(lines) - len(told)))
    return "\n".join(told)
