"""Retriers: a pause that ends with the execution, and one count of attempts per iteration.

Patched in moto 5.2.5: the pause before a retry could not be interrupted; and each retrier named its counters
by a key that was made on first use, so that two concurrent iterations could each make one and lose an
attempt.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from local_aws.core.patching import replace
from local_aws.services.stepfunctions.interpreter import waiting


def _retry(self: Any, env: Any) -> None:
    self.error_equals.eval(env)
    if not env.stack.pop():
        env.stack.append(RetrierOutcome.Skipped)
        return
    self.max_attempts.eval(env=env)
    if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(RetrierOutcome.Failed)
        return
    for step in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
        step.eval(env=env)
    waiting.pause(env, env.stack.pop())
    env.stack.append(RetrierOutcome.Executed)


def apply() -> None:
    replace(EvalComponent, heap_key=property(lambda self: str(id(self))))
    replace(RetrierDecl, _eval_body=_retry)
