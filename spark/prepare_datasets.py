"""Turn the objects of a run's plan into the data sets that every algorithm trains and is judged on.

Reads `inputs[].uri` of plan.json (libsvm or CSV, label first) in one scan; writes below its `datasets_uri`
csv/<split>/part-* (no header), libsvm/<split>/part-* if listed, rejected/part-* (JSON: object, line, reason)
and, last, summary.json. A second attempt replaces the first; the same plan and input give the same bytes.
What a person can mend leaves a sentence in /opt/ml/output/message instead; the exit code is 0 then, too.

The split hangs on the row alone: bucket = pmod(xxhash64(salt, label, features...), buckets) over the parsed
doubles, so a row keeps it as data grows, in any order, in either format. Numbers keep the source's spelling
or, where that is not JSON's (`+5`, `.5`, `"5"`), get Double.toString's. CSV states a sparse row's missing
entries as 0; libsvm lists the entries that the source lists (XGBoost tells a missing entry from a zero).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

Plan = Mapping[str, Any]  # plan.json, schema_version 1
SPLITS = ("train", "validation", "test")
STATISTICS = {"count": F.count, "mean": F.mean, "stddev": F.stddev_samp, "min": F.min, "max": F.max}
LABEL = "the label is not a number"
FEATURE = "a feature is not a number"
LARGE_LABEL = "the label is too large to be squared in single precision"
LARGE_FEATURE = "a feature is too large for single precision"
COLUMNS = "the number of columns is wrong"
INDEX = "a libsvm index is not a positive integer"
ZERO = "a libsvm index is 0"
ORDER = "the libsvm indices are not ascending"
RANGE = "a libsvm index is above the number of features"
LENGTH = "the line is longer than 1 MiB"
REASONS = (LABEL, FEATURE, LARGE_LABEL, LARGE_FEATURE, COLUMNS, INDEX, ZERO, ORDER, RANGE, LENGTH)
LARGEST_FEATURE, LARGEST_LABEL = 3.4028235e38, 1.8446743e19  # of single precision, as algorithms reckon
LONGEST_LINE = 1 << 20  # bytes; 10,000 features take a third of it. Of a longer line, only an excerpt goes on
EXCERPT = 1000
OUT_OF_MEMORY = re.compile(
    "OutOfMemoryError|ExecutorLostFailure|SparkContext was shut down|Too many bytes before newline"
)
CUT_SHORT = re.compile("^EOFException: Unexpected end")  # Spark names the file only when its beginning is bad
# What a number, white space and a line to skip are is also what the plan says (src/bakeoff/domain/intake).
SPACES = (
    "\t\x0b\x0c\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
SPACE, MINUS, BLANKS = f"[{SPACES}]", "\u2212", " "  # a delimiter of BLANKS is white space of any width
# Possessive or atomic throughout: Java's matcher recurses for what it might take back; a long line overflows.
END = r"(?![\s\S])"  # `$` would let a Unicode line separator follow
NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
ANY_NUMBER = r"[+\-\u2212]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+\-\u2212]?[0-9]++)?+"
LOOSE_NUMBER = rf"^{SPACE}*+(\"?){SPACE}*+({ANY_NUMBER}){SPACE}*+\1{SPACE}*+{END}"
WHOLE_CELL = rf"^(?:[^\"]*+|{SPACE}*+\"[^\"]*+\"{SPACE}*+){END}"  # not torn from a quoted one
WIDEST_PATTERN = 500  # entries of a libsvm row; each costs the matcher stack, so wider rows go entry by entry
WRITING = {
    "compression": "none",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",  # XGBoost's CSV sniffing fails on _SUCCESS
    "mapreduce.fileoutputcommitter.algorithm.version": "2",  # safe: it fills the staging prefix only
}


class JobError(Exception):
    """A failure that a person can mend; its text is one sentence."""


def csv_columns(item: Mapping[str, Any], feature_dim: int) -> dict[str, Column]:
    """What `parse` needs. A row in plain spelling passes as text; taking it apart into tokens is slow."""
    delimiter, columns = item["delimiter"], item.get("columns") or list(range(feature_dim + 1))
    width = item.get("width") or len(columns)
    cells = cut(delimiter)
    chosen = cells
    if columns != list(range(width)):
        chosen = F.transform(F.lit(columns), lambda column: F.get(cells, column))
    tokens = F.transform(chosen, lambda cell, i: F.when(i == 0, cell).otherwise(F.concat_ws(":", i, cell)))
    is_torn = F.col("value").contains('"') & F.exists(cells, lambda cell: ~cell.rlike(WHOLE_CELL))
    by_comma = F.col("value") if delimiter == "," else F.replace("value", F.lit(delimiter), F.lit(","))
    in_order = chosen is cells and delimiter != BLANKS
    is_plain = F.col("value").rlike(plain_pattern(delimiter, columns, width))
    return {
        "dense": F.lit(None),
        # Numbers alone are no comment; where the first column is left out, a comment may look like a row.
        "plain": is_plain if 0 in columns else is_plain & ~is_no_row(delimiter),
        "plain_csv": by_comma if in_order else F.array_join(chosen, ","),
        "plain_libsvm": F.array_join(tokens, " "),
        "tokens": tokens,
        "fault": F.when((F.size(cells) != width) | is_torn, COLUMNS),
    }


def cut(delimiter: str) -> Column:
    if delimiter == BLANKS:
        return F.split(F.regexp_replace("value", f"^{SPACE}++|{SPACE}++{END}", ""), "[ \t]+")
    return F.split("value", re.escape(delimiter))


def plain_pattern(delimiter: str, columns: list[int], width: int) -> str:
    """Numbers in the `columns`, and anything between the delimiters elsewhere."""
    separator, before, after = re.escape(delimiter), "", ""
    if delimiter == BLANKS:
        separator, before, after = "[ \t]++", "[ \t]*+", "[ \t]*+"
    other = '[^"]' if delimiter == BLANKS else f'[^"{separator}]'
    wanted = set(columns)
    kinds = [NUMBER if column in wanted else f"{other}*+" for column in range(width)]
    rest = "".join(f"(?:{separator}{kind}){{{sum(1 for _ in run)}}}+" for kind, run in groupby(kinds[1:]))
    return f"^{before}{kinds[0]}{rest}{after}{END}"


def libsvm_columns(feature_dim: int) -> dict[str, Column]:
    before_comment = F.regexp_replace("value", r"#[\s\S]*+", "")
    entries = "".join(f" {i}:((?>{NUMBER}))" for i in range(1, feature_dim + 1))
    numbers = ",".join(f"${i}" for i in range(1, feature_dim + 2))
    # Checks and converts at once: what it converts ends with a blank, which no line does, and the rest stays.
    dense = F.regexp_replace("value", f"^((?>{NUMBER})){entries}{END}", f"{numbers} ")
    return {
        "dense": dense if feature_dim <= WIDEST_PATTERN else F.col("value"),
        "plain": F.col("dense").endswith(" "),
        "plain_csv": F.rtrim("dense"),
        "plain_libsvm": F.col("value"),
        "tokens": F.split(F.trim(F.regexp_replace(before_comment, f"{SPACE}++", " ")), " "),
        "fault": F.lit(None).cast("string"),
    }


def number_text(text: Column) -> Column:
    """JSON's spelling of a number, digits untouched where it already has it; null for what is no number."""
    number = F.translate(F.regexp_extract(text, LOOSE_NUMBER, 2), MINUS, "-")
    return F.when(number.rlike(f"^{NUMBER}{END}"), number).otherwise(number.cast("double").cast("string"))


