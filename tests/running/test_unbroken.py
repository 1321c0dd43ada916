"""Ctrl-C waits for the end of what it must not break off, and is heard then."""

from __future__ import annotations

import signal
import threading

import pytest

from derivcheck.running.processes.unbroken import unbroken


def test_it_is_heard_at_the_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), unbroken():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("all of it")
    assert done == ["all of it"]


def test_one_within_another_waits_for_the_outer_one() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), unbroken():
        with unbroken():
            signal.raise_signal(signal.SIGINT)
            done.append("inner")
        done.append("outer")
    assert done == ["inner", "outer"]


def test_afterwards_all_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with unbroken():
        pass
    with pytest.raises(ValueError, match="mine"), unbroken():
        raise ValueError("mine")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_that_hears_no_signals_just_goes_on() -> None:
    done = []

    def go() -> None:
        with unbroken():
            done.append("all of it")

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    assert done == ["all of it"]
