from __future__ import annotations

from pathlib import Path

from benchmarks.spark_job.launcher import MASTER, Launcher


def test_a_script_starts_as_in_the_container_but_with_the_optimizing_compiler(tmp_path: Path) -> None:
    launcher = Launcher(tmp_path / "side")

    command = launcher.command(Path("job.py"), "--plan", "plan.json")

    levels = [word for word in command if word.startswith("-XX:TieredStopAtLevel=")]
    assert levels[-1] == "-XX:TieredStopAtLevel=4"
    assert command[0] == str(Path(launcher.environment()["JAVA_HOME"], "bin", "java"))
    assert command[-5:] == ["--master", MASTER, "job.py", "--plan", "plan.json"]


def test_without_a_run_there_is_nothing_to_pack(tmp_path: Path) -> None:
    launcher = Launcher(tmp_path / "side")

    launcher.pack_classes()

    assert not (tmp_path / "side" / "cache").exists()
