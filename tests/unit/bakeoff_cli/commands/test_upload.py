from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.planning.settings import Said, read_settings
from bakeoff_cli.settings.of_data import settings_file_of
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What tools leave behind, among data."""
    files = {
        "b.csv": "price,a,b,c,d,e,f,g\n1,2,3,4,5,6,7,8\n3,4,5,6,7,8,9,0\n",
        "2024/a.libsvm": "1 1:2 7:3\n2 2:1 7:1\n",
        ".DS_Store": "x",
        "_SUCCESS": "",
        "2024/.b.csv.crc": "x",
        ".ipynb_checkpoints/c.csv": "1,2\n",
        "__MACOSX/b.csv": "x",
        "Thumbs.db": "x",
        "empty.csv": "",
    }
    for name, text in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "data"


def test_a_folder_is_uploaded_with_its_names_and_without_what_is_no_data(
    invoke: Invoke, account: Account, folder: Path
) -> None:
    result = invoke("upload", "data")
    assert result.exit_code == 0
    uploaded = [key for key in account.s3.objects if key.startswith("Inputs/")]
    assert uploaded == ["Inputs/b.csv", "Inputs/2024/a.libsvm"]
    assert result.stdout.splitlines() == [
        "2024/a.libsvm: libsvm, 7 features; predicted is the first number of each line.",
        "2024/a.libsvm is libsvm and names no columns: its label and features are taken for those of b.csv "
        "in the same order.",
        "b.csv: CSV with a header, 7 features; predicted is the column 'price'.",
        "No Target is set, so the label is price, the first one of b.csv.",
        "b.csv started the run run-1",
        "2024/a.libsvm started the run run-2",
    ]
    assert "Left out, because they are hidden, empty or a system's own: data/.DS_Store, " in result.stderr
    assert "compared by one run" in result.stderr
    assert result.stderr.splitlines()[-1] == "Follow it: bakeoff watch run-2"


def test_what_was_left_out_stands_in_the_document(invoke: Invoke, account: Account, folder: Path) -> None:
    document = json.loads(invoke("upload", "data", "--json").stdout)
    assert [entry["key"] for entry in document["runs"]] == ["Inputs/b.csv", "Inputs/2024/a.libsvm"]
    assert document["runs"][0]["reading"]["label"] == "the column 'price'"
    assert len(document["skipped"]) == 7 and "data/empty.csv" in document["skipped"]


def test_all_files_are_sent_before_any_run_is_waited_for(
    invoke: Invoke, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise they would not be uploaded together."""
    seen = list[int]()
    wait_for = "bakeoff_cli.stack.runs.StackRuns.wait_for"

    def wait(runs: object, upload: object, known: object, timeout: float) -> str:
        seen.append(sum(key.startswith("Inputs/") for key in account.s3.objects))
        return f"arn:{len(seen)}"

    monkeypatch.setattr(wait_for, wait)
    invoke("upload", "data")
    assert seen == [2, 2]


@pytest.mark.parametrize("text", ["# A title\n\nand prose\n", "name,kind\nx,y\nz,w\n", "%PDF-1.4\n"])
def test_a_file_that_no_run_could_read_is_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, tmp_path: Path, text: str
) -> None:
    (tmp_path / "README.md").write_text(text)
    (tmp_path / "data.csv").write_text("1,2\n")

    for files in (("README.md",), ("data.csv", "README.md")):
        result = invoke("upload", *files)
        assert result.exit_code == 2
        assert result.stderr.startswith("bakeoff: README.md") and result.stderr.count("\n") == 1
        assert " Nothing was uploaded" in result.stderr and "--force" in result.stderr
    assert not account.s3.objects


