"""What a structure is, guessed from its name and type: roles and TG-263 names.

Guesses are shown to the user and can be overruled; no number depends on a guess that is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..geometry import Structure

ROLES = (
    "target",
    "gtv",
    "ptv",
    "cord",
    "prv",
    "canal",
    "vertebra",
    "nerve_root",
    "organ",
    "external",
    "ignore",
)

_TYPE_ROLES = {"CTV": "target", "GTV": "gtv", "PTV": "ptv", "EXTERNAL": "external"}
_IGNORED_TYPES = frozenset(
    "MARKER REGISTRATION ISOCENTER CONTRAST_AGENT SUPPORT FIXATION BOLUS DOSE_REGION CONTROL "
    "DOSE_MEASUREMENT TREATED_VOLUME IRRAD_VOLUME".split()
)
# Tried in this order on the name in lower case without separators.
_NAME_ROLES: tuple[tuple[str, str], ...] = (
    (r"(cord|medulla|myelon).*(prv|[+]|planningrisk)|prv.*cord|cordprv", "prv"),
    (r"canal|(spinal|wirbel)kanal|thecal|csf|spinalspace", "canal"),
    (r"spinalcord|^cord|cord$|myelon|rückenmark|moelle|medullaspinalis", "cord"),
    (r"^gtv|^tumou?r", "gtv"),
    (r"^ctv|^itv", "target"),
    (r"^ptv", "ptv"),
    (r"^(external|body|bodyoutline|skinoutline|outercontour)$", "external"),
    (r"nerveroot|nrvroot|nervenwurzel|^(nerve|nrv|spinalnerve|roots?)[ctdls]h?\d|^roots?[lr]?$",
     "nerve_root"),
    (r"^vb[ctls]?\d|(?<!inter)(?<!^a)vertebra(?!lart|lvein)|vert$|^(corpus|[hbls]?wk)\d"
     r"|wirbel(?!s)|^([ctdls]|th)\d{1,2}(vb|wk|corpus|vert)", "vertebra"),
    (
        r"couch|table|bolus|marker|^ring|^opt|^help|^dummy|dose|^iso|^z[ _]|artefact|artifact",
        "ignore",
    ),
)  # fmt: skip
# A vertebra if nothing else is said; a ROI of a target's type may bear the level alone too.
_BARE_LEVEL = re.compile(r"^(c[1-7]|(th?|d)(0?[1-9]|1[0-2])|l[1-6]|s[1-5])$")

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "Esophagus": ("esophagus", "oesophagus", "esoph", "oesoph"),
    "Trachea": ("trachea",),
    "Larynx": ("larynx",),
    "Heart": ("heart", "pericardium", "heartpericardium"),
    "GreatVes": ("greatves", "greatvessels"),
    "Bronchus": ("bronchus", "bronchusmain", "bronchi", "carina"),
    "Rib": ("rib", "ribs", "chestwall"),
    "Skin": ("skin",),
    "Stomach": ("stomach",),
    "Duodenum": ("duodenum",),
    "Jejunum_Ileum": ("jejunumileum", "bowelsmall", "smallbowel", "smallbowelloops"),
    "Colon": ("colon", "bowellarge", "largebowel"),
    "Rectum": ("rectum",),
    "Bladder_Wall": ("bladderwall",),
    "PenileBulb": ("penilebulb",),
    "Femur_Heads": ("femurheads", "femoralheads"),
    "Kidney_Hilums": ("kidneyhilums", "renalhilum", "renalhila"),
    "Kidney_Cortex": ("kidneycortex", "renalcortex", "kidneys", "kidneysboth"),
    "Liver": ("liver",),
    "Lungs": ("lungs", "lungboth", "bothlungs", "lungsboth"),
    "CaudaEquina": ("caudaequina", "cauda"),
    "SacralPlex": ("sacralplex", "sacralplexus"),
    "BrachialPlex_L": ("brachialplexl", "brachialplexusl", "leftbrachialplexus"),
    "BrachialPlex_R": ("brachialplexr", "brachialplexusr", "rightbrachialplexus"),
    "BrachialPlex": ("brachialplexs", "brachialplex", "brachialplexus"),
    "Brainstem": ("brainstem",),
    "Cochlea": ("cochlea",),
    "OpticPathway": ("opticpathway",),
}  # fmt: skip
_PARTS: dict[str, tuple[str, ...]] = {
    "GreatVes": ("aaorta", "aorta", "vvenacavai", "vvenacavas", "vvenacava", "venacava", "ivc",
                 "svc", "inferiorvenacava", "superiorvenacava"),
    "Lungs": ("lungl", "lungr", "lungleft", "lungright", "leftlung", "rightlung"),
    "Kidney_Cortex": ("kidneyl", "kidneyr", "kidneyleft", "kidneyright", "leftkidney",
                      "rightkidney"),
    "OpticPathway": ("opticchiasm", "opticnrvl", "opticnrvr"),
}  # fmt: skip
# Names that the report expects beside a vertebra and that no protocol limits.
_EXPECTED: dict[str, tuple[str, ...]] = {
    "Pharynx": ("pharynx", "laryngopharynx", "hypopharynx", "oropharynx", "muscconstrict",
                "muscconstricts", "muscconstrictm", "muscconstricti", "pharynxconst",
                "pharyngealconstrictors", "constrictors"),
    "Larynx": ("larynxsg", "glottis"),
    "Bowel": ("bowel", "bagbowel", "bowelbag", "spcbowel", "bowelspace", "bowelsmall", "smallbowel",
              "smallbowelloops", "bowellarge", "largebowel", "colon", "colonsigmoid", "duodenum",
              "jejunumileum", "intestine"),
    "Kidneys": ("kidneys", "kidneysboth", "kidneycortex", "renalcortex", "kidneyl", "kidneyr",
                "kidneyleft", "kidneyright", "leftkidney", "rightkidney"),
    "BrachialPlex": ("brachialplexl", "brachialplexr", "brachialplexusl", "brachialplexusr",
                     "leftbrachialplexus", "rightbrachialplexus"),
    "SpinalCord": ("spinalcord", "cord", "myelon", "medullaspinalis", "rückenmark"),
}  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-./()]+", "", name).lower()


def guess_role(structure: Structure) -> str:
    """Return a structure's role: what a person said, else a guess; one of `ROLES`."""
    return structure.role or role_by_name(structure.name, structure.interpreted_type)


