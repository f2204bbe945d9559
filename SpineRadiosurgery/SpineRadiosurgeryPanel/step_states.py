"""How far each step of a case is; derived from what is in the scene, so that it is never out of date."""

from dataclasses import dataclass

from slicer.i18n import tr as _

TO_DO, READY, DONE, STALE = "todo", "ready", "done", "stale"
MARKS = {TO_DO: "○", READY: "●", DONE: "✓", STALE: "!"}
RESTS_ON = {"cord": ("target",), "tolerance": ("target", "cord"), "report": ("tolerance",)}


@dataclass(frozen=True)
class StepState:
    """How far a step is.

    mark - one of TO_DO, READY, DONE, STALE
    reason - why it is to do or stale; "" otherwise
    """

    mark: str
    reason: str = ""


def stateSentence(state):
    """Say how far a step is, and why."""
    sentence = {
        TO_DO: _("To do: {reason}"),
        READY: _("Ready."),
        DONE: _("Done."),
        STALE: _("Stale: {reason}"),
    }[state.mark]
    return sentence.format(reason=state.reason)


def stateOf(page, earlier):
    """Return the state of a page's step.

    :param earlier: states of the steps before it, by step.
    """
    if page.case is None:
        return StepState(TO_DO, _("There is no case."))
    obstacle = page.obstacle()
    if not page.isMade():
        return StepState(TO_DO, obstacle) if obstacle else StepState(READY)
    reasons = [*page.changes(), *page.differences()]
    for step in RESTS_ON.get(page.step, ()):
        if earlier[step].mark == STALE:
            reasons.append(_("an earlier step is stale"))
            break
    return StepState(STALE, "; ".join(reasons)) if reasons else StepState(DONE)