def test_an_upload_whose_label_nobody_can_guess_is_told_both_ways_to_name_it(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("Obs,price\n" + "".join(f"{n},{n % 7}\n" for n in range(20)))
    result = invoke("upload", "a.csv")
    assert (result.exit_code, account.s3.objects) == (2, {})
    assert "`sam deploy --parameter-overrides Target=COLUMN`" in result.stderr
    assert result.stderr.endswith(" start `bakeoff run --target COLUMN`.\n")


def test_every_file_that_is_no_table_is_named_at_once(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("prose\n")
    lines = invoke("upload", "a.txt", "b.txt").stderr.splitlines()
    assert [line.split()[1] for line in lines] == ["a.txt", "b.txt"]


def test_files_that_do_not_belong_together_are_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("price,area,age\n1,2,3\n5,4,7\n")
    (tmp_path / "b.csv").write_text("price,age,rooms\n1,2,3\n5,4,7\n")
    (tmp_path / "c.csv").write_text("age,area,price\n3,2,1\n6,5,4\n")

    refused, taken = invoke("upload", "a.csv", "b.csv"), invoke("upload", "a.csv", "c.csv")

    assert (refused.exit_code, taken.exit_code) == (2, 0)
    assert "b.csv lacks the column area and has the column rooms instead, unlike a.csv" in refused.stderr
    assert "c.csv has its columns in another order than a.csv: read by name." in taken.stdout


def test_a_file_is_sent_all_the_same_for_who_insists(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text("prose\n")
    result = invoke("upload", "README.md", "--force")
    assert result.exit_code == 0
    assert "It is uploaded all the same." in result.stderr
    assert account.s3.objects["Inputs/README.md"] == b"prose\n"


def test_what_the_stack_says_already_needs_no_settings(
    invoke: Invoke, account: Account, folder: Path
) -> None:
    account.cloudformation.parameters = {"Target": "a", "Metric": "mae", "Algorithms": "knn,xgboost"}

    taken = invoke(
        "upload", folder / "b.csv", "--target", "a", "--metric", "mae", "--algorithms", "knn, xgboost"
    )

    assert taken.exit_code == 0, taken.stderr
    assert "predicted is the column 'a'" in taken.stdout
    assert "Inputs/bakeoff.yaml" not in account.s3.objects
    assert invoke("upload", folder / "b.csv").stdout.replace("run-2", "run-1") == taken.stdout


def test_what_lies_in_the_bucket_already_is_told_because_the_run_reads_it(
    invoke: Invoke, account: Account, folder: Path
) -> None:
    account.s3.objects.update({"Inputs/": b"", "Inputs/old.csv": b"1,2\n", "Inputs/.DS_Store": b"x"})

    told, again = invoke("upload", folder / "b.csv"), invoke("upload", folder / "b.csv", "--json")

    assert "as one table: here also what was uploaded before, old.csv.\n" in told.stderr
    assert json.loads(again.stdout)["beside"] == ["old.csv"]


def test_the_next_step_is_for_the_same_stack(invoke: Invoke, account: Account, folder: Path) -> None:
    result = invoke("upload", folder / "b.csv", "--region", "eu-west-1", "--profile", "a person")
    assert result.stderr.splitlines()[-1] == (
        "Follow it: bakeoff watch run-1 --profile 'a person' --region eu-west-1"
    )


PRICES = "price,a\n" + "".join(f"{n * n}.5,{n % 7}\n" for n in range(1, 21))


def test_what_lies_beside_data_in_a_folder_is_left_out_and_named(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "mac").mkdir()
    (tmp_path / "mac" / "houses.csv").write_text(PRICES)
    (tmp_path / "mac" / "README.txt").write_text("Prices of houses, one row a house.\n")

    result = invoke("upload", "mac")

    assert result.exit_code == 0, result.stderr
    assert [key for key in account.s3.objects if key.startswith("Inputs/")] == ["Inputs/houses.csv"]
    assert "Left out: README.txt " in result.stderr


def test_a_folder_of_prose_alone_is_refused(invoke: Invoke, account: Account, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "README.txt").write_text("Prices of houses, one row a house.\n")

    result = invoke("upload", "texts")

    assert result.exit_code == 2
    assert "README.txt" in result.stderr and "No other file of the folder holds data." in result.stderr


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": PRICES, "b.csv": PRICES.replace(",", ";")}, "b.csv is a copy of a.csv"),
        ({"a.csv": "price,a\n" + "7,1\n7,2\n7,3\n"}, "there is nothing to predict"),
        ({"a.csv": PRICES + "x,1\n"}, "line 22, column price: 'x'"),
    ],
)
def test_what_the_plan_of_a_run_would_refuse_is_not_sent(
    invoke: Invoke, account: Account, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    result = invoke("upload", *files)

    assert result.exit_code == 2
    assert said in result.stderr
    assert not [key for key in account.s3.objects if key.startswith("Inputs/")]


# ------------------------------------------------------------------ settings beside the data
SETTINGS = "target: a\nmetric: mae\nalgorithms: [knn, {name: deep, algorithm: xgboost}]\n"
SAID = "target: a; metric: mae; algorithms: knn, deep."


@pytest.fixture
def mine(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(SETTINGS)
    return path


def test_settings_are_sent_first_and_say_how_the_data_are_read(
    invoke: Invoke, account: Account, mine: Path
) -> None:
    result = invoke("upload", "data/b.csv", "--settings", mine)

    assert result.exit_code == 0, result.stderr
    sent = [key for key in account.s3.objects if key.startswith("Inputs/")]
    assert sent == ["Inputs/bakeoff.yaml", "Inputs/b.csv"]
    assert account.s3.objects["Inputs/bakeoff.yaml"].decode() == SETTINGS
    assert result.stdout.splitlines() == [
        f"{mine} says {SAID}",
        "b.csv: CSV with a header, 7 features; predicted is the column 'a'.",
        "bakeoff.yaml started the run run-1",
        "b.csv started the run run-2",
    ]
    assert result.stderr.splitlines()[-1] == "Follow it: bakeoff watch run-2"


def test_a_file_of_that_name_is_settings_wherever_it_comes_from(
    invoke: Invoke, account: Account, mine: Path, folder: Path
) -> None:
    mine.rename(folder / "bakeoff.yaml")

    for files in (("data/b.csv", "data/bakeoff.yaml"), ("data",)):
        result = invoke("upload", *files)
        assert result.exit_code == 0 and f"data/bakeoff.yaml says {SAID}" in result.stdout
        assert "predicted is the column 'a'" in result.stdout

    twice = invoke("upload", "data", "--settings", "data/bakeoff.yaml")
    assert twice.exit_code == 2 and "Two files are named bakeoff.yaml" in twice.stderr


def test_data_are_read_by_the_settings_that_lie_in_the_bucket(
    invoke: Invoke, account: Account, folder: Path
) -> None:
    account.s3.objects["Inputs/bakeoff.yaml"] = SETTINGS.encode()

    result = invoke("upload", "data/b.csv")

    assert result.stdout.splitlines()[:2] == [
        f"Inputs/bakeoff.yaml says {SAID}",
        "b.csv: CSV with a header, 7 features; predicted is the column 'a'.",
    ]
    assert "was uploaded before" not in result.stderr
    assert invoke("upload", "data/b.csv", "--target", "a").exit_code == 0
    other = invoke("upload", "data/b.csv", "--target", "c")
    assert other.stderr == "bakeoff: --target says c, but Inputs/bakeoff.yaml says a: keep one of them.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics: mae\n", "mine.yaml, line 1, column 1: nothing reads 'metrics': did you mean metric?"),
        ("metric: mae\nconfidence: 95\n", "mine.yaml, line 2, column 13: confidence must be a number from"),
        ("algorithms:\n- xgbost\n", "mine.yaml, line 2, column 3: Unknown algorithm 'xgbost': did you mean"),
        ("target: [\n", "mine.yaml, line 2, column 1: this is not YAML"),
        ("target: nowhere\n", "b.csv has no column 'nowhere', which mine.yaml names"),
    ],
)
def test_settings_that_cannot_hold_are_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, mine: Path, text: str, sentence: str
) -> None:
    mine.write_text(text)

    refused = invoke("upload", "data/b.csv", "--settings", "mine.yaml")

    assert (refused.exit_code, account.s3.objects, refused.stderr.count("\n")) == (2, {}, 1)
    assert sentence in refused.stderr and "--force" in refused.stderr
    assert invoke("upload", "data/b.csv", "--settings", "mine.yaml", "--force").exit_code == 0


