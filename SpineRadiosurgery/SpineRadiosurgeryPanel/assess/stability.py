"""SINS: six components, of which the level and the images may tell some."""

from slicer.i18n import tr as _

from .fields import ChoiceField
from .section import Section, say

COMPONENTS = {
    "location": "Location",
    "pain": "Pain",
    "lesion": "Lesion",
    "alignment": "Alignment",
    "collapse": "Collapse",
    "posterolateral": "Posterolateral",
}
"""Component to the name of its widgets."""
MEASURED = ("collapse", "posterolateral")


class StabilitySection(Section):
    """The components with their points, total and class."""

    name = "Stability"

    def __init__(self, page):
        Section.__init__(self, page)
        from spine_radiosurgery.assessment.stability.sins import SINS_OPTIONS

        self.options = {
            name: [(option.code, _pointed(option.words, option.points)) for option in SINS_OPTIONS[name]]
            for name in COMPONENTS
        }
        self.choices = {
            name: ChoiceField(
                getattr(self.ui, f"assess{widget}ComboBox"),
                self.draft,
                ("sins", name),
                [("", _("Choose...")), *self.options[name]],
            )
            for name, widget in COMPONENTS.items()
        }
        self.fields = list(self.choices.values())
        self._toolTips = {name: field.widget.toolTip for name, field in self.choices.items()}

    def title(self, derived):
        """Return the section's title, with points and class."""
        if derived is None:
            return _("Stability (SINS)")
        return _("Stability (SINS): {points}").format(points=_total(derived["sins"]))

    def refresh(self, derived):
        """Show the components, what level and images tell of them, and the result."""
        found = {} if derived is None else {one["name"]: one for one in derived["sins"]["components"]}
        for name, field in self.choices.items():
            component = found.get(name)
            field.setChoices([("", _notChosen(component)), *self.options[name]])
            reason = component["reason"] if component else ""
            field.widget.toolTip = "\n".join(text for text in (self._toolTips[name], reason) if text)
        Section.refresh(self, derived)
        sins = None if derived is None else derived["sins"]
        say(self.ui.assessSinsLabel, "" if sins is None else _("SINS {text}").format(text=sins["text"]))
        say(self.ui.assessSinsTextLabel, "" if sins is None else sins["citation"])
        reasons = [f"• {found[name]['title']}: {found[name]['reason']}" for name in self._measurable() if name in found]
        say(self.ui.assessSinsReasonsLabel, "\n".join(reasons))

    def _measurable(self):
        """Return the components that level and images have something to say of."""
        isMeasured = self.draft.value(("sins", "measured")) is not None
        return (*(("location",) if self.draft.index() else ()), *(MEASURED if isMeasured else ()))


def _pointed(words, points):
    return _("{words} ({points})").format(words=words, points=points)


def _notChosen(component):
    """Return what the first entry of a component says."""
    if component is None or component["source"] == "person":
        return _("Choose...")
    points = _range(component["points_min"], component["points_max"])
    templates = {
        "open": _("Choose... ({points})"),
        "level": _("By level: {words} ({points})"),
        "measured": _("Measured: {words} ({points})"),
    }
    return templates[component["source"]].format(words=component["words"], points=points)


def _range(low, high):
    return str(low) if low == high else _("{low} to {high}").format(low=low, high=high)


def _total(sins):
    return _range(sins["minimum"], sins["maximum"])
