"""What a makefile builds is built once for each content, and stands in the template's place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from local_aws.core.errors import BuildFailed
from local_aws.deployment.build import built
from local_aws.deployment.packaging import made_by_makefile
from local_aws.services.lambda_ import interpreter

TEMPLATE = """
Globals:
  Function:
    CodeUri: code/
Resources:
  One:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: makefile
    Properties:
      Handler: app.handler
  Plain:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
  Packages:
    Type: AWS::Serverless::LayerVersion
    Metadata:
      BuildMethod: makefile
    Properties:
      ContentUri: layer/
"""
MAKEFILE = """
build-%:
\techo "built $*" >> "{log}"
\tcp -R *.py "$(ARTIFACTS_DIR)/"
\ttouch left-here
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name in ("code", "layer"):
        (folder / name / "__pycache__").mkdir(parents=True)
        (folder / name / "app.py").write_text("x = 1")
        (folder / name / "Makefile").write_text(MAKEFILE.format(log=tmp_path / "log"))
    (folder / "template.yaml").write_text(TEMPLATE)
    return folder


def said(project: Path) -> list[str]:
    return sorted((project.parent / "log").read_text().splitlines())


def test_only_what_the_template_says_is_made(project: Path) -> None:
    found = made_by_makefile(project / "template.yaml")

    assert found == {"One": project / "code/", "Packages": project / "layer/"}


def test_each_content_is_built_once(project: Path, tmp_path: Path) -> None:
    first = built(project / "template.yaml", tmp_path / "kept")
    (project / "code" / "__pycache__" / "app.cpython-313.pyc").write_text("cache")

    assert built(project / "template.yaml", tmp_path / "kept") == first
    assert said(project) == ["built One", "built Packages"]
    assert not (project / "code" / "left-here").exists()

    (project / "code" / "app.py").write_text("x = 2")
    second = built(project / "template.yaml", tmp_path / "kept")
    assert said(project) == ["built One", "built One", "built Packages"]
    assert second["Packages"] == first["Packages"]
    content = zipfile.ZipFile(io.BytesIO(second["One"].read_bytes()))
    assert content.namelist() == ["app.py"] and content.read("app.py") == b"x = 2"


def test_what_the_same_commands_make_is_built_once_for_all(project: Path, tmp_path: Path) -> None:
    makefile = "\tcp app.py $(ARTIFACTS_DIR); touch left-here"
    others = f"build-%:\n\techo built >> {tmp_path / 'log'}\n{makefile}\n"
    (project / "code" / "Makefile").write_text(f"build-Two:\n\techo two > $(ARTIFACTS_DIR)/two\n{others}")
    one = TEMPLATE[TEMPLATE.index("  One:") : TEMPLATE.index("  Plain:")]
    more = "".join(one.replace("One:", f"{name}:") for name in ("Two", "Three", "Four"))
    (project / "template.yaml").write_text(TEMPLATE.replace("  Plain:", f"{more}  Plain:"))

    found = built(project / "template.yaml", tmp_path / "kept")

    assert said(project) == ["built", "built Packages"]
    names = {name: zipfile.ZipFile(found[name]).namelist() for name in ("One", "Two", "Three", "Four")}
    assert names == {"One": ["app.py"], "Two": ["two"], "Three": ["app.py"], "Four": ["app.py"]}
    assert len(set(found.values())) == 5
    assert not (project / "code" / "left-here").exists()


def test_a_makefile_finds_lambdas_python_where_functions_run_on_it(project: Path, tmp_path: Path) -> None:
    compiling = 'python3.13 -m compileall -q "$(ARTIFACTS_DIR)" || true'
    makefile = f'build-One:\n\tcp app.py "$(ARTIFACTS_DIR)"\n\t{compiling}\n'
    (project / "code" / "Makefile").write_text(makefile)

    artifact = built(project / "template.yaml", tmp_path / "kept")["One"]

    compiled = "__pycache__/app.cpython-313.pyc" in zipfile.ZipFile(artifact).namelist()
    assert compiled or interpreter.installed().name != interpreter.RUNTIME


def test_a_build_that_fails_says_why_and_keeps_nothing(project: Path, tmp_path: Path) -> None:
    (project / "layer" / "Makefile").write_text("build-Packages:\n\t@echo no such package; exit 3\n")

    for _ in range(2):
        with pytest.raises(BuildFailed, match="Packages could not be built: no such package"):
            built(project / "template.yaml", tmp_path / "kept")

    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".zip"]


def test_without_make_the_tool_is_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BuildFailed, match="there is no make on the PATH"):
        built(project / "template.yaml", tmp_path / "kept")
