"""A Spark driver that is killed drops its connections to the bridge."""

from __future__ import annotations

import socket
import struct
import threading
import time

import pytest

from local_aws.core.threads import ThreadGroup
from local_aws.services.sagemaker.containers.spark.webhdfs.bridge import S3Bridge


def _handled(before: set[threading.Thread]) -> bool:
    return all(not thread.is_alive() for thread in set(threading.enumerate()) - before)


def test_a_dropped_connection_is_no_fault_of_the_bridge(capfd: pytest.CaptureFixture[str]) -> None:
    bridge = S3Bridge(None, ThreadGroup())
    before = set(threading.enumerate())
    with socket.create_connection(("127.0.0.1", bridge.port)) as connection:
        while set(threading.enumerate()) == before:
            time.sleep(0.01)
        # Closing without lingering resets the connection, as the end of a killed process does.
        connection.sendall(b"GET ")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    while not _handled(before):
        time.sleep(0.01)
    bridge.close()

    assert capfd.readouterr().err == ""
