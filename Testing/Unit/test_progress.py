"""Progress: fractions only rise, stages nest, what a listener raises stops the work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_radiosurgery.geometry import InputError
from spine_radiosurgery.geometry.progress import (
    Cancelled,
    awaited,
    beside,
    listening,
    report_progress,
    stage,
    with_progress,
)


class Heard(list):
    """What a listener was told; it cancels at the n-th checkpoint."""

    def __init__(self, cancel_at: int = 0) -> None:
        super().__init__()
        self.cancel_at = cancel_at

    def __call__(self, text: str, fraction: float) -> None:
        self.append((text, fraction))
        if len(self) == self.cancel_at:
            raise Cancelled

    @property
    def fractions(self) -> list[float]:
        return [fraction for _, fraction in self]


def test_without_a_listener_nothing_happens() -> None:
    with stage("Anything", 0.2, 0.5):
        report_progress("Anything", 0.5)
    assert list(with_progress("abc", "Anything")) == ["a", "b", "c"]


def test_stages_map_their_fractions_into_their_part() -> None:
    heard = Heard()
    with listening(heard):
        report_progress("Reading", 0.0)
        with stage("Evaluating", 0.2, 0.6):
            report_progress("Sampling", 0.5)
            with stage("Simulating", 0.5, 1.0):
                report_progress("Moving", 0.5)
        report_progress("Writing")
        report_progress(fraction=1.0)
    assert [text for text, _ in heard] == [
        "Reading", "Evaluating", "Sampling", "Simulating", "Moving", "Writing", "Writing",
    ]  # fmt: skip
    assert heard.fractions == pytest.approx([0.0, 0.2, 0.4, 0.4, 0.5, 0.6, 1.0])


TREES = st.recursive(
    st.floats(-0.5, 1.5) | st.none(),
    lambda inner: st.tuples(st.floats(0, 1), st.floats(0, 1), st.lists(inner, max_size=4)),
    max_leaves=20,
)


@given(st.lists(TREES, max_size=5))
def test_fractions_never_go_back_nor_leave_0_to_1(work: list) -> None:
    def do(item: object) -> None:
        if isinstance(item, tuple):
            start, end = sorted(item[:2])
            with stage("", start, end):
                for part in item[2]:
                    do(part)
        else:
            report_progress("", item)

    heard = Heard()
    with listening(heard):
        for item in work:
            do(item)
    assert heard.fractions == sorted(heard.fractions)
    assert all(0 <= fraction <= 1 for fraction in heard.fractions)


def test_items_are_all_gone_through_with_a_checkpoint_before_every_few() -> None:
    heard = Heard()
    with listening(heard):
        found = list(with_progress(range(5), lambda item: f"Item {item}", every=2))
    assert found == [0, 1, 2, 3, 4]
    assert heard == [("Item 0", 0.0), ("Item 2", 0.4), ("Item 4", 0.8)]


def test_cancelling_is_no_complaint_about_input() -> None:
    assert not issubclass(Cancelled, (InputError, ValueError, OSError))


def test_whatever_a_listener_raises_comes_out_and_leaves_nobody_listening() -> None:
    def refuse(text: str, fraction: float) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError, match="Reading"), listening(refuse), stage("Reading", 0, 1):
        pass
    report_progress("Nobody hears")


def test_an_inner_listener_hears_in_the_outer_ones_stead() -> None:
    outer, inner = Heard(), Heard()
    with listening(outer):
        with listening(inner):
            report_progress("Inside")
        report_progress("Outside")
    assert (list(inner), list(outer)) == ([("Inside", 0.0)], [("Outside", 0.0)])


def test_a_stage_that_was_left_by_an_error_is_over() -> None:
    heard = Heard()
    with listening(heard):
        with pytest.raises(InputError), stage("Trying", 0.0, 0.1):
            raise InputError("no")
        report_progress("Going on", 0.5)
    assert heard[-1] == ("Going on", 0.5)


def test_only_the_listening_thread_calls_the_listener() -> None:
    threads = set()

    def work() -> int:
        report_progress("Elsewhere", 0.9)
        return 7

    with (
        listening(lambda text, fraction: threads.add((get_ident(), text))),
        ThreadPoolExecutor() as workers,
    ):
        assert awaited(beside(workers, work), "Here") == 7
    assert threads == {(get_ident(), "Here")}


def test_other_threads_stop_when_the_work_is_cancelled() -> None:
    begun, stopped = Event(), Event()

    def endless() -> None:
        begun.set()
        try:
            while True:
                report_progress()
        finally:
            stopped.set()

    def cancel(text: str, fraction: float) -> None:
        assert begun.wait(5)
        raise Cancelled

    with pytest.raises(Cancelled), listening(cancel), ThreadPoolExecutor() as workers:
        awaited(beside(workers, endless), "Waiting")
    assert stopped.is_set()


def test_what_another_thread_raises_is_raised_where_it_is_awaited() -> None:
    def fail() -> None:
        raise InputError("no dose")

    for listener in (None, Heard()):
        with ThreadPoolExecutor() as workers, pytest.raises(InputError, match="no dose"):
            if listener is None:
                awaited(beside(workers, fail))
            else:
                with listening(listener):
                    awaited(beside(workers, fail))
