from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bakeoff_cli.errors import BadInput
from bakeoff_cli.smoke.sam import Sam, SamFailed


@pytest.fixture
def sam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sam:
    """A `sam` that prints where it is and what it was given, and fails when told to."""
    program = tmp_path / "bin" / "sam"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\nprint(os.getcwd())\nprint(*sys.argv[1:], sep='|')\n"
        "print('Error: no such thing')\nsys.exit('Fail=1' in sys.argv)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    return Sam(tmp_path, "bakeoff-smoke-1", "eu-west-1", "me")


def test_only_the_stack_of_its_own_is_named(sam: Sam, tmp_path: Path) -> None:
    where, words, _ = sam.deploy({"DataRetention": "Delete"}).splitlines()
    assert Path(where).samefile(tmp_path)
    given = words.split("|")
    assert given[:7] == [
        "deploy",
        "--stack-name",
        "bakeoff-smoke-1",
        "--region",
        "eu-west-1",
        "--profile",
        "me",
    ]
    assert given[-2:] == ["--parameter-overrides", "DataRetention=Delete"]
    assert "--no-confirm-changeset" in given

    _, words, _ = sam.delete().splitlines()
    assert words.split("|")[:3] == ["delete", "--stack-name", "bakeoff-smoke-1"]


def test_a_failure_is_a_sentence_with_the_last_words(sam: Sam) -> None:
    with pytest.raises(SamFailed, match=r"`sam deploy` ended with exit code 1: .*no such thing") as failed:
        sam.deploy({"Fail": "1"})
    assert "no such thing" in failed.value.printed


def test_without_sam_it_says_what_to_install(sam: Sam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BadInput, match="no SAM CLI on the PATH"):
        sam.build()
