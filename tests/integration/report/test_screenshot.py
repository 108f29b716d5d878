from __future__ import annotations

import struct
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from scripts import screenshot_report
from scripts.chromium import BrowserError, Page, Pipe

LIMIT = 300_000


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture
def run_folder(addresses: dict[str, str], tmp_path: Path) -> Path:
    page = Path(unquote(urlsplit(addresses["tie"]).path))
    (tmp_path / "report.html").write_bytes(page.read_bytes())
    return tmp_path


def test_a_picture_of_the_report_is_small_and_shows_its_theme(browser: Pipe, run_folder: Path) -> None:
    light, dark = run_folder / "pictures" / "light.png", run_folder / "dark.png"

    assert screenshot_report.main([str(run_folder), str(light)]) == 0
    assert screenshot_report.main([str(run_folder), str(dark), "--dark"]) == 0

    for picture in (light, dark):
        assert size_of(picture.read_bytes()) == (screenshot_report.WIDTH, screenshot_report.HEIGHT)
        assert 20_000 < picture.stat().st_size <= LIMIT
    assert light.read_bytes() != dark.read_bytes()


def test_the_kept_picture_is_small_enough_for_a_readme() -> None:
    kept = screenshot_report.PICTURE.read_bytes()

    assert size_of(kept) == (screenshot_report.WIDTH, screenshot_report.HEIGHT)
    assert len(kept) <= LIMIT


def test_a_folder_without_a_report_is_refused_with_a_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        screenshot_report.main([str(tmp_path)])

    assert "save a run first with bakeoff demo" in capsys.readouterr().err


def test_without_a_browser_the_message_says_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "report.html").write_text("<!doctype html>")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert screenshot_report.main([str(tmp_path), str(tmp_path / "picture.png")]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_a_refused_command_and_a_missing_page_are_errors(tab: Page) -> None:
    with pytest.raises(BrowserError, match=r"Page\.fly"):
        tab.call("Page.fly")
    with pytest.raises(BrowserError, match="did not load"):
        tab.open("file:///nowhere/report.html")
    with pytest.raises(BrowserError, match="undefinedName"):
        tab.evaluate("undefinedName")
