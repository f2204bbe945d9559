"""Widgets that show and write one place of the draft each."""

import re
from abc import ABC, abstractmethod

import qt
from slicer.i18n import tr as _

from ..wheel import NoWheel
from .draft import OPEN

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{0,9})?")


def answers(unknown=None):
    """Return the choices of a question that may be open."""
    return [("", _("Not known") if unknown is None else unknown), ("yes", _("yes")), ("no", _("no"))]


class Field(ABC):
    """A widget for a place of the draft.

    :param widget: the widget.
    :param draft: a ``Draft``.
    :param path: the place, a tuple of names and numbers.
    """

    def __init__(self, widget, draft, path):
        self.widget, self.draft, self.path = widget, draft, path
        self.isFilling = False

    def refresh(self):
        """Show what the draft says."""
        self.isFilling = True
        try:
            self.show(self.draft.value(self.path))
        finally:
            self.isFilling = False

    @abstractmethod
    def show(self, value):
        """Show a value; None is open."""

    def write(self, value):
        """Write what a person chose."""
        if not self.isFilling:
            self.draft.put(self.path, value)


class ChoiceField(Field):
    """A combo box of codes; the first one, "", is open.

    :param choices: pairs of code and label.
    """

    def __init__(self, comboBox, draft, path, choices):
        Field.__init__(self, comboBox, draft, path)
        self.codes = []
        self._noWheel = NoWheel(comboBox)
        comboBox.installEventFilter(self._noWheel)
        self.setChoices(choices)
        comboBox.connect("currentIndexChanged(int)", self._onIndex)

    def setChoices(self, choices):
        """Offer these choices in the place of others; what is chosen stays chosen."""
        if [code for code, _label in choices] != self.codes:
            self.isFilling = True
            self.codes = [code for code, _label in choices]
            self.widget.clear()
            for _code, label in choices:
                self.widget.addItem(label)
            self.isFilling = False
            self.refresh()
        for number, (_code, label) in enumerate(choices):
            if self.widget.itemText(number) != label:
                self.widget.setItemText(number, label)

    def show(self, value):
        """Show a code; nothing where it is none of the choices."""
        code = "" if value in OPEN else value
        index = self.codes.index(code) if code in self.codes else -1
        if self.widget.currentIndex != index:
            self.widget.setCurrentIndex(index)

    def _onIndex(self, index):
        if index >= 0:
            self.write(self.codes[index])


class TextField(Field):
    """A line of text."""

    def __init__(self, lineEdit, draft, path):
        Field.__init__(self, lineEdit, draft, path)
        lineEdit.connect("textChanged(QString)", self._onText)

    def show(self, value):
        """Show a text, unless it is the one that is being typed."""
        if self.valueIn(self.widget.text) != value:
            self.widget.text = self.textOf(value)

    def valueIn(self, text):
        """Return what a typed text means; None is open."""
        return text.strip() or None

    def textOf(self, value):
        """Return a value as text."""
        return "" if value is None else str(value)

    def _onText(self, text):
        self.write(self.valueIn(text))


class LevelsField(TextField):
    """The line of levels, which stays as it was typed."""

    def valueIn(self, text):
        """Return the text itself."""
        return text or None

    def textOf(self, value):
        """Return the levels as one would type them."""
        return ", ".join(value) if isinstance(value, list) else TextField.textOf(self, value)


class NumberField(TextField):
    """A number, with a decimal point or comma; the line is empty where it is not given.

    What is no number goes into the draft as it is: the library says what is wrong with it.
    """

    def valueIn(self, text):
        """Return the number, or a text that is none."""
        return numberIn(text)

    def textOf(self, value):
        """Return a number without needless decimals."""
        return numberText(value)


class ManyField(Field):
    """A button with a menu of codes, of which several may be checked.

    :param choices: pairs of code and label.
    :param openLabel: what the button says where none is.
    """

    def __init__(self, toolButton, draft, path, choices, openLabel):
        Field.__init__(self, toolButton, draft, path)
        self.openLabel = openLabel
        self.labels = dict(choices)
        self.menu = qt.QMenu(toolButton)
        self.actions = {}
        for code, label in choices:
            action = qt.QAction(label, self.menu)
            action.setCheckable(True)
            action.connect("toggled(bool)", self._onToggled)
            self.menu.addAction(action)
            self.actions[code] = action
        toolButton.setMenu(self.menu)
        toolButton.setPopupMode(qt.QToolButton.InstantPopup)
        toolButton.setToolButtonStyle(qt.Qt.ToolButtonTextOnly)

    def show(self, value):
        """Check some codes."""
        chosen = value or []
        for code, action in self.actions.items():
            action.setChecked(code in chosen)
        names = ", ".join(self.labels[code] for code in chosen if code in self.labels)
        self.widget.text = names or self.openLabel
        self.widget.toolTip = names or self.openLabel

    def _onToggled(self, checked=False):
        self.write([code for code, action in self.actions.items() if action.isChecked()])


def numberIn(text):
    """Return the number that a text tells; None for an empty one, the text where it is no number."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text or None
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() else value


def numberText(value):
    """Return a number without needless decimals; "" where it is not given."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
