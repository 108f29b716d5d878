from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from local_aws.services.sagemaker.containers.errors import BadRequest, UserError
from local_aws.services.sagemaker.containers.folders import Channel
from local_aws.services.sagemaker.containers.server import Invocation
from local_aws.services.sagemaker.containers.xgboost.data import content_type_of, training_matrix
from local_aws.services.sagemaker.containers.xgboost.hyperparameters import validated
from local_aws.services.sagemaker.containers.xgboost.serving import BoosterModel
from local_aws.services.sagemaker.containers.xgboost.training import boost

RNG = np.random.default_rng(0)


def channel(folder: Path, content_type: str | None = "text/csv", **files: str) -> Channel:
    for name, text in files.items():
        (folder / name).write_text(text)
    return Channel("train", folder, content_type, "File", "FullyReplicated")


def test_known_hyperparameters_are_parsed() -> None:
    values = validated(
        {
            "num_round": "50",
            "learning_rate": "0.2",
            "objective": "reg:squarederror",
            "eval_metric": "rmse,mae",
            "tree_method": "hist",
            "monotone_constraints": "(1,0,-1)",
            "interaction_constraints": "[[1,2],[3,4]]",
        }
    )

    assert values["num_round"] == 50
    assert values["eta"] == 0.2
    assert values["eval_metric"] == ("rmse", "mae")
    assert values["monotone_constraints"] == (1, 0, -1)
    assert values["interaction_constraints"] == "[[1,2],[3,4]]"


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"n_estimators": "5"}, "Extraneous hyperparameter found: n_estimators"),
        ({"eta": "1.5"}, r"eta: 1.5 is not in \[0, 1\]"),
        ({"subsample": "0"}, r"subsample: 0 is not in \(0, 1\]"),
        ({"max_depth": "4.5"}, "could not parse"),
        ({"objective": "reg:cubed"}, "objective: reg:cubed is not in"),
        ({"objective": "multi:softmax"}, "num_class"),
        ({"eval_metric": "rmse"}, "set objective too"),
        ({"eval_metric": "r-m-s-e", "objective": "reg:squarederror"}, "r-m-s-e is not in"),
        ({"eval_metric": "rmse@3", "objective": "reg:squarederror"}, "not supported with a threshold"),
        ({"eval_metric": "error@x", "objective": "binary:logistic"}, "expects float"),
        ({"eval_metric": "auc", "objective": "reg:squarederror"}, "classification and ranking"),
        ({"monotone_constraints": "(1,0)"}, "tree_method"),
        ({"interaction_constraints": "3", "tree_method": "hist"}, "could not parse"),
        ({"updater": "shotgun"}, "Choose tree updaters"),
        ({"updater": "grow_colmaker,distcol"}, "at most one that grows"),
        ({"updater": "sync", "booster": "gblinear"}, "Linear updater"),
        ({"updater": "sync", "process_type": "update"}, "process_type 'update'"),
        ({"seed": str(2**31)}, "seed"),
        ({"use_dask_gpu_training": "yes"}, "use_dask_gpu_training: yes is not in true, false"),
        ({"use_dask_gpu_training": "true"}, "takes instances with GPUs, and there are none here"),
    ],
)
def test_what_the_container_refuses_is_refused(extra: dict[str, str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        validated({"num_round": "1", **extra})


def test_dask_that_is_not_wanted_is_nothing_to_the_booster() -> None:
    assert validated({"num_round": "1", "use_dask_gpu_training": "false"}) == {"num_round": 1}


def test_num_round_is_required() -> None:
    with pytest.raises(UserError, match="Missing required hyperparameter: num_round"):
        validated({"eta": "0.1"})


@pytest.mark.parametrize("content_type", ["text/csv", "csv", "text/libsvm", "libsvm"])
def test_the_containers_content_types_are_accepted(tmp_path: Path, content_type: str) -> None:
    assert content_type_of(channel(tmp_path, content_type)) == content_type


def test_a_channel_without_content_type_is_libsvm(tmp_path: Path) -> None:
    assert content_type_of(channel(tmp_path, None)) == "text/libsvm"


@pytest.mark.parametrize("content_type", ["text/csv;label_size=1", "text/csv; charset=utf-8", "text/plain"])
def test_a_content_type_with_parameters_is_refused(tmp_path: Path, content_type: str) -> None:
    with pytest.raises(UserError, match="Channel configuration for 'train' channel is not supported"):
        content_type_of(channel(tmp_path, content_type))


def test_csv_and_libsvm_spell_the_same_matrix(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    table = channel(tmp_path / "a", part="9,0,0.5,2\n7,0,1,3\n")
    sparse = channel(tmp_path / "b", "text/libsvm", part="9 1:0.5 2:2\n7 1:1 2:3\n")

    from_csv = training_matrix(table, "text/csv", csv_weights=False)
    from_libsvm = training_matrix(sparse, "text/libsvm", csv_weights=False)

    assert from_csv.get_label().tolist() == from_libsvm.get_label().tolist() == [9, 7]
    assert from_csv.num_col() == from_libsvm.num_col() == 3
    assert from_csv.get_data().toarray()[:, 1:].tolist() == from_libsvm.get_data().toarray()[:, 1:].tolist()


def test_weights_stand_in_the_second_column(tmp_path: Path) -> None:
    matrix = training_matrix(channel(tmp_path, part="9,2,5\n7,3,6\n"), "csv", csv_weights=True)

    assert matrix.get_weight().tolist() == [2, 3]
    assert matrix.num_col() == 1


@pytest.mark.parametrize("stray", ["_SUCCESS", ".part-0.crc"])
def test_an_empty_marker_file_breaks_a_csv_channel(tmp_path: Path, stray: str) -> None:
    source = channel(tmp_path, **{"part-0": "1,2\n", stray: ""})

    with pytest.raises(UserError, match=f"Could not determine delimiter on line  of file {stray}"):
        training_matrix(source, "text/csv", csv_weights=False)


@pytest.mark.parametrize(
    ("content_type", "text", "message"),
    [
        ("text/csv", "1,2\n3\n", "Failed to load csv data"),
        ("text/csv", "1,x\n", "Failed to load csv data"),
        ("text/libsvm", "1 2 3\n", "Failed to load libsvm data"),
        ("text/csv", "", "No data in train channel"),
    ],
)
def test_a_channel_that_is_not_in_its_format_is_refused(
    tmp_path: Path, content_type: str, text: str, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        training_matrix(channel(tmp_path, content_type, part=text), content_type, csv_weights=False)


def as_lists(matrix: xgb.DMatrix) -> list[list[float | None]]:
    """A matrix's rows; None where a value is missing."""
    data = matrix.get_data()
    rows: list[list[float | None]] = [[None] * matrix.num_col() for _ in range(matrix.num_row())]
    for row, start, end in zip(rows, data.indptr, data.indptr[1:], strict=False):
        for column, value in zip(data.indices[start:end], data.data[start:end], strict=True):
            row[column] = float(value)
    return rows


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("1,2,3\n2,,4\n", [[2, 3], [None, 4]]),
        ("1,,3\n2,,4\n", [[None, 3], [None, 4]]),
        ("1,2,3\n2,3,\n", [[2, 3], [3, None]]),
        ("1,2,\n2,3,\n", [[2], [3]]),
        ("1,2,,\n2,,,\n", [[2], [None]]),
        ("1,,\n2,,\n", [[], []]),
    ],
)
def test_an_empty_cell_is_missing_and_empty_last_columns_narrow_the_matrix(
    tmp_path: Path, text: str, features: list[list[float | None]]
) -> None:
    """As the container's own reader has it, which is the library's."""
    source = channel(tmp_path, part=text)

    matrix = training_matrix(source, "text/csv", csv_weights=False)

    assert as_lists(matrix) == features
    with xgb.config_context(verbosity=0):  # its reader warns that it will go
        library = xgb.DMatrix(f"{tmp_path / 'part'}?format=csv&label_column=0&delimiter=,")
    assert as_lists(library) == features
    assert matrix.get_label().tolist() == library.get_label().tolist() == [1, 2]


def test_a_column_that_any_file_fills_is_a_column(tmp_path: Path) -> None:
    source = channel(tmp_path, **{"part-0": "1,2,\n", "part-1": "2,3,4\n"})

    assert as_lists(training_matrix(source, "text/csv", csv_weights=False)) == [[2, None], [3, 4]]


def test_empty_cells_of_a_request_are_missing_and_keep_their_place() -> None:
    features = np.array([[0, 1.0], [0, np.nan], [1, 1.0], [1, np.nan]] * 10)
    label = np.nan_to_num(features[:, 1], nan=7.0)
    data = {"train": xgb.DMatrix(features, label=label)}
    model = BoosterModel(boost(validated({"num_round": "80", "min_child_weight": "0"}), data))

    reply = model.answer(Invocation(b"0,1\n0,\n,\n", "text/csv", "application/json"))

    scores = [each["score"] for each in json.loads(reply.body)["predictions"]]
    assert scores == pytest.approx([1, 7, 7], abs=0.05)


def test_a_model_of_a_narrowed_matrix_refuses_full_rows(tmp_path: Path) -> None:
    train = training_matrix(channel(tmp_path, part="1,2,\n2,3,\n"), "text/csv", csv_weights=False)
    model = BoosterModel(boost(validated({"num_round": "1"}), {"train": train}))

    with pytest.raises(BadRequest, match=r"Feature size of inference data 2 is not consistent .* model 1"):
        model.answer(Invocation(b"2,\n", "text/csv", ""))


@pytest.fixture(scope="module")
def booster() -> xgb.Booster:
    features = RNG.normal(size=(200, 3))
    data = xgb.DMatrix(features, label=features[:, 0])
    return boost(validated({"num_round": "20", "max_depth": "3"}), {"train": data})


def test_early_stopping_needs_a_metric_and_a_validation_channel() -> None:
    # Given noise, on which the validation error soon grows.
    data = {
        name: xgb.DMatrix(RNG.normal(size=(60, 3)), label=RNG.normal(size=60))
        for name in ("train", "validation")
    }
    patient = {"num_round": "60", "early_stopping_rounds": "2", "objective": "reg:squarederror"}

    without_metric = boost(validated(patient), data)
    with_metric = boost(validated({**patient, "eval_metric": "rmse"}), data)

    assert without_metric.num_boosted_rounds() == 60
    assert with_metric.num_boosted_rounds() < 60


def test_the_same_seed_gives_the_same_booster(booster: xgb.Booster) -> None:
    data = {"train": xgb.DMatrix(RNG.normal(size=(100, 3)), label=RNG.normal(size=100))}
    settings = {"num_round": "5", "subsample": "0.5"}

    first, again, other = (
        boost(validated({**settings, "seed": seed}), data).save_raw("ubj") for seed in ("1", "1", "2")
    )

    assert first == again != other


def test_the_reply_follows_accept(booster: xgb.Booster) -> None:
    model = BoosterModel(booster)

    as_json = model.answer(Invocation(b"1,2,3\n4,5,6\n", "text/csv", "application/json"))
    as_csv = model.answer(Invocation(b"1,2,3\n4,5,6\n", "text/csv", "text/csv"))

    scores = [each["score"] for each in json.loads(as_json.body)["predictions"]]
    assert as_csv.body.decode().split("\n") == [str(score) for score in scores]
    assert (as_json.content_type, as_csv.content_type) == ("application/json", "text/csv")
    assert len(set(scores)) == 2


def test_libsvm_requests_are_answered_as_csv_ones(booster: xgb.Booster) -> None:
    model = BoosterModel(booster)

    sparse = model.answer(Invocation(b"0:1 1:2 2:3", "text/libsvm", ""))
    labelled = model.answer(Invocation(b"9 0:1 1:2 2:3", "text/x-libsvm", ""))

    assert sparse == labelled == model.answer(Invocation(b"1,2,3", "text/csv", ""))


@pytest.mark.parametrize(
    ("invocation", "status"),
    [
        (Invocation(b"1,2", "text/csv", ""), HTTPStatus.BAD_REQUEST),
        (Invocation(b"1,2,3,4", "text/csv", ""), HTTPStatus.BAD_REQUEST),
        (Invocation(b"7:1", "text/libsvm", ""), HTTPStatus.BAD_REQUEST),
        (Invocation(b"a,b,c", "text/csv", ""), HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (Invocation(b"{}", "application/json", ""), HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (Invocation(b"1,2,3", "text/csv", "text/html"), HTTPStatus.NOT_ACCEPTABLE),
    ],
)
def test_a_request_that_does_not_fit_is_refused(
    booster: xgb.Booster, invocation: Invocation, status: HTTPStatus
) -> None:
    with pytest.raises(BadRequest) as refusal:
        BoosterModel(booster).answer(invocation)
    assert refusal.value.status == status


def test_an_empty_request_has_an_empty_answer(booster: xgb.Booster) -> None:
    assert BoosterModel(booster).answer(Invocation(b"", "text/csv", "")).status == HTTPStatus.NO_CONTENT


@pytest.mark.parametrize("content_type", ["text/csv", "text/libsvm"])
@pytest.mark.parametrize("row", ["1,1e39", "1e39,1"])
def test_a_value_beyond_float32_is_refused_in_one_sentence(
    tmp_path: Path, row: str, content_type: str
) -> None:
    text = row if content_type == "text/csv" else row.replace(",", " 0:")

    with pytest.raises(UserError) as refused:
        training_matrix(channel(tmp_path, content_type, part=f"{text}\n"), content_type, False)

    first, sentence = str(refused.value).splitlines()
    assert first.endswith("data failed with exception:") or first.startswith("Failed to load")
    assert sentence.startswith("Check failed") and "too large" in sentence