def test_a_name_that_is_meant_as_settings_is_refused(
    invoke: Invoke, account: Account, mine: Path, folder: Path
) -> None:
    mine.rename(folder / "bakeoff.yml")

    refused = invoke("upload", "data/b.csv", "data/bakeoff.yml")

    assert (refused.exit_code, account.s3.objects) == (2, {})
    assert (
        "Inputs/bakeoff.yml is not named as settings are: upload it as Inputs/bakeoff.yaml" in refused.stderr
    )


def test_settings_go_without_data_only_where_data_lie_already(
    invoke: Invoke, account: Account, mine: Path, folder: Path
) -> None:
    mine.rename(folder / "bakeoff.yaml")

    refused = invoke("upload", "data/bakeoff.yaml")
    assert (refused.exit_code, account.s3.objects) == (2, {})
    assert "There are no data yet that these settings could be about" in refused.stderr

    account.s3.objects["Inputs/b.csv"] = b"1,2\n"
    assert invoke("upload", "data/bakeoff.yaml").exit_code == 0


# ------------------------------------------------------------------ options that say what holds for data
FLOWERS = "color,petal,kind\n" + "".join(f"{n % 5},{n}.5,{'rose' if n % 3 else 'lily'}\n" for n in range(40))


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    (tmp_path / "flowers.csv").write_text(FLOWERS)
    return tmp_path / "flowers.csv"


