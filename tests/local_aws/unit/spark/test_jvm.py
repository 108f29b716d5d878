from __future__ import annotations

from pathlib import Path

from local_aws.services.sagemaker.containers.spark.jvm import driver_command


def command(**spark: str) -> list[str]:
    properties = {name.replace("_", "."): value for name, value in spark.items()}
    return driver_command(Path("/java"), Path("/job/spark/conf"), 4321, properties)


def test_the_heap_is_small_unless_the_job_asks_for_more() -> None:
    assert "-Xmx1g" in command()
    assert "-Xmx3g" in command(spark_driver_memory="3g")


def test_the_jobs_own_options_come_last_and_win() -> None:
    options = command(spark_driver_extraJavaOptions="-XX:TieredStopAtLevel=4 -Dname='two words'")

    assert options[-3:-1] == ["-XX:TieredStopAtLevel=4", "-Dname=two words"]
    assert options.index("-XX:TieredStopAtLevel=1") < options.index("-XX:TieredStopAtLevel=4")


def test_the_bridge_is_the_proxy_of_the_jvm() -> None:
    assert {"-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=4321"} <= set(command())
