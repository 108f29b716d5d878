"""A function imports no package of a layer that it does not have."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.handlers import environment_of
from tests.template import FUNCTIONS, PROJECT

NUMERICS = ("jinja2", "matplotlib", "numpy", "scipy", "threadpoolctl")
WITHOUT = [name for name, each in FUNCTIONS.items() if {"Ref": "Numerics"} not in each.get("Layers", [])]
PROGRAM = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    print(module, *sorted({names} & sys.modules.keys()))
"""


# import-linter does not count what a package's own __init__ imports on the way to a module of it.
def test_a_function_without_the_numeric_layer_loads_none_of_its_packages() -> None:
    assert len(FUNCTIONS) - len(WITHOUT) == 3
    modules = [FUNCTIONS[name]["Handler"].rpartition(".")[0] for name in WITHOUT]
    variables = {key: value for name in WITHOUT for key, value in environment_of(name).items()}

    imported = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{names}", str(set(NUMERICS))), *modules],
        env={**os.environ, **variables, "PYTHONPATH": str(PROJECT / "src")},
        check=True,
        capture_output=True,
        text=True,
    )

    assert imported.stdout.splitlines() == modules
