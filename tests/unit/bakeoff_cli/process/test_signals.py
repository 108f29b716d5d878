from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bakeoff_cli.process.signals import Ended, left_undisturbed, unwinding


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_and_the_handler_goes_again(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    with pytest.raises(Ended) as ended, unwinding():
        os.kill(os.getpid(), number)

    assert ended.value.exit_code == 128 + number
    assert signal.getsignal(number) is before


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with unwinding():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_second_signal_cuts_the_clearing_up_short(number: signal.Signals) -> None:
    done = []

    @contextmanager
    def manager() -> Iterator[str]:
        try:
            yield "entered"
        finally:
            os.kill(os.getpid(), number)
            done.append("cleared")

    with pytest.raises(KeyboardInterrupt), unwinding(), left_undisturbed(manager()) as entered:
        assert entered == "entered"
        raise KeyboardInterrupt

    assert done == ["cleared"]
