from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.planning.settings import read_settings
from bakeoff_cli.data.demo_data import upload_names
from bakeoff_cli.data.sample import SAMPLE_FILE
from bakeoff_cli.demo.request import TARGET_HINT
from bakeoff_cli.errors import DownloadFailed
from bakeoff_cli.stack.receipts import receipt_of
from local_aws.core.errors import NoSpace, PortTaken
from tests.unit.bakeoff.domain.reading.parquet.parquet_files import DOUBLE, column, parquet_of
from tests.unit.bakeoff_cli.comparisons import final_model
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.production import ENDPOINT, REASON, Production
from tests.unit.bakeoff_cli.receipts import receipt


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("1,1\n2,2\n3,3\n4,4\n5,5\n")
    return path


def test_a_demo_compares_on_the_first_half_and_then_on_the_second(
    invoke: Invoke, account: Account, embedded: Any, data: Path
) -> None:
    result = invoke("demo", "--data", data)
    assert result.exit_code == 0
    assert account.s3.objects["Inputs/data-first-half.csv"] == b"1,1\n2,2\n"
    assert account.s3.objects["Inputs/data-second-half.csv"] == b"3,3\n4,4\n5,5\n"
    assert result.stdout.count("Winner: xgboost") == 2
    assert "Nothing is left behind" in result.stdout


def test_a_demo_of_parquet_is_one_run_on_all_of_it(
    invoke: Invoke, account: Account, embedded: Any, tmp_path: Path
) -> None:
    body = parquet_of([column("price", DOUBLE), column("area", DOUBLE)], rows=900)
    (tmp_path / "my cars.parquet").write_bytes(body)

    result = invoke("demo", "--data", tmp_path / "my cars.parquet")

    assert result.exit_code == 0
    assert account.s3.objects["Inputs/my-cars.parquet"] == body
    assert "Parquet is not halved: one run compares on all of it." in result.stderr
    assert result.stdout.count("Winner: xgboost") == 1 and "Nothing is left behind" in result.stdout
    document = json.loads(invoke("demo", "--data", tmp_path / "my cars.parquet", "--json").stdout)
    assert document["succeeded"] and len(document["runs"]) == 1


def test_a_demo_ends_with_where_the_reports_are_and_how_to_verify_them(
    invoke: Invoke, embedded: Any, data: Path
) -> None:
    result = invoke("demo", "--data", data, "--output", "my runs")
    assert result.stdout.splitlines()[-2:] == [
        f"Report: my runs/{run_id}/report.html (to recompute its verdict: "
        f"`bakeoff verify 'my runs/{run_id}'`)"
        for run_id in ("run-1", "run-2")
    ]