def parse(lines: DataFrame, columns: dict[str, Column], no_row: Column, feature_dim: int) -> DataFrame:
    """Adds csv, libsvm and fault, all null for what is no row: Spark would look for it twice to leave it out.

    Stepwise: Spark evaluates an expression wherever it is named.
    """
    plain, apart, sound = F.col("plain"), F.col("apart"), F.col("fault").isNull()
    too_long = F.when(F.col("long"), LENGTH)
    entries = F.slice("tokens", F.lit(2), F.size("tokens"))
    index = F.transform(
        entries, lambda entry: F.regexp_extract(entry, "^0*([1-9][0-9]{0,8}):", 1).cast("int")
    )
    number = F.transform(entries, lambda entry: number_text(F.regexp_replace(entry, "^[^:]*:", "")))
    pairs = F.transform("number", lambda number, i: F.concat_ws(":", F.col("index")[i], number))
    libsvm = F.concat_ws(" ", "label", pairs)
    return (
        lines.withColumn("dense", columns["dense"])
        .withColumn("plain", ~F.col("long") & columns["plain"])
        .withColumn("apart", ~plain & ~no_row)
        .withColumn("tokens", F.when(apart, columns["tokens"]))
        .withColumn("label", number_text(F.col("tokens")[0]))
        .withColumn("index", index)
        .withColumn("number", number)
        .withColumn("fault", F.when(apart, F.coalesce(too_long, columns["fault"], entry_fault(feature_dim))))
        .withColumn("csv", F.when(plain, columns["plain_csv"]).when(apart & sound, filled_csv(feature_dim)))
        .withColumn("libsvm", F.when(plain, columns["plain_libsvm"]).when(apart & sound, libsvm))
        .select("value", "csv", "libsvm", "fault")
    )


