from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.domain.promotion.judging import judge_run
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.options import VerdictOptions
from tests.unit.bakeoff.domain.promotion.runs import a_promoting_run
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, errors, tell_metrics
from tests.unit.bakeoff_cli.saved_runs import in_folder


@pytest.fixture
def promoting(tmp_path: Path) -> Path:
    """A saved run that was also judged beside a champion."""
    store = a_promoting_run({"xgboost": errors(1.0), "linear": errors(1.4)}, champion=errors(1.5))
    key = f"runs/{RUN}/datasets/summary.json"
    summary = store.read_json(key)
    summary["rows"]["test"] = len(ACTUAL)
    store.write_json(key, summary)
    tell_metrics(store)
    judge_run(WritableRunFiles(store, RUN), VerdictOptions())
    return in_folder(store, tmp_path)
