"""`sam local invoke` as docs/operations.md tells of it: an event, and a deployed stack's variables."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.sam.emulator import answer, emulated
from tests.e2e.sam.terminal import Terminal
from tests.template import module_of

# What stands in events/ for a person's own run, bucket and address.
RUN, BUCKET = "dataset1-0123456789abcdef", "bakeoff-databucket-example"
ADDRESS = "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/example"
KEPT = "a-bucket-to-keep"
_EMPTIES = "EmptyBucketFunction"
# They would write over what the run has made.
_KEEP_THEIR_RUN = ("PlanRunFunction", "RecordFailureFunction")


def emulate(terminal: Terminal, outputs: Mapping[str, str], function: str, scratch: Path) -> Any:
    """The answer of a built function to its event, with the names of the deployed stack in it."""
    scratch.mkdir()
    with (
        _answered_at() as address,
        emulated(terminal.project, function, scratch, _variables(terminal, function)) as url,
    ):
        event = json.loads(_event(terminal, outputs, function).replace(ADDRESS, address))
        if function != _EMPTIES:
            return answer(url, event)
        with _bucket_that_keeps_its_object(terminal):
            return answer(url, {**event, "StackId": _described(terminal, function)["StackId"]})


def finished_run(terminal: Terminal) -> str:
    """The run of the upload, whose files README's commands have fetched."""
    [saved] = (terminal.project / "runs").glob("dataset1-*/comparison.json")
    return saved.parent.name


def _event(terminal: Terminal, outputs: Mapping[str, str], function: str) -> str:
    bucket = KEPT if function == _EMPTIES else outputs["BucketName"]
    run = RUN if function in _KEEP_THEIR_RUN else finished_run(terminal)
    name = f"{module_of(function).replace('_', '-')}.json"
    text = (terminal.project / "events" / name).read_text("utf-8").replace(BUCKET, bucket).replace(RUN, run)
    # Names of functions, which CloudFormation makes up.
    return re.sub(r'"bakeoff-(\w+Function)"', lambda name: f'"{_physical_id(terminal, name[1])}"', text)


def _variables(terminal: Terminal, function: str) -> dict[str, str]:
    name = _physical_id(terminal, function)
    configured = terminal.client("lambda").get_function_configuration(FunctionName=name)
    return {**terminal.exported, **configured["Environment"]["Variables"]}


def _physical_id(terminal: Terminal, function: str) -> str:
    return str(_described(terminal, function)["PhysicalResourceId"])


def _described(terminal: Terminal, function: str) -> Any:
    stack = terminal.client("cloudformation").describe_stack_resource(
        StackName="bakeoff", LogicalResourceId=function
    )
    return stack["StackResourceDetail"]


@contextmanager
def _bucket_that_keeps_its_object(terminal: Terminal) -> Iterator[None]:
    """The stack stays, whatever the event says: at the end there is an object to delete."""
    s3 = terminal.client("s3")
    s3.create_bucket(Bucket=KEPT)
    s3.put_object(Bucket=KEPT, Key="a", Body=b"a")
    yield
    assert s3.list_objects_v2(Bucket=KEPT)["KeyCount"] == 1
    s3.delete_object(Bucket=KEPT, Key="a")
    s3.delete_bucket(Bucket=KEPT)


@contextmanager
def _answered_at() -> Iterator[str]:
    """Where a custom resource may send its answer."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Accepting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Accepting(http.server.BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