def entry_fault(feature_dim: int) -> Column:
    def is_zero(entry: Column) -> Column:
        return entry.rlike("^0+:")

    return (
        F.when(F.col("label").isNull(), LABEL)
        .when(F.exists("index", F.isnull), F.when(F.exists("tokens", is_zero), ZERO).otherwise(INDEX))
        .when(F.col("index") != F.sort_array(F.array_distinct("index")), ORDER)
        .when(F.array_max("index") > feature_dim, RANGE)
        .when(F.exists("number", F.isnull), FEATURE)
    )


def filled_csv(feature_dim: int) -> Column:
    def zeros(count: Column) -> Column:
        return F.call_function("repeat", F.lit(",0"), count)

    def after_gap(number: Column, i: Column) -> Column:
        before = F.coalesce(F.col("index")[i - 1], F.lit(0))
        return F.concat(zeros(F.col("index")[i] - before - 1), F.lit(","), number)

    last = F.coalesce(F.array_max("index"), F.lit(0))
    return F.concat("label", F.array_join(F.transform("number", after_gap), ""), zeros(feature_dim - last))


def read_rows(spark: SparkSession, plan: Plan) -> DataFrame:
    """One scan over all inputs, those read alike together."""
    readings: dict[str, list[Mapping[str, Any]]] = {}
    for item in plan["inputs"]:
        reading = [item["delimiter"], item.get("columns"), item.get("width"), item.get("skip")]
        readings.setdefault(json.dumps(reading), []).append(item)

    def read(items: list[Mapping[str, Any]]) -> DataFrame:
        lines = spark.read.text([item["uri"] for item in items])
        lines = lines.select("value", (F.octet_length("value") > LONGEST_LINE).alias("long"))
        kept = F.when(F.col("long"), F.substring("value", 1, EXCERPT)).otherwise(F.rtrim("value"))
        data, dim = lines.select(kept.alias("value"), "long"), plan["feature_dim"]
        if items[0].get("skip"):
            data = data.where(~F.col("value").isin(items[0]["skip"]))  # headers and titles, as the plan lists
        delimiter = items[0]["delimiter"]
        columns = csv_columns(items[0], dim) if delimiter else libsvm_columns(dim)
        return parse(data, columns, is_no_row(delimiter), dim)

    return reduce(DataFrame.unionByName, map(read, readings.values()))


def is_no_row(delimiter: str | None) -> Column:
    """Blank lines, comments, and lines of delimiters alone."""
    empty = f'[{SPACES}"{re.escape(delimiter)}]' if delimiter else SPACE
    return F.col("value").rlike(f"^(?:{SPACE}*+#|{empty}*+{END})")


