"""Turn the objects of a run's plan into the data sets that every algorithm trains and is judged on.

Reads `inputs[].uri` of plan.json and writes below its `datasets_uri`, last summary.json. A second attempt
replaces the first; the same plan and input give the same bytes. What a person can mend leaves a sentence in
/opt/ml/output/message instead; the exit code is 0 then, too. The modules beside it are in preparation/.

A plain table, numbers alone (libsvm or CSV, label first), takes one scan: csv/<split>/part-* (no header),
libsvm/<split>/part-* if listed, rejected/part-* (JSON: object, line, reason). The split depends on the row
alone: bucket = pmod(xxhash64(salt, label, features...), buckets) over the parsed doubles, so a row keeps it
as data grows, in any order, in either format. Numbers keep the source's spelling or, where that is not
JSON's (`+5`, `.5`, `"5"`), get Double.toString's. CSV states a sparse row's missing entries as 0; libsvm
lists the entries that the source lists (XGBoost tells a missing entry from a zero).

A plan with `table` (CSV or Parquet, any columns) takes two: what training rows say, then
<view>/<split>/part-*, table/test/part-* (JSON: a row's canonical cells), rejected/part-* and encoding.json
(docs/adr/0035).

With `split.folds`, a plain table's rows go to <format>/fold-<f>-part-*, each once, f = bucket * folds div
buckets. A mixed table has <view>/fold-<f>/<split>/part-* and <view>/final/<split>/part-* instead, by the
encoding of each unit (fold-<f>/encoding.json; encoding.json is the final one's), and table/fold-<f>/part-*
(docs/adr/0041).
"""

from __future__ import annotations

import argparse
import os
import traceback
from pathlib import Path

from preparation.failures import explain
from preparation.job import prepare
from preparation.plan import read_plan
from preparation.session import open_session


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plan", type=Path, required=True, help="plan.json of the run")
    path = parser.parse_args().plan
    try:
        plan = read_plan(path)
        with open_session(plan) as spark:
            prepare(spark, plan)
    except Exception as error:  # the outermost boundary: of a job, the workflow hears its exit message only
        sentence = explain(error)
        if sentence is None:
            raise
        traceback.print_exc()
        # And exits with 0: after any other code, smspark-submit writes a message of its own over this one.
        message = Path(os.environ.get("SM_OUTPUT_MESSAGE", "/opt/ml/output/message"))
        message.parent.mkdir(parents=True, exist_ok=True)
        message.write_text(sentence, "utf-8")


if __name__ == "__main__":
    main()
