from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.domain.errors import InvalidEvent, TooFewRows
from bakeoff.handlers.telemetry import field, instrumented, logger
from tests.handlers import Context

Lines = Callable[[], list[dict[str, Any]]]


def context(request_id: str = "request-1") -> LambdaContext:
    return cast(LambdaContext, Context(aws_request_id=request_id))


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_log_lines_carry_the_request_and_the_run(log_lines: Lines) -> None:
    @instrumented(lambda event, answer: f"planned {answer}")
    def handle(event: Any, context: Any) -> str:
        logger.info("planned")
        return "2 inputs"

    handle({"run_id": "run-1"}, context())
    handle({}, context("request-2"))

    first, said, second, _ = log_lines()
    assert (said["level"], said["message"], said["run_id"]) == ("INFO", "planned 2 inputs", "run-1")
    assert (first["message"], first["run_id"], first["function_request_id"]) == (
        "planned",
        "run-1",
        "request-1",
    )
    assert second["function_request_id"] == "request-2" and "run_id" not in second


def test_a_failure_of_ours_is_logged_once_and_goes_on(
    log_lines: Lines,
) -> None:
    @instrumented(lambda event, answer: "done")
    def handle(event: Any, context: Any) -> None:
        raise TooFewRows("The test split has 1 row.")

    with pytest.raises(TooFewRows):
        handle({"run_id": "run-1"}, context())

    [line] = log_lines()
    assert line["level"] == "ERROR"
    assert (line["message"], line["exception_name"]) == ("The test split has 1 row.", "TooFewRows")


def test_what_a_function_says_is_one_line_without_credentials(log_lines: Lines) -> None:
    @instrumented(lambda event, answer: "ignored Inputs/a\nb?X-Amz-Signature=0a1b2c3d " + "x" * 5000)
    def handle(event: Any, context: Any) -> None:
        pass

    handle({}, context())

    [line] = log_lines()
    assert line["message"].startswith("ignored Inputs/a b?X-Amz-Signature=[hidden]")
    assert len(line["message"]) <= 1000


def test_a_field_is_found() -> None:
    assert field({"candidate": {"name": "knn"}}, "candidate", "name") == {"name": "knn"}


@pytest.mark.parametrize("payload", [None, [], "text", 3, {}, {"other": 1}])
def test_a_missing_field_is_named(payload: Any) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        field(payload, "run_id")

    assert str(refusal.value) == (
        "The payload has no field 'run_id': see events/ for what the function expects."
    )