def split_rows(rows: DataFrame, plan: Plan, names: Mapping[str, str]) -> DataFrame:
    """Adds label and split, or reason and rejected. `names`: what Spark calls a file -> the object's name."""
    split, numbers, sound = plan["split"], F.col("numbers"), F.col("reason").isNull()
    beyond = F.when(F.abs("label") > LARGEST_LABEL, LARGE_LABEL).when(
        F.greatest(F.array_max(numbers), -F.array_min(numbers)) > LARGEST_FEATURE, LARGE_FEATURE
    )
    bucket = F.pmod(F.xxhash64(F.lit(split["salt"]), numbers), F.lit(split["buckets"]))
    name = F.when(bucket < split["train_below"], "train")
    name = name.when(bucket < split["validation_below"], "validation").otherwise("test")
    source = F.create_map(*(F.lit(text) for pair in names.items() for text in pair))[F.input_file_name()]
    rejected = F.struct(source.alias("object"), F.col("value").alias("line"), "reason")
    return (
        rows.withColumn("numbers", F.split("csv", ",").cast("array<double>"))
        .withColumn("label", numbers[0])
        .withColumn("reason", F.coalesce("fault", beyond))
        .withColumn("split", F.when(sound & F.col("csv").isNotNull(), name))
        .withColumn("rejected", F.when(~sound, rejected))
    )


def outputs(rows: DataFrame, formats: list[str]) -> DataFrame:
    """Every line of every file, as output ("csv-train", ..., "rejected") and line, for one pass to write."""
    output = {form: F.concat_ws("-", F.lit(form), "split").alias("output") for form in formats}
    kept = [F.struct(output[form], F.col(form).alias("line")) for form in formats]
    rejected = F.struct(F.lit("rejected").alias("output"), F.col("rejected").alias("line"))
    lines = F.when(F.col("split").isNotNull(), F.array(*kept))
    # JSON is made beforehand: Spark would not compile what takes a row apart together with it.
    rows = rows.withColumn("rejected", F.to_json("rejected"))
    return rows.select(F.inline(lines.when(F.col("reason").isNotNull(), F.array(rejected))))


def observe(rows: DataFrame, observation: Observation) -> DataFrame:
    """Gathers, as JSON texts, label statistics and rejected lines while the rows are written."""

    def statistics(name: str) -> Column:
        label = F.when(F.col("split") == name, F.col("label"))
        return json_object({what: function(label) for what, function in STATISTICS.items()}).alias(name)

    def rejected(reason: str) -> Column:
        line = F.when(F.col("reason") == reason, F.col("rejected"))
        return json_object({"count": F.count(line), "example": F.min(line)}).alias(reason)

    return rows.observe(observation, *map(statistics, SPLITS), *map(rejected, REASONS))


def json_object(members: Mapping[str, Column]) -> Column:
    fields = F.struct(*(value.alias(name) for name, value in members.items()))
    return F.to_json(fields, {"ignoreNullFields": "false"})


def summarize(plan: Plan, metrics: Mapping[str, str]) -> dict[str, Any]:
    """summary.json of the metrics of `observe`: one example (the least) of each reason, five at most."""
    # 12 digits hide how the last ones vary with the order in which tasks end.
    label = {
        name: json.loads(metrics[name], parse_float=lambda x: float(f"{float(x):.12g}")) for name in SPLITS
    }
    found = {reason: json.loads(metrics[reason]) for reason in REASONS}
    counts = {reason: found[reason]["count"] for reason in REASONS if found[reason]["count"]}
    examples = [found[reason]["example"] for reason in counts][:5]
    for example in examples:
        example["line"] = example["line"][:200]
    return {
        "schema_version": 1,
        "run_id": plan["run_id"],
        "feature_dim": plan["feature_dim"],
        "rows": {name: label[name]["count"] for name in SPLITS},
        "label": label,
        "rejected": {"total": sum(counts.values()), "reasons": counts, "examples": examples},
    }