def test_options_go_beside_the_data_as_settings(invoke: Invoke, account: Account, flowers: Path) -> None:
    options = ("--target", "kind", "--task", "classification", "--positive", "rose", "--metric", "roc_auc")

    result = invoke("upload", flowers, *options, "--categorical", "color")

    assert result.exit_code == 0, result.stderr
    sent = [key for key in account.s3.objects if key.startswith("Inputs/")]
    assert sent == ["Inputs/bakeoff.yaml", "Inputs/flowers.csv"]
    said = read_settings("said", account.s3.objects["Inputs/bakeoff.yaml"])
    assert said.values == {
        "target": "kind",
        "task": "classification",
        "positive": "rose",
        "metric": "roc_auc",
        "categorical": ["color"],
    }
    assert result.stdout.splitlines()[0].startswith("The command line says target: kind; task: class")
    assert "label: kind; 1 number, 1 category." in result.stdout.splitlines()[1]


def test_folds_of_too_few_rows_are_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, flowers: Path
) -> None:
    refused = invoke("upload", flowers, "--target", "petal", "--folds", "3")
    assert (refused.exit_code, refused.stderr.count("\n"), account.s3.objects) == (2, 1, {})
    assert (
        "The data have 40 rows, but 3 folds of at least 50 take 150: upload more data, or" in refused.stderr
    )

    account.cloudformation.parameters["Folds"] = "3"
    assert "The data have 40 rows, but 3 folds" in invoke("upload", flowers, "--target", "petal").stderr


def test_settings_that_contradict_the_stacks_are_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "data.csv").write_text("".join(f"{n * n % 97},{n}.5,{n % 7}.5\n" for n in range(400)))
    account.cloudformation.parameters["Folds"] = "2"

    refused = invoke("upload", "data.csv", "--time", "2")

    assert (refused.exit_code, account.s3.objects) == (2, {})
    assert (
        "The command line: time makes the latest rows the test, but with 2 folds (the stack's parameter "
        "Folds) every row is a test row once: leave time out, or set folds: 0. Nothing was uploaded"
    ) in refused.stderr
    assert invoke("upload", "data.csv", "--time", "2", "--force").exit_code == 0


