"""Whatever descriptors are open, the browser gets its pipes, here a shell in its place."""

from __future__ import annotations

import subprocess
import sys

import pytest

ANSWERS = """
import os
from scripts.chromium import _start

process, to_browser, from_browser = _start(["/bin/sh", "-c", "read -r asked <&3; echo $asked, too >&4"])
os.write(to_browser, b"hello\\n")
print(os.read(from_browser, 100).decode(), process.wait())
"""


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
        "import os; os.close(0)",
        *(f"import os\nwhile os.dup(1) < {last}: pass" for last in (3, 4, 99, 100, 101, 102)),
    ],
)
def test_the_pipes_are_the_descriptors_3_and_4(before: str) -> None:
    asked = [sys.executable, "-c", f"{before}\n{ANSWERS}"]

    answer = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    assert (answer.stdout.split("\n"), answer.stderr) == (["hello, too", " 0", ""], "")
