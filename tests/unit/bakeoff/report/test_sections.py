from __future__ import annotations

from tests.settings import held
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.examples import Run
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def words(run: Run) -> str:
    return Page(rendered(run)).words


def test_the_leaderboard_ranks_the_finished_then_the_baseline_then_the_failed_with_their_causes() -> None:
    run = examples.tie()
    examples.add_failure(run, "forest", "Train model: out of memory")

    leaderboard = words(run).partition("Ranked by RMSE")[2].partition("Differences to the best How")[0]

    heads = ["1 xgboost recommended tied", "2 linear-learner tied", "3 knn", "— training mean baseline"]
    places = [leaderboard.index(head) for head in [*heads, "— forest failed Train model: out of memory"]]
    assert places == sorted(places)
    assert "12.5 40.2 3,250 61 30 yes" in leaderboard
    assert "predicts 9.954 for every row" in leaderboard


def test_the_leaderboard_says_what_accuracy_is() -> None:
    assert (
        "Relative accuracy is 100% minus the mean relative error; rows whose label is 0 are left out."
        in words(examples.tie())
    )


def test_a_metric_that_the_labels_leave_undefined_is_a_dash() -> None:
    run = examples.winner()
    run.comparison["candidates"][0]["metrics"].update(rmse=1.25, mae=1.0, r2=None, relative_accuracy=None)

    assert "1.250 1 — — 12.5" in words(run)


def test_a_candidate_that_does_not_beat_the_baseline_is_called_out() -> None:
    run = examples.tie()
    run.comparison["candidates"][2]["beats_baseline"] = False

    assert "knn does not beat the baseline: answering 9.954, the training mean, for every row" in words(run)
    assert "does not beat the baseline" not in words(examples.tie())


def test_the_differences_stand_in_the_table_as_in_the_plot() -> None:
    page = Page(rendered(examples.tie()))

    assert "-0.0300 to +0.140 0.190 0.380 tied" in page.words
    assert "+0.400 to +1.10 < 0.0001 0.000100 worse" in page.words
    plot = page.images[0]
    assert plot.startswith("Difference in RMSE to xgboost with its 95% confidence interval: linear-learner ")
    assert "from -0.0300 to +0.140; knn +" in plot
    assert plot.endswith(" Up to 0.0206 counts as none.")


def test_the_section_says_what_a_winner_takes_beyond_the_interval() -> None:
    text = words(examples.tie())

    assert "outlast another training, and of more than 0.0206, 1% of the best's error." in text
    assert "its standard error is taken 1.03 times as large" in text


def test_where_higher_is_better_worse_lies_left() -> None:
    run = examples.tie()
    run.comparison["metric"] = "r2"

    assert "Difference in R² (left of 0 is worse)" in "".join(Page(rendered(run)).drawn)


def test_a_sampled_test_set_is_said_to_be_one() -> None:
    run = examples.tie()
    run.comparison["dataset"]["test"] = 100_000

    assert "Test rows 200 sampled from 100,000" in words(run)


def test_within_a_tie_the_recommendation_names_its_preference() -> None:
    run = examples.tie()
    run.comparison["verdict"].update(recommended="linear-learner", preference="lowest-latency")

    assert "Recommended linear-learner by lowest latency among 2 tied" in words(run)


def test_a_preference_that_could_not_decide_is_not_said_to_have() -> None:
    run = examples.tie()
    run.comparison["verdict"].update(recommended="xgboost", preference="lowest-cost")
    for item in run.comparison["candidates"]:
        item["cost_per_million"] = None

    assert "Recommended xgboost by lowest error among 2 tied" in words(run)
    assert "No price is known of what the candidates were served with." in words(run)


