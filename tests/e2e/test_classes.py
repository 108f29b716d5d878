"""A label of texts, from the upload to a verdict on classes."""

from __future__ import annotations

import random

from tests.e2e.stack import Stack

# Of scripts one a task and view: tests/integration/bakeoff/scripts has the others.
ALGORITHMS = ["xgboost", "linear-learner", "ridge"]
SCRIPTS = ["extra-trees", "mlp", "hist-gradient-boosting"]


def table(names: tuple[str, ...], rows: int) -> bytes:
    chance = random.Random(7)
    lines = ["kind,size,age,town"]
    for _ in range(rows):
        place = chance.randrange(len(names))
        size, age = place + chance.gauss(0, 0.4), chance.uniform(0, 9)
        lines.append(f'"{names[place]}",{size:.3f},{age:.2f},{chance.choice(["Port", "Hill"])}')
    return ("\n".join(lines) + "\n").encode()


def compared(stack: Stack, algorithms: list[str], rows: bytes) -> str:
    """The prefix of the run that compares them."""
    stack.clear_inputs()
    settings = f"target: kind\nimportance: true\nalgorithms: {algorithms}\n"
    stack.upload("Inputs/kinds/bakeoff.yaml", settings.encode())
    described = stack.wait_for_comparison(stack.upload("Inputs/kinds/data.csv", rows))
    stack.clear_inputs()
    assert described["status"] == "SUCCEEDED", described.get("cause")
    return f"runs/{described['name']}/"


def test_two_classes_end_in_a_verdict_a_report_and_predictions_by_name(stack: Stack) -> None:
    prefix = compared(stack, ALGORITHMS, table(("kept", "sold, at once"), 600))

    comparison = stack.read_json(f"{prefix}comparison.json")
    assert comparison["metric"] == "log_loss"
    assert [each["name"] for each in comparison["classes"]] == ["kept", "sold, at once"]
    assert {each["name"]: each["error"] for each in comparison["candidates"]} == dict.fromkeys(ALGORITHMS)
    assert all(each["beats_baseline"] for each in comparison["candidates"])
    assert comparison["verdict"]["outcome"] in ("winner", "tie")
    for each in comparison["candidates"]:
        first, *others = each["importance"]["columns"]
        assert (first["column"], len(others)) == ("size", 2) and first["ci_low"] > 0.1
    assert stack.read(f"{prefix}predictions/xgboost.csv").splitlines()[0] == (
        'row,actual,predicted,p_kept,"p_sold, at once",cluster'
    )
    report = stack.read(f"{prefix}report.html")
    assert "Confusion matrix of xgboost" in report and "sold, at once" in report
    assert "How much worse the log loss becomes when the cells of one column change places" in report


def test_five_classes_are_compared_by_scripts_on_the_codes_of_a_category(stack: Stack) -> None:
    names = ("ant", "bee", "cat", "dog", "eel")
    prefix = compared(stack, SCRIPTS, table(names, 1000))

    comparison = stack.read_json(f"{prefix}comparison.json")
    assert [each["name"] for each in comparison["classes"]] == list(names)
    assert {each["name"]: each["error"] for each in comparison["candidates"]} == dict.fromkeys(SCRIPTS)
    assert all(each["beats_baseline"] for each in comparison["candidates"])
    assert comparison["verdict"]["outcome"] in ("winner", "tie", "inconclusive")
    views = {each["name"]: each["view"] for each in stack.read_json(f"{prefix}plan.json")["candidates"]}
    assert views == dict(zip(SCRIPTS, ("csv", "dense", "coded"), strict=True))
    # The third feature is the town.
    filled = "Filled before training: <code>{categorical}</code> with [2]"
    assert filled in stack.read(f"{prefix}report.html")