def test_a_demo_ends_with_what_to_do_next(
    invoke: Invoke, embedded: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = invoke("demo", "--data", data)
    monkeypatch.setattr("bakeoff_cli.data.abalone.DatasetCache.obtain", lambda cache: data)
    assert "then `bakeoff upload FILE`" in own.stderr.splitlines()[-1]
    assert "`bakeoff demo --data FILE`" in invoke("demo").stderr.splitlines()[-1]


def test_a_run_without_a_report_is_saved_all_the_same(
    invoke: Invoke, account: Account, embedded: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "report", None)
    result = invoke("demo", "--data", data)
    assert result.stdout.splitlines()[-2:] == ["Saved to runs/run-1", "Saved to runs/run-2"]


def test_a_demo_saves_both_runs_and_stops_the_embedded_aws(
    invoke: Invoke, embedded: Any, data: Path, tmp_path: Path
) -> None:
    invoke("demo", "--data", data, "--output", "saved", "--port", "4567")
    for run_id in ("run-1", "run-2"):
        assert (tmp_path / "saved" / run_id / "comparison.json").is_file()
        assert (tmp_path / "saved" / run_id / "models" / "xgboost" / "model.tar.gz").is_file()
    (aws,) = embedded.made
    assert (aws.port, aws.running) == (4567, False)


def test_a_demo_with_folds_says_so_beside_the_data_and_ends_with_the_final_models(
    invoke: Invoke, account: Account, embedded: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given runs that leave a final model
    def leave_model(key: str, version: str) -> None:
        uploaded(key, version)
        for run_id in account.stepfunctions.executions:
            url = f"s3://a-bucket/runs/{run_id}/models/xgboost/final/job/output/model.tar.gz"
            account.s3.objects[f"runs/{run_id}/final.json"] = json.dumps(
                final_model(model_data_url=url)
            ).encode()
            account.s3.objects[url.removeprefix("s3://a-bucket/")] = b"model"

    uploaded = account.s3._on_upload
    monkeypatch.setattr(account.s3, "_on_upload", leave_model)

    data.write_text("".join(f"{n * n % 97},{n}.5\n" for n in range(800)))
    result = invoke("demo", "--data", data, "--folds", "3")

    assert account.s3.objects["Inputs/bakeoff.yaml"] == b"folds: 3\n"
    paths = [f"runs/run-{number}/models/xgboost/final/job/output/model.tar.gz" for number in (2, 3)]
    found = [line for line in result.stdout.splitlines() if line.startswith("Final model: ")]
    assert [line.removeprefix("Final model: ") for line in found] == paths, result.output
    assert all(Path(path).read_bytes() == b"model" for path in paths)


def test_a_demo_as_json_is_one_document(invoke: Invoke, embedded: Any, data: Path) -> None:
    document = json.loads(invoke("demo", "--data", data, "--json").stdout)
    assert (document["data"], document["succeeded"], document["leftovers"]) == (str(data), True, [])
    assert [(run["run_id"], run["folder"], run["report"]) for run in document["runs"]] == [
        ("run-1", "runs/run-1", "runs/run-1/report.html"),
        ("run-2", "runs/run-2", "runs/run-2/report.html"),
    ]
    assert all(run["comparison"]["verdict"]["best"] == "xgboost" for run in document["runs"])


@pytest.mark.parametrize(
    ("given", "parameters"), [(None, {}), ("xgboost, knn", {"Algorithms": "xgboost,knn"})]
)
def test_the_algorithms_become_the_parameter_of_the_stack(
    invoke: Invoke, embedded: Any, data: Path, given: str | None, parameters: dict[str, str]
) -> None:
    invoke("demo", "--data", data, *(["--algorithms", given] if given else []))
    assert embedded.made[0].deployed == {"bakeoff": parameters}


def test_any_parameter_of_the_template_can_be_set(invoke: Invoke, embedded: Any, data: Path) -> None:
    invoke("demo", "--data", data, "--set", "LatencyCalls=9", "--set", "Metric=mae", "--algorithms", "knn")
    expected = {"LatencyCalls": "9", "Metric": "mae", "Algorithms": "knn"}
    assert embedded.made[0].deployed == {"bakeoff": expected}


def test_settings_lie_beside_the_first_half_and_hold_for_both(
    invoke: Invoke, account: Account, embedded: Any, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("target: 2\nalgorithms: [knn]\n")

    result = invoke("demo", "--data", data, "--settings", "mine.yaml", "--set", "Metric=mae")

    assert result.exit_code == 0
    assert [key for key in account.s3.objects if key.startswith("Inputs/")] == [
        "Inputs/bakeoff.yaml",
        "Inputs/data-first-half.csv",
        "Inputs/data-second-half.csv",
    ]
    assert account.s3.versions["Inputs/bakeoff.yaml"] == 1
    assert embedded.made[0].deployed == {"bakeoff": {"Metric": "mae"}}
    assert "predicted is column 2" in result.stderr


def test_what_options_say_of_the_data_lies_beside_the_first_half(
    invoke: Invoke, account: Account, embedded: Any, tmp_path: Path
) -> None:
    rows = "".join(f"{n % 7}.5,{'yes' if n % 3 else 'no'},{n}\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"width,kind,id\n{rows}")
    (tmp_path / "mine.yaml").write_text("target: kind\n")
    options = ("--task", "classification", "--positive", "yes", "--metric", "brier", "--ignore", "id")

    result = invoke("demo", "--data", "a.csv", "--settings", "mine.yaml", *options)

    assert result.exit_code == 0, result.stderr
    said = read_settings("said", account.s3.objects["Inputs/bakeoff.yaml"]).values
    assert list(said) == ["target", "task", "positive", "metric", "ignore"]
    assert said["positive"] == "yes" and said["ignore"] == ["id"]
    assert account.s3.versions["Inputs/bakeoff.yaml"] == 1
    assert embedded.made[0].deployed == {"bakeoff": {}}


def test_a_metric_that_the_label_has_not_is_refused_before_anything_starts(
    invoke: Invoke, embedded: Any, tmp_path: Path
) -> None:
    rows = "".join(f"{n % 7}.5,{'yes' if n % 3 else 'no'},{n}\n" for n in range(60))
    (tmp_path / "a.csv").write_text(f"width,kind,id\n{rows}")
    (tmp_path / "mine.yaml").write_text("target: kind\n")

    result = invoke("demo", "--data", "a.csv", "--settings", "mine.yaml", "--metric", "rmse")

    assert result.exit_code == 2 and "'rmse' is no metric of a classification" in result.stderr
    assert not embedded.made


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--metric", "mae", "--set", "Metric=r2"), "Metric is given twice, by --metric and by --set: keep"),
        (("--target", "3"), "target is given twice, by --target and in mine.yaml: keep one of them."),
        (("--set", "Target=3"), "target is given twice, by --set Target and in mine.yaml: keep one of them."),
        (("--algorithms", "knn"), "algorithms is given twice, by --algorithms and in mine.yaml: keep one"),
    ],
)
def test_a_setting_that_is_given_twice_is_refused(
    invoke: Invoke, embedded: Any, data: Path, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "mine.yaml").write_text("target: 2\nalgorithms: [knn]\n")

    result = invoke("demo", "--data", data, "--settings", "mine.yaml", *options)

    assert result.exit_code == 2 and complaint in result.stderr
    assert not embedded.made


@pytest.mark.parametrize(
    "options", [("--algorithms", "xgbost"), ("--set", "Algorithms=xgbost"), ("--set", "Latency=9")]
)
def test_what_is_mistyped_is_refused_before_anything_is_started(
    invoke: Invoke, embedded: Any, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bakeoff_cli.data.abalone.download", lambda *arguments: pytest.fail("nothing is downloaded")
    )
    result = invoke("demo", *options)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert not embedded.made


@pytest.mark.parametrize("text", ["prose\n" * 9, "name,kind\n" + "x,y\n" * 9])
def test_data_that_no_run_could_read_are_refused_before_anything_is_started(
    invoke: Invoke, embedded: Any, tmp_path: Path, text: str
) -> None:
    (tmp_path / "prose.csv").write_text(text)
    result = invoke("demo", "--data", "prose.csv")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("bakeoff: prose.csv")
    assert not embedded.made


def test_a_label_that_nobody_can_guess_is_asked_for_as_the_demo_takes_it(
    invoke: Invoke, embedded: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("Obs,price\n" + "".join(f"{n},{n % 7}\n" for n in range(20)))
    result = invoke("demo", "--data", "a.csv")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith(f" one of Obs, price. {TARGET_HINT}\n")
    assert invoke("demo", "--data", "a.csv", "--target", "price").exit_code == 0


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_demo_knows_the_width_of_the_whole_file(
    invoke: Invoke, embedded: Any, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    lines = b"1 1:2 2:1\n" * 5 + b"2 1:1 9:1\n" * 5
    (tmp_path / "sparse.libsvm").write_bytes(pack(lines))

    result = invoke("demo", "--data", "sparse.libsvm")
    invoke("demo", "--data", "sparse.libsvm", "--set", "FeatureCount=12")

    assert [aws.deployed["bakeoff"] for aws in embedded.made] == [
        {"FeatureCount": "9"},
        {"FeatureCount": "12"},
    ]
    assert "It has 9 features in all" in result.stderr


def test_a_file_whose_halves_are_as_wide_as_itself_needs_no_parameter(
    invoke: Invoke, embedded: Any, tmp_path: Path
) -> None:
    (tmp_path / "dense.libsvm").write_bytes(b"1 1:2 2:1\n2 1:1 2:3\n" * 4)
    invoke("demo", "--data", "dense.libsvm")
    assert embedded.made[0].deployed == {"bakeoff": {}}


def test_both_halves_have_the_header(invoke: Invoke, account: Account, embedded: Any, tmp_path: Path) -> None:
    (tmp_path / "houses.csv").write_text("price,area\n1,2\n3,4\n5,6\n")
    result = invoke("demo", "--data", "houses.csv")
    assert account.s3.objects["Inputs/houses-first-half.csv"] == b"price,area\n1,2\n"
    assert account.s3.objects["Inputs/houses-second-half.csv"] == b"price,area\n3,4\n5,6\n"
    assert "predicted is the column 'price'" in result.stderr


def test_data_may_be_an_address(
    invoke: Invoke, account: Account, embedded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    def serve(url: str, target: Path, report: object) -> None:
        asked.append(url)
        target.write_text("1,1\n2,2\n")

    monkeypatch.setattr("bakeoff_cli.data.abalone.download", serve)
    address = "https://example.org/open%20data/houses.csv?raw=true"
    document = json.loads(invoke("demo", "--data", address, "--json").stdout)
    assert asked == [address]
    assert document["data"] == address
    assert account.s3.objects["Inputs/houses-first-half.csv"] == b"1,1\n"


def test_an_address_that_cannot_be_fetched_is_no_made_up_sample(
    invoke: Invoke, embedded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*arguments: object) -> None:
        raise DownloadFailed("https://example.org could not be downloaded: no network.")

    monkeypatch.setattr("bakeoff_cli.data.abalone.download", no_network)
    result = invoke("demo", "--data", "https://example.org")
    assert (result.exit_code, embedded.made) == (2, [])


def test_a_failed_first_run_ends_the_demo_with_exit_code_1(
    invoke: Invoke, account: Account, embedded: Any, data: Path, tmp_path: Path
) -> None:
    account.next_run = {"statuses": ["FAILED"], "error": "NoInputData", "cause": "Nothing there."}
    result = invoke("demo", "--data", data)
    assert result.exit_code == 1
    assert "bakeoff: the run run-1 has failed: Nothing there.\n" in result.stderr
    assert "Inputs/data-second-half.csv" not in account.s3.objects
    assert (tmp_path / "runs" / "run-1").is_dir()


def test_the_receipt_of_a_failed_run_is_waited_for_and_saved(
    invoke: Invoke,
    account: Account,
    embedded: Any,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The janitor writes it a moment after the end."""
    account.next_run = {"statuses": ["FAILED"], "error": "BudgetExceeded", "cause": "Too dear."}
    looks = iter(range(10))

    def come(files: Any) -> Any:
        if next(looks) == 2:
            written = receipt("run-1", planned=False, worst_case=None)
            account.s3.objects["runs/run-1/receipt.json"] = json.dumps(written).encode()
        return receipt_of(files)

    monkeypatch.setattr("bakeoff_cli.session.receipt_of", come)
    monkeypatch.setattr("bakeoff_cli.session.RECEIPT_LOOKS", 5)
    monkeypatch.setattr("bakeoff_cli.session.POLL_SECONDS", 0.0)
    result = invoke("demo", "--data", data)

    assert next(looks) == 3
    assert "The run run-1 cost $0.01 to $0.02" in result.stdout
    assert (tmp_path / "runs/run-1/receipt.json").is_file()


def test_an_endpoint_left_behind_is_exit_code_1(
    invoke: Invoke, account: Account, embedded: Any, data: Path
) -> None:
    account.sagemaker.existing["Endpoint"] = ["bakeoff-left"]
    result = invoke("demo", "--data", data)
    assert result.exit_code == 1
    assert "bakeoff: left behind by the runs: endpoint bakeoff-left.\n" in result.stderr
    assert "Nothing is left behind" not in result.stdout


def test_without_a_network_the_demo_says_so_and_takes_the_made_up_sample(
    invoke: Invoke, account: Account, embedded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*arguments: object) -> None:
        raise DownloadFailed("https://example.org could not be downloaded: no network.")

    monkeypatch.setattr("bakeoff_cli.data.abalone.download", no_network)
    result = invoke("demo")
    assert result.exit_code == 0
    assert "no network. The demo goes on with a small made-up sample" in result.stderr
    halves = [account.s3.objects[f"Inputs/made-up-sample-{half}-half.libsvm"] for half in ("first", "second")]
    assert b"".join(halves) == SAMPLE_FILE.read_bytes()


def test_what_comes_of_the_made_up_sample_says_so_at_its_end(
    invoke: Invoke, embedded: Any, data: Path
) -> None:
    said = "The data were a small made-up sample: these numbers mean nothing."
    assert invoke("demo", "--data", SAMPLE_FILE).stdout.splitlines()[-1] == said
    assert json.loads(invoke("demo", "--data", SAMPLE_FILE, "--json").stdout)["made_up"] is True
    assert said not in invoke("demo", "--data", data).stdout
    assert json.loads(invoke("demo", "--data", data, "--json").stdout)["made_up"] is False


def test_the_published_data_keep_the_names_of_the_original_sample(
    invoke: Invoke, account: Account, embedded: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bakeoff_cli.data.abalone.DatasetCache.obtain", lambda cache: data)
    assert invoke("demo").exit_code == 0
    uploaded = [key for key in account.s3.objects if key.startswith("Inputs/")]
    assert uploaded == ["Inputs/dataset1.csv", "Inputs/dataset2.csv"]


@pytest.mark.parametrize(
    ("name", "uploaded"),
    [
        ("my.csv.gz", "my-first-half.csv"),
        ("My data 2024.libsvm", "My-data-2024-first-half.libsvm"),
        ("_../=1+1.c s", "1-1-first-half.csv"),
        ("données", "donn-es-first-half.csv"),
        ("\U0001f9aa.csv", "data-first-half.csv"),
        ("a" * 200 + ".csv", "a" * 28 + "-first-half.csv"),
    ],
)
def test_the_uploads_are_named_after_the_file_as_far_as_that_is_safe(name: str, uploaded: str) -> None:
    first, second = upload_names(Path(name))
    assert (first, second) == (uploaded, uploaded.replace("first", "second"))


def test_a_failure_says_which_file_the_blamed_upload_is_a_half_of(
    invoke: Invoke, account: Account, embedded: Any, data: Path
) -> None:
    cause = "Inputs/data-first-half.csv holds only blank lines: remove it or upload rows."
    account.next_run = {"statuses": ["FAILED"], "error": "UnreadableData", "cause": cause}
    result = invoke("demo", "--data", data)
    assert result.stderr.splitlines()[-2:] == [
        f"bakeoff: the run run-1 has failed: {cause}",
        f"bakeoff: the demo made Inputs/data-first-half.csv by halving {data}: mend that file, or give a "
        "parameter of the stack another value with --set NAME=VALUE, and run the demo again.",
    ]


@pytest.mark.parametrize(
    ("cause", "cure"),
    [
        (
            "The data have 90 rows: upload more data, or compare on one split (folds: 0).",
            "give --folds another value",
        ),
        ("Some folds are too small: set folds to 3 or less.", "give --folds another value"),
        ("leave time out, or set folds: 0", "give --time and --folds another value"),
        ("take smaller instances, or raise max_cost there.", "give --max-cost another value"),
        ("set task: classification to tell them apart", "give --task another value"),
        ("All 10 folds failed.", "give a parameter of the stack another value with --set NAME=VALUE"),
    ],
)
def test_a_failure_that_names_a_setting_is_followed_by_its_option(
    invoke: Invoke, account: Account, embedded: Any, data: Path, cause: str, cure: str
) -> None:
    account.next_run = {"statuses": ["FAILED"], "error": "TooFewRows", "cause": cause}

    assert f"mend that file, or {cure}, and run the demo again." in invoke("demo", "--data", data).stderr


@pytest.mark.parametrize(
    ("error", "cause", "given", "limit"),
    [
        ("BudgetExceeded", "or raise max_cost there.", ("--max-cost", "0.01"), "--max-cost AMOUNT"),
        ("BudgetExceeded", "raise max_cost there.", ("--settings", "mine.yaml"), "max_cost in mine.yaml"),
        ("BudgetExceeded", "or raise MaxRunCost.", (), "--set MaxRunCost=AMOUNT"),
        ("BudgetExceeded", "or raise MaxDailyCost.", (), "--set MaxDailyCost=AMOUNT"),
        (
            "BudgetExceeded",
            "raise max_cost there and MaxRunCost.",
            ("--max-cost", "0.01"),
            "--max-cost AMOUNT and --set MaxRunCost=AMOUNT",
        ),
        ("UnknownPrice", "stays below max_cost of $1.00.", ("--max-cost", "1"), "--max-cost AMOUNT"),
    ],
)
def test_a_refusal_for_its_cost_is_followed_by_where_the_limit_is(
    invoke: Invoke,
    account: Account,
    embedded: Any,
    data: Path,
    error: str,
    cause: str,
    given: tuple[str, ...],
    limit: str,
) -> None:
    """The data are sound: nobody is to mend them."""
    Path("mine.yaml").write_text("max_cost: 0.01\n")
    account.next_run = {"statuses": ["FAILED"], "error": error, "cause": cause}

    told = invoke("demo", "--data", data, *given).stderr

    assert told.splitlines()[-1] == (
        f"bakeoff: the data are sound, the limit of money refused them: give another one by {limit}, and run "
        "the demo again."
    )


def test_what_a_file_of_settings_says_is_for_the_file_to_say_otherwise(
    invoke: Invoke, account: Account, embedded: Any, data: Path
) -> None:
    Path("mine.yaml").write_text("metric: mae\n")
    account.next_run = {"statuses": ["FAILED"], "error": "TooFewRows", "cause": "set folds: 0"}

    assert "--folds" not in invoke("demo", "--data", data, "--settings", "mine.yaml").stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--folds", "2", "--time", "1"),
            "time makes the latest rows the test, but with 2 folds (the command line) every row is a test "
            "row once: leave time out, or set folds: 0. Here these are --time and --folds.",
        ),
        (
            ("--folds", "4", "--set", "MaxScoredRows=7"),
            "max_scored_rows is 7, but 4 folds share them and need 2 each: set 8 or more, or 0 for all rows.",
        ),
        (
            ("--folds", "3", "--algorithms", "xgboost:tuned"),
            "say tuning.each_fold: true if that is meant, compare it untuned, or set folds: 0. Here that is "
            "--folds.",
        ),
        (
            ("--set", "Folds=3", "--time", "1"),
            "with 3 folds (the stack's parameter Folds) every row is a test row once",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused_before_anything_is_deployed(
    invoke: Invoke, embedded: Any, data: Path, options: tuple[str, ...], told: str
) -> None:
    result = invoke("demo", "--data", data, *options)

    assert (result.exit_code, embedded.made) == (2, [])
    assert told in " ".join(result.stderr.split())


def test_rows_that_are_too_few_for_the_folds_are_refused_before_anything_is_deployed(
    invoke: Invoke, embedded: Any, data: Path
) -> None:
    data.write_text("".join(f"{n * n % 97},{n}.5\n" for n in range(500)))

    result = invoke("demo", "--data", data, "--folds", "10")

    assert (result.exit_code, embedded.made) == (2, [])
    assert (
        "The data have 250 rows, but 10 folds of at least 50 take 500: upload more data, or compare on one "
        f"split (folds: 0). The demo begins with the first half of {data}. Here that is --folds."
    ) in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "refusal", [PortTaken("Port 1 is already taken."), NoSpace("The work folder is full.")]
)
def test_an_embedded_aws_that_cannot_start_is_one_line(
    invoke: Invoke, embedded: Any, data: Path, refusal: Exception
) -> None:
    embedded.refusal = refusal
    result = invoke("demo", "--data", data, "--quiet")
    assert (result.exit_code, result.stderr) == (2, f"bakeoff: {refusal}\n")


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_everything(
    invoke: Invoke, account: Account, embedded: Any, data: Path, number: signal.Signals, exit_code: int
) -> None:
    # Given a run that would never end, and a signal in the middle of it
    account.next_run = {"statuses": ["RUNNING"]}
    before = signal.getsignal(signal.SIGTERM)
    account.s3.head_object = _after(account.s3.head_object, lambda: os.kill(os.getpid(), number))  # type: ignore[method-assign]
    # When the demo is run, then it ends with the signal's exit code and nothing is running
    assert invoke("demo", "--data", data).exit_code == exit_code
    assert not embedded.made[0].running
    assert signal.getsignal(signal.SIGTERM) == before


def _after(call: Any, then: Any) -> Any:
    def both(**arguments: Any) -> Any:
        result = call(**arguments)
        then()
        return result

    return both


def test_what_the_embedded_aws_logs_goes_to_a_file(
    invoke: Invoke, account: Account, embedded: Any, data: Path, tmp_path: Path
) -> None:
    import logging

    warn = logging.getLogger("moto").warning
    account.s3.head_object = _after(account.s3.head_object, lambda: warn("a server's words"))  # type: ignore[method-assign]
    result = invoke("demo", "--data", data)
    assert "a server's words" not in result.output
    assert "a server's words" in (tmp_path / "runs" / "embedded-aws.log").read_text()


KEPT = "Production keeps knn of run run-1."


@pytest.fixture
def production(account: Account) -> Production:
    """What the runs of both halves decide, and the proposal of the first one, approved when it is made."""
    production = Production(account)
    production.propose("run-1", status="Approved")
    production.decide("run-2", candidate=None, reason=KEPT)
    # The documents of what has yet to run.
    account.stepfunctions.executions.clear()
    return production


def test_a_demo_with_promotion_tells_what_becomes_of_production(
    invoke: Invoke, embedded: Any, data: Path, production: Production
) -> None:
    production.sagemaker.on_approval(production.sagemaker.packages[0])

    result = invoke("demo", "--data", data, "--promotion", "automatic")

    assert result.exit_code == 0, result.output
    assert embedded.made[0].deployed == {"bakeoff": {"Promotion": "Automatic"}}
    told = [line for line in result.stdout.splitlines() if "roduction" in line]
    assert told[0] == f"Decision about production: {REASON}"
    assert told[1].startswith("Production serves knn of the run run-1, with the configuration ")
    assert told[2] == f"Decision about production: {KEPT}"
    assert told[3].startswith("Production serves knn of the run run-1") and "It goes with" in told[3]


def test_what_production_serves_is_not_left_behind_and_all_else_is(
    invoke: Invoke, account: Account, embedded: Any, data: Path, production: Production
) -> None:
    production.sagemaker.on_approval(production.sagemaker.packages[0])
    account.sagemaker.existing |= {"Endpoint": [ENDPOINT], "Model": [f"{ENDPOINT}-1", "forgotten"]}

    result = invoke("demo", "--data", data, "--promotion", "automatic")

    assert result.exit_code == 1
    assert "left behind by the runs: model forgotten." in result.stderr


def test_a_promotion_that_fails_ends_the_demo(
    invoke: Invoke, account: Account, embedded: Any, data: Path, production: Production
) -> None:
    production.fails_with = ("ProbeMismatch", "Production answers otherwise.")
    production.sagemaker.on_approval(production.sagemaker.packages[0])

    result = invoke("demo", "--data", data, "--promotion", "automatic", "--json")

    assert result.exit_code == 1
    assert "Production answers otherwise." in result.stderr
    [run] = json.loads(result.stdout)["runs"]
    assert run["production"]["promotion"]["error"] == "ProbeMismatch"
    assert list(account.stepfunctions.executions) == ["run-1"]


def test_what_nobody_approves_is_proposed_only(
    invoke: Invoke, embedded: Any, data: Path, production: Production
) -> None:
    production.sagemaker.packages[0]["ModelApprovalStatus"] = "PendingManualApproval"

    result = invoke("demo", "--data", data, "--promotion", "propose")

    assert result.exit_code == 0, result.output
    assert f"It is version 1 of {ENDPOINT}, and not approved yet." in result.stderr
    assert "Nothing is in production" in result.stdout


def test_a_promotion_mode_that_there_is_not_is_refused(invoke: Invoke, embedded: Any, data: Path) -> None:
    result = invoke("demo", "--data", data, "--promotion", "always")

    assert result.exit_code == 2 and "Off, Propose, Automatic" in result.stderr
    assert not embedded.made
