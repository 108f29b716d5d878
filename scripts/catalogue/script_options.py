"""Write src/bakeoff/catalogue/script_options.json anew: the hyperparameters that the scripts know.

    python -m scripts.catalogue.script_options

A script knows what its library knows, and what it takes for itself. The libraries are asked: scikit-learn
for the constraints of each estimator's parameters, LightGBM for its parameters, their aliases and what it
says of a value that is no number, CatBoost for the parameters of its models, their documented types and
what it makes of each name.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np

SOURCES = Path(__file__).resolve().parents[2] / "src/bakeoff"
FILE = SOURCES / "catalogue/script_options.json"
# The image whose scikit-learn the script gets; the others bring their library with them.
SKLEARN_IMAGE = "sklearn:1.9-0-cpu-py3"
_OWN: Mapping[str, Mapping[str, str]] = {
    "catboost": {"categorical": "text"},
    "lightgbm": {"categorical": "text"},
    "sklearn": {"estimator": "text", "num_class": "integer", "standardize": "text"},
}
# Names that a library knows, of what the script takes for itself.
_OF_SCRIPT: Mapping[str, Mapping[str, str]] = {
    "catboost": {"cat_features": "categorical", "od_wait": "early_stopping_rounds"},
    "lightgbm": {"categorical_feature": "categorical"},
}
_WORDS = (bool, str)
# Of LightGBM's refusals of a word: by how it reads numbers.
_SIGNS = {"should be of type int": "integer", "Unknown token": "number", "stod": "number"}


def options() -> dict[str, Any]:
    """By the scripts' folders, as the catalogue has them."""
    choices = json.loads((SOURCES / "scripts/sklearn/choices.json").read_text("utf-8"))["estimator"]
    estimators = sorted(name for names in choices.values() for name in names)
    return {
        "catboost": _with_aliases("catboost", kinds_of_catboost(), names_of_catboost()),
        "lightgbm": _with_aliases("lightgbm", kinds_of_lightgbm(), names_of_lightgbm()),
        "sklearn": {
            "image": SKLEARN_IMAGE,
            "hyperparameters": _sorted(_OWN["sklearn"]),
            "by": {"estimator": {name: kinds_of_estimator(name) for name in estimators}},
        },
    }


def _with_aliases(script: str, kinds: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    """`kinds` are by the library's main names, which `names` has of every name; the script's own go first."""
    mains = {name: _OF_SCRIPT[script].get(main, main) for name, main in names.items()}
    known = {mains[name]: kind for name, kind in kinds.items()}
    return {
        "hyperparameters": _sorted(known, _OWN[script]),
        "aliases": {name: main for name, main in sorted(mains.items()) if name != main},
    }


def _sorted(*kinds: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted({name: kind for each in kinds for name, kind in each.items()}.items()))


def kinds_of_estimator(name: str) -> dict[str, str]:
    module, _, kind = name.rpartition(".")
    made = getattr(importlib.import_module(module), kind)()
    constraints = made._parameter_constraints
    return _sorted({each: _kind(constraints.get(each)) for each in made.get_params(deep=False)})


def _kind(constraints: Any) -> str:
    """Of scikit-learn's constraints of a parameter; what is not constrained may be anything."""
    if constraints is None or constraints == "no_validation":
        return "number"
    found = set(map(_numbers, constraints))
    return next((kind for kind in ("number", "integer") if kind in found), "text")


def _numbers(constraint: Any) -> str:
    """Which numbers one of the constraints takes: it is a type, has one, or is a word of scikit-learn's."""
    kind = getattr(constraint, "type", constraint)
    if kind in ("random_state", "verbose", "cv_object"):
        return "integer"
    if not isinstance(kind, type) or kind in _WORDS:
        return "text"
    # A whole number is a Real to Python, too.
    return "integer" if issubclass(kind, Integral) else "number" if issubclass(kind, Real) else "text"


def kinds_of_lightgbm() -> dict[str, str]:
    return {name: _lightgbms_kind(name) for name in sorted(set(names_of_lightgbm().values()))}


def names_of_lightgbm() -> dict[str, str]:
    """The main name of every name."""
    from lightgbm.basic import _ConfigAliases

    names: Mapping[str, Iterable[str]] = _ConfigAliases._get_all_param_aliases()
    return {alias: name for name, aliases in names.items() for alias in aliases}


def _lightgbms_kind(name: str) -> str:
    """By what it says of a word in the place of a value."""
    import lightgbm

    data = np.arange(4.0).reshape(2, 2)
    with warnings.catch_warnings():
        # Of data and columns that are told in two ways.
        warnings.simplefilter("ignore", UserWarning)
        rows = lightgbm.Dataset(data, data[:, 0], params={"verbosity": -1, name: "a-word"})
        try:
            rows.construct()
        except lightgbm.basic.LightGBMError as err:
            return next((kind for sign, kind in _SIGNS.items() if sign in str(err)), "text")
    return "text"


def kinds_of_catboost() -> dict[str, str]:
    """Of main names; what its documentation gives no type of may be anything."""
    import catboost

    told = dict(
        re.findall(r"^(\w+) ?: ?(\w+)", inspect.getdoc(catboost.CatBoostClassifier) or "", re.MULTILINE)
    )
    kinds = {"int": "integer", "bool": "text", "string": "text", "str": "text", "list": "text"}
    return {name: kinds.get(told.get(name, ""), "number") for name in set(names_of_catboost().values())}


def names_of_catboost() -> dict[str, str]:
    """The main name of every name."""
    import catboost

    models = (catboost.CatBoostRegressor, catboost.CatBoostClassifier)
    names = {name for each in models for name in inspect.signature(each).parameters}
    return {name: _catboosts_name(name) for name in sorted(names)}


def _catboosts_name(name: str) -> str:
    """The one under which it keeps the same value."""
    from catboost.core import CatBoostError, _process_synonyms

    kept = {name: 1}
    try:
        _process_synonyms(kept)
    except CatBoostError:
        # Of one that takes no numbers, and has no other name
        return name
    return next((main for main, value in kept.items() if value == 1), name)


def main() -> None:
    sys.path.append(str(Path(sys.prefix) / "catboost"))
    FILE.write_text(f"{json.dumps(options(), indent=1)}\n", "utf-8")


if __name__ == "__main__":
    main()