def test_folds_go_beside_the_data_unless_the_stack_has_them(
    invoke: Invoke, account: Account, tmp_path: Path
) -> None:
    (tmp_path / "data.csv").write_text("".join(f"{n * n % 7},{n % 9}.5\n" for n in range(200)))
    assert "The command line says folds: 3." in invoke("upload", "data.csv", "--folds", "3").stdout
    assert account.s3.objects["Inputs/bakeoff.yaml"] == b"folds: 3\n"
    # What lies there already is in the same folds, so there may be enough rows
    (tmp_path / "few.csv").write_text("".join(f"{n * n % 7},{n % 9}.5\n" for n in range(20)))
    assert invoke("upload", "few.csv").exit_code == 0

    account.s3.objects.clear()
    account.cloudformation.parameters["Folds"] = "3"
    assert invoke("upload", "data.csv", "--folds", "3").exit_code == 0
    assert [key for key in account.s3.objects if key.startswith("Inputs/")] == ["Inputs/data.csv"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("kind", "--metric", "rmse"), "The command line: 'rmse' is no metric of a classification: choose"),
        (("petal", "--metric", "log_loss"), "'log_loss' is no metric of a regression: choose one of rmse, "),
        (("petal", "--positive", "rose"), "positive names a class, but the label holds numbers: set task"),
    ],
)
def test_what_the_label_has_not_is_refused_before_anything_is_sent(
    invoke: Invoke, account: Account, flowers: Path, options: tuple[str, ...], sentence: str
) -> None:
    refused = invoke("upload", flowers, "--target", *options)

    assert (refused.exit_code, account.s3.objects, refused.stderr.count("\n")) == (2, {}, 1)
    assert sentence in refused.stderr and refused.stderr.endswith("--force uploads all the same.\n")
    assert invoke("upload", flowers, "--target", *options, "--force").exit_code == 0


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=1000))
def test_any_class_name_reaches_the_settings_as_it_is(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = settings_file_of(Said({"positive": name}), Path(folder))
        assert read_settings("said", path.read_bytes()).values == {"positive": name}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--task", "clustering"), "--task: task must be regression or classification, not 'clustering'."),
        (("--metric", "auc"), "--metric: metric must be one of rmse, mae, r2 and"),
        (("--positive", " "), "--positive: positive must be a class as it is written in the data"),
        (("--ignore", "id,"), "--ignore: ignore must be a list of columns' names or positions from 1"),
        (("--group", ""), "--group: group must be a column's name or its position from 1"),
        (("--algorithms", "xgbost"), "Unknown algorithm 'xgbost'"),
        (
            ("--folds", "11"),
            "--folds: folds must be 0 for one split, or a whole number from 2 to 10, not 11.",
        ),
    ],
)
@pytest.mark.parametrize("command", ["upload", "run", "demo"])
def test_options_that_cannot_hold_are_one_sentence_before_anything_starts(
    invoke: Invoke,
    account: Account,
    embedded: Any,
    flowers: Path,
    command: str,
    options: tuple[str, ...],
    sentence: str,
) -> None:
    data = {"upload": (flowers,), "run": (), "demo": ("--data", flowers)}[command]

    refused = invoke(command, *data, *options)

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert sentence in refused.stderr
    assert not account.s3.objects and not account.stepfunctions.executions and not embedded.made