def locate(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    """Hadoop's FileSystem of a URI, whatever its scheme, and its Path."""
    context: Any = spark.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(uri)
    return path.getFileSystem(context._jsc.hadoopConfiguration()), path


def source_names(spark: SparkSession, plan: Plan) -> dict[str, str]:
    """What Spark calls each input -> s3://bucket/key; JobError when one is not what was planned for."""

    def name(item: Mapping[str, Any]) -> tuple[str, str]:
        (files, path), source = locate(spark, item["uri"]), f"s3://{plan['bucket']}/{item['key']}"
        size = files.getFileStatus(path).getLen() if files.exists(path) else "no"
        if size != item["bytes"]:
            change = f"{item['bytes']} bytes then, {size} now"
            raise JobError(f"{source} has changed since the run was planned ({change}); start a new run.")
        return files.makeQualified(path).toUri().toString(), source

    with ThreadPoolExecutor(16) as pool:
        return dict(pool.map(name, plan["inputs"]))


def publish(spark: SparkSession, staging: str, root: str) -> None:
    """staging/output=csv-train -> root/csv/train, and so on; then the staging prefix goes."""
    files, path = locate(spark, staging)
    for directory in files.listStatus(path):
        name = directory.getPath().getName().removeprefix("output=").replace("-", "/")
        target = locate(spark, f"{root}/{name}")[1]
        files.mkdirs(target.getParent())
        if not files.rename(directory.getPath(), target):
            raise OSError(f"{directory.getPath()} could not be moved to {target}")
    files.delete(path, True)


def prepare(spark: SparkSession, plan: Plan) -> None:
    """Replaces whatever an earlier attempt left under datasets_uri."""
    root = plan["datasets_uri"].rstrip("/")
    names, observation = source_names(spark, plan), Observation()
    files = locate(spark, root)[0]
    files.setWriteChecksum(False)  # a local file system would put .crc files beside the data
    for name in ("summary.json", "csv", "libsvm", "rejected", "_staging"):
        files.delete(locate(spark, f"{root}/{name}")[1], True)
    rows = observe(split_rows(read_rows(spark, plan), plan, names), observation)
    outputs(rows, plan["formats"]).write.partitionBy("output").options(**WRITING).text(f"{root}/_staging")
    publish(spark, f"{root}/_staging", root)
    summary = json.dumps(summarize(plan, observation.get), indent=2)
    stream = files.create(locate(spark, f"{root}/summary.json")[1], True)
    stream.write(summary.encode())
    stream.close()


def open_session(plan: Plan) -> SparkSession:
    """The master is the launcher's. The same plan cuts the same partitions, whatever the cluster."""
    total = sum(item["bytes"] for item in plan["inputs"])
    settings = {
        "spark.executor.killOnFatalError.depth": "0",  # running out of memory must end in its own words
        "spark.task.maxFailures": "2",  # and before YARN gives the application up, after three lost executors
        "spark.sql.ansi.enabled": "false",  # a cast that fails is null, and the row is rejected
        "spark.sql.files.minPartitionNum": "1",
        "spark.sql.files.maxPartitionBytes": str(max(32 << 20, total // 1000)),
        "spark.sql.maxConcurrentOutputFileWriters": "16",  # every output of a task open at once: no sort
        "spark.hadoop.fs.s3a.directory.marker.retention": "delete",  # an empty object breaks training, too
    }
    return (
        SparkSession.builder.appName(f"prepare_datasets {plan['run_id']}").config(map=settings).getOrCreate()
    )


def read_plan(path: Path) -> Plan:
    try:
        plan: Plan = json.loads(path.read_text("utf-8"))
        if not plan["inputs"]:
            raise ValueError("it lists no inputs")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JobError(f"The plan {path} cannot be used ({error}); start a new run.") from error
    return plan


def explain(error: Exception) -> str | None:
    """What a person can mend, in one sentence that fits the 1 KB of an exit message; None for the rest."""
    if isinstance(error, JobError):
        return str(error)
    detail, file = root_cause(error) if isinstance(error, Py4JJavaError) else (str(error), None)
    if OUT_OF_MEMORY.search(detail):
        return (
            "The data do not fit into Spark's memory, as a line of hundreds of megabytes does not: "
            "mend such a line, or take a larger ProcessingInstanceType."
        )
    if file or CUT_SHORT.search(detail):
        name = shortened(file, 600) if file else "A compressed object"
        cause = shortened(detail.splitlines()[0], 300)
        return f"{name} cannot be read ({cause}): upload it anew if it is damaged, or start a new run."
    return None


def root_cause(error: Py4JJavaError) -> tuple[str, str | None]:
    """What Java says at the bottom, and the file that was being read, if Spark names it on the way."""
    causes = [error.java_exception]
    while causes[-1].getCause() is not None:
        causes.append(causes[-1].getCause())
    file = re.search(r"reading file (\S+)\. ", " ".join(str(cause.getMessage()) for cause in causes))
    return f"{causes[-1].getClass().getSimpleName()}: {causes[-1].getMessage()}", file and file[1]


def shortened(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


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
