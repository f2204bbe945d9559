"""What step 5 does about protocol files: the editor, files used lately, the choice for the case."""

from slicer.i18n import tr as _

from .protocol_choices import AUTO, chosenProtocol, forgetFile, rememberFile, resolvedProtocol
from .protocol_editor import ProtocolEditor
from .tolerance_choices import prescriptionOf


class ProtocolEditing:
    """Opens the editor and chooses for the case what is opened and saved there.

    :param workflow: the panel's ``Workflow``.
    """

    def __init__(self, workflow):
        self.workflow = workflow
        self.editor = None

    def open(self):
        """Open the editor with the protocol of the case."""
        case = self.workflow.case
        chosen = chosenProtocol(case)
        if chosen == AUTO:
            chosen = resolvedProtocol(AUTO, prescriptionOf(case)[1]) or "ryu-2015"
        try:
            protocol = self.workflow.logic.readProtocol(chosen)
        except ValueError as error:
            self.workflow.say(str(error))
            return
        if self.editor is not None:
            self.editor.discard()
        self.editor = ProtocolEditor(self.workflow.logic, self.choose)
        self.editor.show(protocol)

    def choose(self, protocol, path):
        """Choose a protocol for the case, and offer its file from now on."""
        rememberFile(path, protocol.title)
        self._choose(protocol)

    def chooseFile(self, path):
        """Choose a file that was used lately; one that cannot be read is said, and offered no more."""
        try:
            protocol = self.workflow.logic.readProtocol(path)
        except ValueError as error:
            forgetFile(path)
            self.workflow.refresh()
            self.workflow.say(_("{complaint} The choice stays as it was.").format(complaint=error))
            return
        self.choose(protocol, path)

    def _choose(self, protocol):
        workflow = self.workflow
        if workflow.case is None:
            return
        workflow.perform(
            _("The protocol could not be chosen."), lambda: workflow.logic.chooseProtocol(workflow.case, protocol)
        )