def role_by_name(name: str, interpreted_type: str = "") -> str:
    """Guess a role from a structure's name and its DICOM type; one of `ROLES`.

    The name decides before the type, because planning systems type cords, canals and vertebrae
    alike as ORGAN.
    """
    plain = _plain(name)
    interpreted = interpreted_type.upper()
    if interpreted in _IGNORED_TYPES:
        return "ignore"
    for pattern, role in _NAME_ROLES:
        if re.search(pattern, plain):
            return role
    if interpreted not in _TYPE_ROLES and _BARE_LEVEL.match(plain):
        return "vertebra"
    return _TYPE_ROLES.get(interpreted, "organ")


def standard_organs(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Find which ROIs the limits of a TG-263 organ apply to.

    Where the organ itself is not contoured but its parts are (both lungs, the great vessels one by
    one), the parts stand for it together.

    Parameters
    ----------
    names : iterable of str
        ROI names.

    Returns
    -------
    dict
        TG-263 name to the names of the ROIs, in the order given.
    """
    found: dict[str, tuple[str, ...]] = {}
    for table in (_SYNONYMS, _PARTS):
        matches: dict[str, tuple[str, ...]] = {}
        for name in names:
            for standard, synonyms in table.items():
                if _plain(name) in synonyms:
                    matches[standard] = (*matches.get(standard, ()), name)
        found = {**matches, **found}
    return found


def rois_of(organ: str, names: Iterable[str]) -> tuple[str, ...]:
    """Find the ROIs that contour an organ or parts of it, to say whether it is contoured at all.

    Parameters
    ----------
    organ : str
        TG-263 name, as `anatomy.expected_organs` gives it; "Pharynx", "Bowel", "Kidneys" too,
        which no protocol limits.
    names : iterable of str
        ROI names.
    """
    known = {
        _plain(organ),
        *_SYNONYMS.get(organ, ()),
        *_PARTS.get(organ, ()),
        *_EXPECTED.get(organ, ()),
    }
    return tuple(name for name in names if _plain(name) in known)
