"""Step 5: nodes of a scene into an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ...case import Case, Structure, guess_role
from ...case.hidden_case import hidden_structure
from ...cord import MARGIN_MM
from ...geometry import stage
from ...report import Report, evaluate, load_protocol
from ...report.protocols import ProtocolChoice
from ...report.targets.asking import made_without
from ...targets import TargetDefinition
from ...tolerance import SetupUncertainty, protocol_document
from ..hidden_parts import hidden_definition, hidden_sectors
from ..identity import pseudonym_of
from .loading import case_of
from .roles import with_role
from .splitting import sectors_of
from .structures import Segment
from .targets import definition_of


@dataclass(frozen=True, eq=False)
class Plan:
    """The nodes that an evaluation is about.

    Attributes
    ----------
    dose : vtkMRMLScalarVolumeNode
    structures : vtkMRMLSegmentationNode
    targets : tuple of Segment
    cord : Segment
    image : vtkMRMLScalarVolumeNode or None
    sectors : tuple of vtkMRMLSegmentationNode
        Vertebrae to show beside a target that was drawn.
    gtv : tuple of Segment
        By default those that names tell.
    """

    dose: Any
    structures: Any
    targets: tuple[Segment, ...]
    cord: Segment
    image: Any = None
    sectors: tuple[Any, ...] = ()
    gtv: tuple[Segment, ...] = ()

    def inputs(self) -> dict[str, Any]:
        """Every node and segment by the part that it plays."""
        return {
            "dose": self.dose,
            "structures": self.structures,
            "cord": self.cord,
            **({"image": self.image} if self.image is not None else {}),
            **{f"target {n}": t for n, t in enumerate(self.targets, start=1)},
            **{f"sectors {n}": s for n, s in enumerate(self.sectors, start=1)},
            **{f"gtv {n}": t for n, t in enumerate(self.gtv, start=1)},
        }

    @classmethod
    def of_inputs(cls, inputs: Mapping[str, Any]) -> Plan:
        """Return the plan whose `inputs` these are."""

        def several(part: str) -> tuple[Any, ...]:
            return tuple(used for name, used in inputs.items() if name.startswith(f"{part} "))

        return cls(
            inputs["dose"],
            inputs["structures"],
            several("target"),
            inputs["cord"],
            image=inputs.get("image"),
            sectors=several("sectors"),
            gtv=several("gtv"),
        )


@dataclass(frozen=True)
class EvaluationOptions:
    """How a plan is evaluated; see `report.evaluate`.

    Attributes
    ----------
    protocol : str, path, Protocol or mapping
        "auto", an identifier, a protocol file, or what such a file holds. All but identifiers are
        kept as the document, so that the scene can be evaluated again where the file is not.
    prescription_gy : float or None
        None takes the plan's.
    fractions : int or None
    margin_mm : float
        Of the cord volume.
    mode : str
        Of the cord volume.
    metrics : tuple of str
        Further ones.
    override_prescription : bool
    previous_radiation : str
    alpha_beta_gy : float or None
    prv_margin_mm : float, tuple of six floats or None
    robustness : bool
        Whether setup errors are simulated.
    roles : mapping of str to str
        Role by segment ID, as the user confirmed it (see `loading.case_of`).
    """

    protocol: ProtocolChoice = "auto"
    prescription_gy: float | None = None
    fractions: int | None = None
    margin_mm: float = MARGIN_MM
    mode: str = "axial"
    metrics: tuple[str, ...] = ()
    override_prescription: bool = False
    previous_radiation: str = "unknown"
    alpha_beta_gy: float | None = None
    prv_margin_mm: float | tuple[float, ...] | None = None
    robustness: bool = True
    roles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "protocol", _kept(self.protocol))


def evaluate_plan(plan: Plan, options: EvaluationOptions | None = None) -> Report:
    """Evaluate nodes of a scene.

    Targets that `create_target` made and that nobody has edited come with how they were made.

    Parameters
    ----------
    plan : Plan
    options : EvaluationOptions, optional

    Raises
    ------
    InputError
        As `report.evaluate`.
    """
    chosen = asdict(options or EvaluationOptions())
    roles, robustness = chosen.pop("roles"), chosen.pop("robustness")

    patient = pseudonym_of(plan.structures)

    def seen(part: Segment) -> Structure:
        return hidden_structure(part.structure(), patient)

    def drawn(target: Segment) -> Structure:
        role = roles.get(target.segment_id, "") if target.node is plan.structures else ""
        return with_role(seen(target), role)

    def made(target: Segment) -> TargetDefinition | None:
        definition = definition_of(target)
        return None if definition is None else hidden_definition(definition, patient)

    with stage("Reading structures", 0.0, 0.1):
        case = case_of(plan.structures, plan.dose, image=plan.image, roles=roles)
    with stage("Looking at the target", 0.1, 0.2):
        targets = [made(t) or drawn(t) for t in plan.targets]
        case = replace(case, warnings=(*case.warnings, *_left_out(plan, targets, case)))
        vertebrae = [hidden_sectors(sectors_of(node), patient) for node in plan.sectors]
    with stage("", 0.2, 1.0):
        return evaluate(
            case,
            target=targets,
            cord=seen(plan.cord),
            vertebrae=vertebrae,
            gtv=[seen(t) for t in plan.gtv] or None,
            robustness=SetupUncertainty() if robustness else None,
            **chosen,
        )


def _kept(protocol: ProtocolChoice) -> str | dict[str, Any]:
    """An identifier as it is, every other protocol as JSON types."""
    if isinstance(protocol, str) and not protocol.lower().endswith(".json"):
        return protocol
    return protocol_document(load_protocol(protocol, 1))


def _left_out(
    plan: Plan, targets: Sequence[Structure | TargetDefinition], case: Case
) -> tuple[str, ...]:
    """The note on tumours beside a target that was made without any."""
    if not any(isinstance(t, TargetDefinition) and not t.gtv_names for t in targets):
        return ()
    tumours = [case.shown_name(t.name) for t in plan.gtv]
    return made_without(tumours or [s.name for s in case.structures if guess_role(s) == "gtv"])
