"""What a person does with the editor of protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from host import Host

ON, STRUCTURE, METRIC, LIMIT, CAUTION, FRACTIONS, ROLE, VERIFIED, REMARK = range(9)


class Editing:
    """A person at the editor; without the panel, which takes longer to make."""

    def __init__(self, host: Host, logic: Any, answers: dict[str, Any]) -> None:
        from SpineRadiosurgeryPanel.protocol_editor import ProtocolEditor

        self.host, self.answers, self.asked = host, answers, answers["asked"]
        self.chosen: list[tuple[Any, str]] = []
        self.editor = ProtocolEditor(logic, lambda *chosen: self.chosen.append(chosen))
        self.logic = logic

    def show(self, identifier: str) -> None:
        self.editor.show(self.logic.readProtocol(identifier))
        self.host.settle()

    @property
    def ui(self) -> Any:
        return self.editor.ui

    @property
    def problem(self) -> str:
        label = self.ui.protocolProblemLabel
        return str(label.text) if label.isVisible() else ""

    def press(self, name: str) -> None:
        self.host.click(getattr(self.ui, f"protocol{name}Button"))

    def enabled(self, name: str) -> bool:
        return bool(getattr(self.ui, f"protocol{name}Button").isEnabled())

    def type(self, name: str, text: str) -> None:
        getattr(self.ui, f"protocol{name}LineEdit").text = text
        self.host.settle()

    def choose(self, name: str, text: str) -> None:
        box = getattr(self.ui, f"protocol{name}ComboBox")
        box.setCurrentIndex([box.itemText(n)[: len(text)] for n in range(box.count)].index(text))
        self.host.settle()

    def tick(self, name: str, state: bool) -> None:
        getattr(self.ui, f"protocol{name}CheckBox").checked = state
        self.host.settle()

    def line(self, name: str) -> str:
        return str(getattr(self.ui, f"protocol{name}LineEdit").text)

    def select(self, row: int) -> None:
        self.ui.protocolTable.selectRow(row)
        self.host.settle()

    def cells(self, row: int) -> list[str]:
        table = self.ui.protocolTable
        return [table.item(row, column).text() for column in range(table.columnCount)]

    def save_as(self, path: Any) -> None:
        self.answers["save"] = str(path)
        self.press("SaveAs")

    def open_file(self, path: Any) -> None:
        self.answers["open"] = str(path)
        self.press("Open")


def answer_dialogs(monkeypatch: Any) -> dict[str, Any]:
    """File dialogs answer with what is put here, questions with "yes"; what was asked is kept."""
    import qt
    import slicer

    answers: dict[str, Any] = {"open": "", "save": "", "yes": True, "asked": []}

    def confirm(text: str, *_: Any, **__: Any) -> bool:
        answers["asked"].append(text)
        return bool(answers["yes"])

    monkeypatch.setattr(qt.QFileDialog, "getOpenFileName", lambda *_: answers["open"])
    monkeypatch.setattr(qt.QFileDialog, "getSaveFileName", lambda *_: answers["save"])
    monkeypatch.setattr(slicer.util, "confirmYesNoDisplay", confirm)
    return answers
