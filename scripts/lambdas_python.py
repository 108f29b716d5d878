"""Print the Python that functions run on here: Lambda's own version if this machine has it, else this one.

python -m scripts.lambdas_python
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local_aws.services.lambda_.interpreter import RUNTIME

VERSION = RUNTIME.removeprefix("python")
PYENV = Path.home() / ".pyenv" / "versions"


def found() -> Path:
    """Compiled packages of the layers are for Linux and x86_64: elsewhere Lambda's version is of no use."""
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        for candidate in _candidates():
            if _runs(candidate):
                return candidate
    return Path(sys.executable)


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which(RUNTIME):
        yield Path(on_path)
    yield from sorted(PYENV.glob(f"{VERSION}.*/bin/{RUNTIME}"), reverse=True)


def _runs(python: Path) -> bool:
    # pyenv puts a script of each name on the PATH, which fails for versions that are not chosen.
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    ended = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return ended.returncode == 0 and ended.stdout.strip() == VERSION


if __name__ == "__main__":
    print(found())
