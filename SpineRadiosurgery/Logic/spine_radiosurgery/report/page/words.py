"""Words of the closed lists that `report.json` holds as codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .language import Translate, mark

SYMBOLS = {"pass": "✓", "caution": "!", "fail": "✕", "not_evaluable": "?"}
"""They stand beside the word: colour says nothing that they do not."""
STATUS_WORDS = {
    "pass": mark("pass"),
    "caution": mark("caution"),
    "fail": mark("fail"),
    "not_evaluable": mark("not evaluable"),
}
OPINION_SYMBOLS = {"agrees": "✓", "differs": "!", "not comparable": "–"}
VERDICT_WORDS = {
    "pass": mark("Within tolerance"),
    "caution": mark("Caution"),
    "fail": mark("Not within tolerance"),
    "not_evaluable": mark("Not evaluable"),
}
CODE_WORDS = {
    # Roles of a constraint.
    "decides": mark("decides"),
    "advisory": mark("advisory"),
    # How the cord volume is cut.
    "axial": mark("axial"),
    "centreline": mark("along the cord"),
    # Sectors of a vertebra.
    "body": mark("body"),
    "left_pedicle": mark("left pedicle"),
    "right_pedicle": mark("right pedicle"),
    "left_lamina": mark("left lamina"),
    "right_lamina": mark("right lamina"),
    "spinous_process": mark("spinous process"),
    # Templates of a target that are no sector.
    "body_and_pedicles": mark("body and pedicles"),
    "whole_vertebra": mark("whole vertebra"),
    "posterior_elements": mark("posterior elements"),
    # Answers.
    "yes": mark("yes"),
    "no": mark("no"),
    "unknown": mark("unknown"),
    # Course of the neurological grade and of walking.
    "improved": mark("improved"),
    "stable": mark("stable"),
    "worse": mark("worse"),
    "kept": mark("kept"),
    "lost": mark("lost"),
    "regained": mark("regained"),
    "not_regained": mark("not regained"),
    # Headings of NOMS.
    "neurologic": mark("neurologic"),
    "oncologic": mark("oncologic"),
    "mechanical": mark("mechanical"),
    "systemic": mark("systemic"),
    # Classes of pain response.
    "complete": mark("complete"),
    "partial": mark("partial"),
    "indeterminate": mark("indeterminate"),
    "progressive": mark("progressive"),
    "undefined": mark("undefined"),
    # What the grades let choose.
    "radiosurgery": mark("radiosurgery"),
    "surgical opinion": mark("surgical opinion"),
    # Another program's opinion.
    "agrees": mark("agrees"),
    "differs": mark("differs"),
    "not comparable": mark("not comparable"),
}


def word_of(translate: Translate) -> Callable[[str], str]:
    """Return what writes a code in words: "left_pedicle" as "left pedicle"."""
    return lambda code: translate(CODE_WORDS.get(code, code.replace("_", " ")))


def translated(words: Mapping[str, str], translate: Translate) -> dict[str, str]:
    """Return the words of a list in the reader's language."""
    return {code: translate(text) for code, text in words.items()}


def listed(names: Sequence[str], translate: Translate) -> str:
    """Write "A, B and C"."""
    *first, last = names or ("",)
    if not first:
        return last
    return translate("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}
