"""Print how large the rooms of each package are, and how they hang together.

python -m scripts.measure_house
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

PROJECT = Path(__file__).resolve().parent.parent
_HEAD = """\
| package | files | lines | largest folder | file p90 | functions | private, called in one place | circles |
|---|--:|--:|---|--:|--:|--:|--:|"""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measures:
    """Of one package.

    `largest` is the folder with the most modules beside `__init__.py`; `p90` are the lines that nine files of
    ten do not exceed. `called_once` are the private functions whose only mention in their module is a call:
    one that is handed over (a patch, a callback) cannot be joined with who calls it. `circles` are groups of
    modules that import each other, at whatever time.
    """

    files: int
    lines: int
    largest: tuple[int, Path]
    p90: int
    functions: int
    called_once: int
    circles: list[list[str]]

    @property
    def share_called_once(self) -> float:
        return self.called_once / self.functions if self.functions else 0.0


def measure(package: Path) -> Measures:
    """`package` is a folder with Python files, at any depth."""
    sources = {path: path.read_text("utf-8") for path in sorted(package.rglob("*.py"))}
    trees = {path: ast.parse(source) for path, source in sources.items()}
    lines = [source.count("\n") for source in sources.values()]
    folders = Counter(path.parent for path in sources if path.name != "__init__.py")
    modules = {_dotted(path, package.parent): tree for path, tree in trees.items()}
    return Measures(
        len(sources),
        sum(lines),
        max((count, folder) for folder, count in folders.items()),
        round(quantiles(lines, n=10, method="inclusive")[-1]) if len(lines) > 1 else lines[0],
        sum(1 for tree in trees.values() for _ in _functions(tree)),
        sum(_called_once(tree) for tree in trees.values()),
        circles({name: set(_imported(tree, modules)) for name, tree in modules.items()}),
    )


def circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups of modules each of which leads to all others of its group."""
    reached = {name: _reached(name, imports) for name in imports}
    groups = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in imports
        if name in reached[name]
    }
    return sorted(sorted(group) for group in groups)


def _reached(start: str, imports: Mapping[str, Iterable[str]]) -> set[str]:
    found, ahead = set[str](), [start]
    while ahead:
        new = set(imports[ahead.pop()]) - found
        found |= new
        ahead += new
    return found


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.Module, modules: Mapping[str, ast.Module]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from {name if name in modules else node.module for name in named} & modules.keys()


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _called_once(tree: ast.Module) -> int:
    mentioned, called = Counter[str](), Counter[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called[_name(node.func)] += 1
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
            mentioned[_name(node)] += 1
    private = {function.name for function in _functions(tree) if _is_private(function.name)}
    return sum(1 for name in private if mentioned[name] == called[name] == 1)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def packages() -> list[Path]:
    """Those whose types are checked."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return [PROJECT / name for name in settings["tool"]["mypy"]["files"]]


def table(measured: Mapping[Path, Measures]) -> str:
    """In Markdown, a line for each package."""
    return "\n".join([_HEAD, *(_row(package, measures) for package, measures in measured.items())])


def _row(package: Path, measures: Measures) -> str:
    count, folder = measures.largest
    place = folder.relative_to(PROJECT).as_posix()
    cells = (
        f"`{package.relative_to(PROJECT).as_posix()}`",
        f"{measures.files}",
        f"{measures.lines:,}",
        f"{count} `{place}`",
        f"{measures.p90}",
        f"{measures.functions:,}",
        f"{measures.share_called_once:.1%}",
        f"{len(measures.circles)}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(table({package: measure(package) for package in packages()}))