def test_what_a_million_predictions_cost_stands_in_the_leaderboard_with_what_it_assumes() -> None:
    run = examples.tie()
    price = {"amount": "0.115", "currency": "USD", "published": "2026-08-11", "source": "a list"}
    cost = {"amount": "0.031945", "instance_type": "ml.m5.large", "price": price}
    run.comparison["verdict"].update(recommended="linear-learner", preference="lowest-cost")
    for item in run.comparison["candidates"]:
        item["cost_per_million"] = cost

    told = words(run)

    assert "Recommended linear-learner by lowest cost among 2 tied" in told
    assert told.count("$0.0319") == len(run.comparison["candidates"])
    assert "ml.m5.large $0.115 an hour (2026-08-11)." in told
    assert f"It rests on {run.comparison['candidates'][0]['name']}: " in told and "measured once" in told
    assert "1M predictions" not in words(examples.tie())


def test_failures_are_listed_with_their_causes_or_said_to_be_none() -> None:
    assert "Failures linear-learner Train model: the account's quota" in words(examples.inconclusive())
    assert "No candidate failed." in words(examples.tie())


def test_the_provenance_lets_anyone_repeat_the_run() -> None:
    provenance = words(examples.tie()).rpartition("Provenance")[2]

    for fact in (
        "Inputs/dataset1.csv v-7b190813 cf91a4ae 129.4 kB",
        "train 2,931 70%",
        "validation 629 15%",
        "test 200 15%",
        "rejected 3 —",
        "salted with bakeoff puts it into one of 1,000,000 buckets",
        "xgboost on ml.m5.large, image 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
        "num_round=150",
        "Filled before training: {feature_dim} with 8",
        "Seed 20261123",
        "Resamples 10,000",
        "runs/r/code/prepare_datasets.py SHA-256 1d243835b8b3",
        "sagemaker-spark-processing:3.5",
    ):
        assert fact in provenance


def test_the_provenance_says_what_held_and_who_said_so() -> None:
    run = examples.tie()
    deep = {"name": "xgboost-deep", "algorithm": "xgboost"}
    run.plan["settings"] = held(algorithms=["knn", deep], target=None, max_scored_rows=0)
    run.plan["settings"]["metric"] = {"value": "mae", "source": "Inputs/bakeoff.yaml"}
    run.plan["settings_file"] = {"key": "Inputs/bakeoff.yaml", "version_id": "v-9", "etag": "e", "bytes": 12}

    told = words(run).rpartition("Settings")[2]

    for row in (
        "target not set a test",
        "algorithms knn, xgboost-deep a test",
        "metric mae Inputs/bakeoff.yaml",
        "max_scored_rows 0 a test",
        "Inputs/bakeoff.yaml , version v-9 , was read with the data.",
    ):
        assert row in told


def test_a_plan_of_an_earlier_release_tells_no_settings() -> None:
    assert "Who said so" not in words(examples.tie())


def test_the_provenance_names_the_image_that_served_by_its_digest() -> None:
    run = examples.tie()
    assert "served as" not in words(run)

    run.comparison["candidates"][0]["resolved_image"] = "registry/xgboost@sha256:1d24"
    provenance = words(run).rpartition("Provenance")[2]

    assert provenance.count("served as") == 1
    assert "served as registry/xgboost@sha256:1d24" in provenance


def test_hyperparameters_without_placeholders_need_no_explanation() -> None:
    run = examples.tie()
    for candidate in run.plan["candidates"]:
        candidate["hyperparameters"] = {}

    assert "Filled before training" not in words(run)
    assert "no hyperparameters" in words(run)


def test_candidates_without_a_timing_are_left_out_of_its_plot() -> None:
    run = examples.tie()
    run.comparison["candidates"][1].update(latency_ms=None, training_seconds=None, rows_per_second=None)
    latency, training = Page(rendered(run)).images[-2:]

    assert (
        latency
        == "Milliseconds of a single-row request, p50 and p95: xgboost 12.5 and 40.2; knn 12.5 and 40.2."
    )
    assert training == "Seconds of training: xgboost 61; knn 61."
