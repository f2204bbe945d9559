"""What lies beside a vertebral level: neural element, nerve roots and normal tissues.

A reminder of what should be contoured; it decides no verdict. The stretches of levels are the usual
topographic anatomy of a supine adult, a level generous at both ends because the dose beside a
vertebra reaches its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

from .column import TRANSITIONAL, is_below

RYU_2015 = (
    "Ryu et al. 2015: 'It is also recommended to delineate the normal tissues near the target. "
    "These include mucosal structures of laryngopharynx, trachea, and esophagus, as well as bowel "
    "and kidney.'"
)
TG_101 = "Benedict et al. 2010 (AAPM TG-101), Table III limits it."
_TISSUES: tuple[tuple[str, str, str, str], ...] = (
    # TG-263 name, first and last level, source
    ("Pharynx", "C1", "C7", RYU_2015),
    ("Larynx", "C3", "C7", RYU_2015),
    ("Trachea", "C6", "T6", RYU_2015),
    ("Esophagus", "C6", "T12", RYU_2015),
    ("BrachialPlex", "C4", "T2", TG_101),
    ("Lungs", "T1", "L1", TG_101),
    ("GreatVes", "T3", "L5", TG_101),
    ("Heart", "T4", "T10", TG_101),
    ("Stomach", "T10", "L2", TG_101),
    ("Kidneys", "T11", "L4", RYU_2015),
    ("Bowel", "T12", "S5", RYU_2015),
    ("SacralPlex", "L4", "S5", TG_101),
    ("Rectum", "S1", "S5", TG_101),
)


@dataclass(frozen=True)
class LevelOrgans:
    """What the report expects at a level.

    Attributes
    ----------
    level : str
    neural : tuple of str
        TG-263 names of the neural elements in the canal: the cord, the cauda equina, or both.
    neural_reason : str
    organs : tuple of str
        TG-263 names of the normal tissues, from head to foot.
    sources : tuple of str
        Of each of `organs`.
    nerve_roots : tuple of str
        Names for the roots that leave at the level, an optional structure: "NerveRoot_L3_L".
        TG-263 has no name for a spinal nerve root.
    """

    level: str
    neural: tuple[str, ...]
    neural_reason: str
    organs: tuple[str, ...]
    sources: tuple[str, ...]
    nerve_roots: tuple[str, ...]


def expected_organs(level: str) -> LevelOrgans:
    """Tell what lies beside a level.

    The transitional T13 and L6 get what lies beside T12 and L5, but no nerve roots: how a patient
    with one of them numbers the nerves is not known from the level.

    Raises
    ------
    InputError
        There is no such level.
    """
    neural, reason = _neural(level)
    tissues = [t for t in _TISSUES if not is_below(t[1], level) and not is_below(level, t[2])]
    return LevelOrgans(
        level,
        neural,
        reason,
        tuple(name for name, *_ in tissues),
        tuple(source for *_, source in tissues),
        tuple(f"NerveRoot_{root}_{side}" for root in _roots(level) for side in "LR"),
    )


def _neural(level: str) -> tuple[tuple[str, ...], str]:
    if not is_below(level, "T12"):
        return ("SpinalCord",), "the cord ends near L1"
    if not is_below(level, "L2"):
        return ("SpinalCord", "CaudaEquina"), (
            "the cord ends near L1, in some patients at T12 and in some at L2: "
            "contour each as far as it reaches on MR"
        )
    if not is_below(level, "S2"):
        return ("CaudaEquina",), "the cord has ended near L1; the dural sac reaches to about S2"
    return (), "the dural sac ends near S2; below it lie sacral roots only"


def _roots(level: str) -> tuple[str, ...]:
    """Nerve roots beside the pedicles of a level.

    From T1 down a root leaves below the pedicle of its own vertebra. The seven cervical vertebrae
    have eight roots: each leaves above the pedicle of its number, and C8 below that of C7.
    """
    if level in TRANSITIONAL:
        return ()
    if level.startswith("C"):
        number = int(level[1:])
        return f"C{number}", f"C{number + 1}"
    return (level,)