def test_options_add_to_a_file_of_settings_and_may_not_contradict_it(
    invoke: Invoke, account: Account, flowers: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("target: kind\nmetric: brier\n")
    base = ("upload", flowers, "--settings", "mine.yaml")

    contradicted = invoke(*base, "--metric", "accuracy")
    assert contradicted.exit_code == 2
    assert contradicted.stderr == (
        "bakeoff: --metric says accuracy, but mine.yaml says brier: keep one of them.\n"
    )
    assert not account.s3.objects

    added = invoke(*base, "--positive", "rose")
    assert added.exit_code == 0, added.stderr
    assert "mine.yaml with the command line says target: kind; metric: brier; positive: rose." in added.stdout
    sent = read_settings("sent", account.s3.objects["Inputs/bakeoff.yaml"]).values
    assert sent == {"target": "kind", "metric": "brier", "positive": "rose"}


@pytest.mark.parametrize("place", ["bucket", "folder"])
def test_options_do_not_replace_a_data_sets_own_settings(
    invoke: Invoke, account: Account, tmp_path: Path, flowers: Path, place: str
) -> None:
    (tmp_path / "data").mkdir()
    flowers.rename(tmp_path / "data" / "flowers.csv")
    own = b"# mine\ntarget: kind\n"
    if place == "bucket":
        account.s3.objects["Inputs/bakeoff.yaml"] = own
    else:
        (tmp_path / "data" / "bakeoff.yaml").write_bytes(own)

    refused = invoke("upload", "data", "--positive", "rose")

    assert refused.exit_code == 2
    assert 'write the line `positive: "rose"` there, or leave --positive out.' in refused.stderr
    assert "Inputs/flowers.csv" not in account.s3.objects
    assert invoke("upload", "data", "--target", "kind").exit_code == 0
    assert account.s3.objects["Inputs/bakeoff.yaml"] == own


def test_options_are_about_one_data_set(
    invoke: Invoke, account: Account, tmp_path: Path, flowers: Path
) -> None:
    (tmp_path / "data" / "cars").mkdir(parents=True)
    flowers.rename(tmp_path / "data" / "cars" / "flowers.csv")
    (tmp_path / "data" / "cars" / "bakeoff.yaml").write_text("target: kind\n")
    account.s3.objects["Inputs/old.csv"] = b"1,2\n"

    refused = invoke("upload", "data", "--positive", "rose")

    assert refused.exit_code == 2
    assert "cars/flowers.csv belongs to the data set Inputs/cars/" in refused.stderr
    assert list(account.s3.objects) == ["Inputs/old.csv"]


# ------------------------------------------------------------------ data sets side by side
@pytest.fixture
def both(tmp_path: Path) -> Path:
    """Two tables that do not belong together, one of them in a data set of its own."""
    files = {
        "prices.csv": "price,area\n1,2\n3,5\n",
        "cars/bakeoff.yaml": "target: mpg\n",
        "cars/2026/cars.csv": "weight,mpg,doors\n1,2,4\n2,5,5\n",
    }
    for name, text in files.items():
        path = tmp_path / "both" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "both"


def test_a_folder_with_settings_is_looked_into_by_itself(
    invoke: Invoke, account: Account, both: Path
) -> None:
    account.s3.objects["Inputs/cars/old.csv"] = account.s3.objects["Inputs/old.csv"] = b"1,2\n"

    result = invoke("upload", "both")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "both/cars/bakeoff.yaml says target: mpg.",
        "prices.csv: CSV with a header, 1 feature; predicted is the column 'price'.",
        "No Target is set, so the label is price, the first one of prices.csv.",
        "cars/2026/cars.csv: CSV with a header, 2 features; predicted is the column 'mpg'.",
        "cars/bakeoff.yaml started the run run-1",
        "prices.csv started the run run-2",
        "cars/2026/cars.csv started the run run-3",
    ]
    told = " ".join(result.stderr.split())
    assert "lies under Inputs/, as one table: here also what was uploaded before, old.csv." in told
    assert "lies under Inputs/cars/, as one table: here also what was uploaded before, cars/old.csv." in told


def test_data_go_to_the_data_set_that_is_named(
    invoke: Invoke, account: Account, both: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("target: mpg\n")
    command = ("upload", "both/cars/2026/cars.csv", "--dataset", "autos")

    refused = invoke(*command)
    assert (refused.exit_code, account.s3.objects) == (2, {})
    assert "autos/ is no data set of its own yet: add --settings FILE" in refused.stderr

    assert invoke(*command, "--settings", "mine.yaml").exit_code == 0
    sent = [key for key in account.s3.objects if key.startswith("Inputs/")]
    assert sent == ["Inputs/autos/bakeoff.yaml", "Inputs/autos/cars.csv"]

    again = invoke(*command)
    assert again.exit_code == 0 and "Inputs/autos/bakeoff.yaml says target: mpg." in again.stdout
