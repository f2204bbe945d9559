"""A case as a Python script: the calls that made its results, as the results remember them."""

from pprint import pformat

from .case_nodes import sectorsNodes
from .library import step
from .script_report import exportArguments, reportArguments

DEMO = "demo"
SOURCE = "SpineRadiosurgery.LoadedFrom"
"""Attribute of a case's node: the folder it was loaded from, or DEMO."""

_TARGET_OPTIONS = ("margin_around", "choice", "consensus", "name")
_DEFAULTS = {"margin_around": "sectors"}


def scriptOf(case):
    """Return a script for Slicer's Python console that makes the results of a case again.

    What the results were made with counts, not what was chosen in the panel since. Nodes that came
    into the scene otherwise are taken from it by their names.
    """
    writer = _Writer(case)
    writer.begin()
    for number, node in enumerate(sectorsNodes(case), start=1):
        writer.split(number, node)
    if case.targetNode is not None:
        writer.target(case.targetNode, case.targetSegmentID)
    if case.assessmentNode is not None:
        writer.record(case.assessmentNode)
    if case.cordVolumeNode is not None:
        writer.cordVolume(case.cordVolumeNode)
    if case.riskVolumeNode is not None:
        writer.riskVolume(case.riskVolumeNode)
    if case.constraintsTable is not None:
        writer.evaluation(case.constraintsTable)
        writer.report()
    return "\n".join(writer.lines) + "\n"


