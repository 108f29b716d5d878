"""The options that several commands share, each worded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout; progress still goes to stderr.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print results only, as plain text without colours.")
]
Port = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the embedded AWS on 127.0.0.1; 0 takes a free one.")
]
StackName = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        envvar="BAKEOFF_STACK",
        help="Name of the deployed CloudFormation stack.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Profile of ~/.aws to use; AWS_PROFILE or the default if not given."),
]
Region = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="AWS region; that of the environment or the profile if not given."),
]
OutputFolder = Annotated[
    Path, typer.Option("--output", help="Folder for the results; made if it does not exist.")
]
Algorithms = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Comma-separated algorithms to compare, for example xgboost,linear-learner,knn; "
        "`bakeoff algorithms` lists them.",
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="What to predict: a column's name, or its position from 1; else the first."
    ),
]
Task = Annotated[
    str | None,
    typer.Option(
        metavar="TASK",
        help="regression or classification: whether a number or a class is predicted; else the label tells, "
        "whose texts are classes.",
    ),
]
Positive = Annotated[
    str | None,
    typer.Option(metavar="CLASS", help="Of two classes, the one whose probability counts; else the second."),
]
Metric = Annotated[
    str | None,
    typer.Option(
        metavar="METRIC",
        help="What decides: rmse, mae, r2 or relative_accuracy; of classes log_loss, brier, accuracy, "
        "roc_auc, macro_f1 or balanced_accuracy.",
    ),
]
Ignore = Annotated[
    str | None,
    typer.Option(metavar="COLUMNS", help="Columns to leave out, separated by commas, for example id,notes."),
]
Categorical = Annotated[
    str | None,
    typer.Option(metavar="COLUMNS", help="Columns whose numbers are names of categories, for example zip."),
]
Group = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="The column whose equal values share a split, as one patient's rows."
    ),
]
Time = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="The column by which the latest rows are the test."),
]
MaxCost = Annotated[
    str | None,
    typer.Option(
        metavar="AMOUNT",
        help="Most that a run may cost by AWS's list prices; one that could cost more is refused.",
    ),
]
Folds = Annotated[
    str | None,
    typer.Option(
        metavar="K",
        help="Let every row judge, in 2 to 10 folds, at as many times the cost; else one split.",
    ),
]
Promotion = Annotated[
    str | None,
    typer.Option(
        metavar="MODE",
        help="automatic: what a run decides for goes to production; propose: it is proposed only; else off.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Give a parameter of the stack's template a value, for example LatencyCalls=100; repeatable.",
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="FILE",
        help="What holds for these data, as YAML: target, algorithms, metric and others (docs/settings.md).",
    ),
]
DataSet = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        metavar="FOLDER",
        help="A folder below Inputs/ with a bakeoff.yaml, which is a data set of its own.",
    ),
]
Open = Annotated[
    bool | None,
    typer.Option("--open/--no-open", help="Show it in the browser; on a terminal that is the default."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 1 also if a single candidate has failed.")]
Force = Annotated[bool, typer.Option("--force", help="Go on in spite of what the command's own checks find.")]
OfData = Mapping[str, str | None]
NOTHING: OfData = MappingProxyType({})
OF_DATA = {
    "task": Task,
    "positive": Positive,
    "metric": Metric,
    "ignore": Ignore,
    "categorical": Categorical,
    "group": Group,
    "time": Time,
    "folds": Folds,
    "max_cost": MaxCost,
}


def with_options_of_data(command: Callable[..., None]) -> Callable[..., None]:
    """The command with options of what holds for data in the place of its parameter `of_data`, which gets
    their values by the settings' names, None for one that was not given.
    """
    own = signature(command, eval_str=True)
    options = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=kind)
        for name, kind in OF_DATA.items()
    ]

    @wraps(command)
    def parsed(**given: Any) -> None:
        command(of_data={name: given.pop(name) for name in OF_DATA}, **given)

    shown = chain.from_iterable(
        options if each.name == "of_data" else [each] for each in own.parameters.values()
    )
    # What Typer reads, as all that asks for a signature.
    parsed.__signature__ = own.replace(parameters=[*shown])  # type: ignore[attr-defined]
    return parsed