class _Writer:
    """Lines of the script, and the names that nodes have in it."""

    def __init__(self, case):
        self.case = case
        self.lines = []
        self.names = {}

    def begin(self):
        case = self.case
        source = case.parameterNode.GetAttribute(SOURCE)
        self.lines.append('logic = slicer.util.getModuleLogic("SpineRadiosurgery")')
        if source:
            load = "loadDemoCase()" if source == DEMO else f"loadCase({source!r})"
            self.lines.append(f"case = logic.{load}")
            for field in ("imageNode", "doseNode", "structuresNode"):
                node = getattr(case, field)
                if node is not None:
                    self.names[node.GetID()] = f"case.{field}"

    def split(self, number, sectorsNode):
        inputs = step("provenance").inputs_of(sectorsNode)
        vertebra = inputs.get("vertebra")
        if vertebra is None:
            self._keep(sectorsNode, f"sectors{number}")
            return
        arguments = [self._segment(vertebra)]
        canal = inputs.get("canal")
        if canal is not None:
            arguments.append(f"canalSegmentID={canal.segment_id!r}")
        self._call(f"sectors{number}", "splitVertebra", arguments)
        self.names[sectorsNode.GetID()] = f"sectors{number}"

    def target(self, targetNode, targetID):
        provenance = step("provenance")
        if provenance.step_of(targetNode) != "target":
            self._keep(targetNode, "target")
            self.lines.append(f"targetID = {targetID!r}")
            return
        inputs, options = provenance.inputs_of(targetNode), provenance.parameters_of(targetNode)
        used = [node for part, node in inputs.items() if part.startswith("sectors ")]
        for number, node in enumerate(used, start=1):
            if node.GetID() not in self.names:
                self.split(number, node)
        vertebrae = [self._node(node) for node in used]
        arguments = [
            f"[{', '.join(vertebrae)}]",
            f"template={options['template']!r}",
            f"marginMm={_number(options['margin_mm'])}",
            f"keepOutOfCord={'cord' in inputs}",
        ]
        for part, name in (("cord", "cord"), ("gtv 1", "gtv")):
            if part in inputs:
                segment = inputs[part]
                arguments += [
                    f"{name}Node={self._node(segment.node)}",
                    f"{name}ID={segment.segment_id!r}",
                ]
        arguments += [f"{key}={options[key]!r}" for key in _TARGET_OPTIONS if options.get(key) != _DEFAULTS.get(key)]
        self._call("target, targetID", "createTarget", arguments)
        self.names[targetNode.GetID()] = "target"

    def record(self, recordNode):
        """The record as it was kept: what persons decided cannot be made again."""
        kept = step("assessing").choices_of(recordNode)
        self.lines += f"record = {pformat(kept, width=100, sort_dicts=False)}".splitlines()
        inputs = step("provenance").inputs_of(recordNode)
        self.lines.append("inputs = {")
        for part, used in inputs.items():
            pair = self._segment(used) if hasattr(used, "segment_id") else f"{self._node(used)}, None"
            self.lines.append(f"    {part!r}: ({pair}),")
        self.lines.append("}")
        self._call("recordNode", "recordAssessment", ["record", "inputs=inputs"])

    def cordVolume(self, cordVolumeNode):
        provenance = step("provenance")
        inputs = provenance.inputs_of(cordVolumeNode)
        options = provenance.parameters_of(cordVolumeNode)
        if "cord" not in inputs or "target 1" not in inputs:
            self._keep(cordVolumeNode, "cordVolume")
            return
        arguments = [
            self._segment(inputs["cord"]),
            self._segment(inputs["target 1"]),
            f"marginMm={_number(options['margin_mm'])}",
            f"mode={options['mode']!r}",
        ]
        self._call("cordVolume, cordVolumeID", "createCordVolume", arguments)

    def riskVolume(self, riskVolumeNode):
        provenance = step("provenance")
        inputs = provenance.inputs_of(riskVolumeNode)
        if "cord" in inputs:
            margin = _number(provenance.parameters_of(riskVolumeNode)["margin_mm"])
            arguments = [self._segment(inputs["cord"]), f"marginMm={margin}"]
            self._call("riskVolume, riskVolumeID", "createPlanningRiskVolume", arguments)

    def evaluation(self, table):
        provenance = step("provenance")
        inputs, options = provenance.inputs_of(table), provenance.parameters_of(table)
        if not {"dose", "structures", "cord", "target 1"} <= set(inputs):
            self.lines.append("# The evaluation's inputs were removed from the scene.")
            return
        arguments = [
            self._node(inputs["dose"]),
            self._segment(inputs["target 1"]),
            self._segment(inputs["cord"]),
            f"structuresNode={self._node(inputs['structures'])}",
        ]
        if "image" in inputs:
            arguments.append(f"imageNode={self._node(inputs['image'])}")
        standard = step("tolerance").EvaluationOptions()
        for key, kept in options.items():
            # JSON has made lists of tuples.
            value = tuple(kept) if isinstance(kept, list) else kept
            if value != getattr(standard, key):
                arguments.append(f"{key}={value!r}")
        self._call("table", "evaluateTolerance", arguments)
        self.lines.append('print(logic.evaluation(table)["verdict"]["reason"])')

    def report(self):
        if self.lines[-1].startswith("#"):
            return
        for result, method, arguments in (
            ("page", "exportReport", reportArguments(self.case)),
            ("files", "exportDicom", exportArguments(self.case)),
        ):
            if arguments:
                self._call(result, method, arguments)

    def _call(self, results, method, arguments):
        line = f"{results} = logic.{method}({', '.join(arguments)})"
        if len(line) <= 100:
            self.lines.append(line)
            return
        self.lines.append(f"{results} = logic.{method}(")
        self.lines += [f"    {argument}," for argument in arguments]
        self.lines.append(")")

    def _keep(self, node, name):
        """A node that no call made is taken from the scene."""
        self.lines.append(f"{name} = {self._node(node)}")
        self.names[node.GetID()] = name

    def _segment(self, segment):
        # The script's own target may have another ID than this scene's; a drawn one lies among others.
        name = self._node(segment.node)
        isTarget = name == "target" and segment.segment_id == self.case.targetSegmentID
        return f"{name}, {'targetID' if isTarget else repr(segment.segment_id)}"

    def _node(self, node):
        return self.names.get(node.GetID(), f"slicer.util.getNode({node.GetName()!r})")


def _number(value):
    several = value if isinstance(value, list) else [value]
    return repr(several[0]) if len(set(several)) == 1 else repr(tuple(several))
