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
from collections.abc import Callable, Mapping
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
# No number of a plain row is too large: before the point 18 digits at most, in features with 9 zeros more.
SHORT = r"-?(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]++)?+"
PLAIN_LABEL, PLAIN_FEATURE = rf"{SHORT}(?:[eE]-[0-9]++)?+", rf"{SHORT}(?:[eE](?:-[0-9]++|\+?[0-9]))?+"
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
    kinds = [PLAIN_FEATURE if column in wanted else f"{other}*+" for column in range(width)]
    kinds[columns[0]] = PLAIN_LABEL
    rest = "".join(f"(?:{separator}{kind}){{{sum(1 for _ in run)}}}+" for kind, run in groupby(kinds[1:]))
    return f"^{before}{kinds[0]}{rest}{after}{END}"


def libsvm_columns(feature_dim: int) -> dict[str, Column]:
    before_comment = F.regexp_replace("value", r"#[\s\S]*+", "")
    entries = "".join(f" {i}:((?>{PLAIN_FEATURE}))" for i in range(1, feature_dim + 1))
    numbers = ",".join(f"${i}" for i in range(1, feature_dim + 2))
    # Checks and converts at once: what it converts ends with a blank, which no line does, and the rest stays.
    dense = F.regexp_replace("value", f"^((?>{PLAIN_LABEL})){entries}{END}", f"{numbers} ")
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


def let(value: Column, function: Callable[[Column], Column]) -> Column:
    """`function(value)` with `value` evaluated once, where Spark would anew wherever it is named."""
    return F.transform(F.array(value), function)[0]


def parse(
    lines: DataFrame, columns: dict[str, Column], no_row: Column, plan: Plan, source: Column
) -> DataFrame:
    """To csv and libsvm, or rejected; all null for what is no row: Spark would look twice to leave it out.

    Rows in plain spelling, which most are, take only what Spark compiles. The rest is one expression, because
    none that has a lambda is compiled, and a row would be copied for each.
    """
    plain = F.col("plain")
    apart = let(columns["tokens"], lambda tokens: read_apart(tokens, columns, plan["feature_dim"], source))
    return (
        lines.withColumn("dense", columns["dense"])
        .withColumn("plain", ~F.col("long") & columns["plain"])
        .select(
            F.when(plain, columns["plain_csv"]).alias("csv"),
            F.when(plain, columns["plain_libsvm"]).alias("libsvm"),
            F.when(~plain & ~no_row, apart).alias("apart"),
        )
        .select(
            *(F.coalesce(form, F.col("apart")[form]).alias(form) for form in ("csv", "libsvm")),
            F.col("apart")["rejected"].alias("rejected"),
        )
    )


def read_apart(tokens: Column, columns: dict[str, Column], feature_dim: int, source: Column) -> Column:
    """csv and libsvm of a row entry by entry, or rejected, as JSON."""
    entries = F.slice(tokens, F.lit(2), F.size(tokens))
    index = F.transform(
        entries, lambda entry: F.regexp_extract(entry, "^0*([1-9][0-9]{0,8}):", 1).cast("int")
    )
    number = F.transform(entries, lambda entry: number_text(F.regexp_replace(entry, "^[^:]*:", "")))
    read = F.struct(number_text(tokens[0]).alias("label"), index.alias("index"), number.alias("number"))

    def judge(row: Column) -> Column:
        too_long = F.when(F.col("long"), LENGTH)
        fault = F.coalesce(too_long, columns["fault"], entry_fault(tokens, row, feature_dim))
        return let(
            fault,
            lambda fault: F.when(fault.isNull(), spelled(row, feature_dim, reject)).otherwise(reject(fault)),
        )

    def reject(reason: Column) -> Column:
        line = F.struct(source.alias("object"), F.col("value").alias("line"), reason.alias("reason"))
        return outcome(rejected=F.to_json(line))

    return let(read, judge)


def outcome(**known: Column) -> Column:
    return F.struct(
        *(known.get(name, F.lit(None).cast("string")).alias(name) for name in ("csv", "libsvm", "rejected"))
    )


def spelled(row: Column, feature_dim: int, reject: Callable[[Column], Column]) -> Column:
    pairs = F.transform(row["number"], lambda number, i: F.concat_ws(":", row["index"][i], number))
    libsvm = F.concat_ws(" ", row["label"], pairs)
    return let(
        filled_csv(row, feature_dim),
        lambda csv: let(
            beyond(csv),
            lambda reason: F.when(reason.isNull(), outcome(csv=csv, libsvm=libsvm)).otherwise(reject(reason)),
        ),
    )


def beyond(csv: Column) -> Column:
    """What is too large in a row that no plain one can be."""

    def reason(numbers: Column) -> Column:
        largest = F.greatest(F.array_max(numbers), -F.array_min(numbers))
        too_large = F.when(largest > LARGEST_FEATURE, LARGE_FEATURE)
        return F.when(F.abs(numbers[0]) > LARGEST_LABEL, LARGE_LABEL).otherwise(too_large)

    return let(numbers_of(csv), reason)


def numbers_of(csv: Column) -> Column:
    return F.split(csv, ",").cast("array<double>")


def entry_fault(tokens: Column, row: Column, feature_dim: int) -> Column:
    def is_zero(entry: Column) -> Column:
        return entry.rlike("^0+:")

    label, index, number = (row[name] for name in ("label", "index", "number"))
    return (
        F.when(label.isNull(), LABEL)
        .when(F.exists(index, F.isnull), F.when(F.exists(tokens, is_zero), ZERO).otherwise(INDEX))
        .when(index != F.sort_array(F.array_distinct(index)), ORDER)
        .when(F.array_max(index) > feature_dim, RANGE)
        .when(F.exists(number, F.isnull), FEATURE)
    )


def filled_csv(row: Column, feature_dim: int) -> Column:
    index = row["index"]

    def zeros(count: Column) -> Column:
        return F.array_join(F.array_repeat(F.lit(",0"), count), "")

    def after_gap(number: Column, i: Column) -> Column:
        before = F.coalesce(index[i - 1], F.lit(0))
        return F.concat(zeros(index[i] - before - 1), F.lit(","), number)

    last = F.coalesce(F.array_max(index), F.lit(0))
    filled = F.array_join(F.transform(row["number"], after_gap), "")
    return F.concat(row["label"], filled, zeros(feature_dim - last))


def read_rows(spark: SparkSession, plan: Plan, names: Mapping[str, str]) -> DataFrame:
    """One scan over all inputs, those read alike together. `names` has the object of each file."""
    source = F.create_map(*(F.lit(text) for pair in names.items() for text in pair))[F.input_file_name()]
    readings: dict[str, list[Mapping[str, Any]]] = {}
    for item in plan["inputs"]:
        reading = [item["delimiter"], item.get("columns"), item.get("width"), item.get("skip")]
        readings.setdefault(json.dumps(reading), []).append(item)

    def read(items: list[Mapping[str, Any]]) -> DataFrame:
        lines = spark.read.text([item["uri"] for item in items])
        long, dim = F.octet_length("value") > LONGEST_LINE, plan["feature_dim"]
        kept = F.when(long, F.substring("value", 1, EXCERPT)).otherwise(F.rtrim("value"))
        data = lines.select(kept.alias("value"), long.alias("long"))
        if items[0].get("skip"):
            data = data.where(~F.col("value").isin(items[0]["skip"]))  # headers and titles, as the plan lists
        delimiter = items[0]["delimiter"]
        columns = csv_columns(items[0], dim) if delimiter else libsvm_columns(dim)
        return parse(data, columns, is_no_row(delimiter), plan, source)

    return reduce(DataFrame.unionByName, map(read, readings.values()))


def is_no_row(delimiter: str | None) -> Column:
    """Blank lines, comments, and lines of delimiters alone."""
    empty = f'[{SPACES}"{re.escape(delimiter)}]' if delimiter else SPACE
    return F.col("value").rlike(f"^(?:{SPACE}*+#|{empty}*+{END})")


def split_rows(rows: DataFrame, plan: Plan) -> DataFrame:
    """Adds label and split (its place in SPLITS); both are null for what is no row."""
    split = plan["split"]
    bucket = F.pmod(F.xxhash64(F.lit(split["salt"]), F.col("numbers")), F.lit(split["buckets"]))
    place = F.when(F.col("bucket") < split["train_below"], 0)
    place = place.when(F.col("bucket") < split["validation_below"], 1)
    return (
        rows.withColumn("numbers", numbers_of(F.col("csv")))
        .withColumns({"label": F.col("numbers")[0], "bucket": F.when(F.col("csv").isNotNull(), bucket)})
        .withColumn("split", place.when(F.col("bucket").isNotNull(), 2))
    )


def destinations(formats: list[str]) -> list[str]:
    """The folders to write; while they are written, Spark knows them by their numbers."""
    return [f"{form}/{split}" for form in formats for split in SPLITS] + ["rejected"]


def outputs(rows: DataFrame, formats: list[str]) -> DataFrame:
    """Every line of every file, as output (its place in `destinations`) and line, for one pass to write."""
    kept = [line_of(F.col("split") + i * len(SPLITS), form) for i, form in enumerate(formats)]
    rejected = line_of(F.lit(len(formats) * len(SPLITS)), "rejected")
    lines = F.when(F.col("split").isNotNull(), F.array(*kept))
    return rows.select(F.inline(lines.when(F.col("rejected").isNotNull(), F.array(rejected))))


def line_of(output: Column, line: str) -> Column:
    return F.struct(output.alias("output"), F.col(line).alias("line"))


def observe(rows: DataFrame, observation: Observation) -> DataFrame:
    """Gathers label statistics, as "train count", and the number of rejected lines while rows are written."""

    def statistics(place: int, name: str) -> list[Column]:
        label = F.when(F.col("split") == place, F.col("label"))
        return [function(label).alias(f"{name} {what}") for what, function in STATISTICS.items()]

    labels = [column for place, name in enumerate(SPLITS) for column in statistics(place, name)]
    return rows.observe(observation, *labels, F.count("rejected").alias("rejected"))


def rejections(spark: SparkSession, root: str) -> dict[str, dict[str, Any]]:
    """Of each reason that was found, how often and its least line, read from what was written."""
    reason, observation = F.get_json_object("value", "$.reason"), Observation()
    lines = spark.read.text(f"{root}/rejected").withColumn("reason", reason)
    line = {reason: F.when(F.col("reason") == reason, F.col("value")) for reason in REASONS}
    counts = [F.count(line[reason]).alias(f"{reason} count") for reason in REASONS]
    examples = [F.min(line[reason]).alias(f"{reason} example") for reason in REASONS]
    lines.observe(observation, *counts, *examples).write.format("noop").mode("overwrite").save()
    found = observation.get
    return {
        reason: {"count": found[f"{reason} count"], "example": json.loads(found[f"{reason} example"])}
        for reason in REASONS
        if found[f"{reason} count"]
    }


def summarize(plan: Plan, metrics: Mapping[str, Any], found: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """summary.json of the metrics of `observe` and `rejections`: one example of each reason, five at most."""

    def rounded(value: float | None) -> float | None:
        """12 digits hide how the last ones vary with the order in which tasks end."""
        return float(f"{value:.12g}") if isinstance(value, float) else value

    label = {name: {what: rounded(metrics[f"{name} {what}"]) for what in STATISTICS} for name in SPLITS}
    counts = {reason: found[reason]["count"] for reason in REASONS if reason in found}
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


def publish(spark: SparkSession, staging: str, root: str, folders: list[str]) -> None:
    """staging/output=0 -> root/csv/train, and so on; then the staging prefix goes."""
    files, path = locate(spark, staging)
    for directory in files.listStatus(path):
        name = folders[int(directory.getPath().getName().removeprefix("output="))]
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
    rows = observe(split_rows(read_rows(spark, plan, names), plan), observation)
    outputs(rows, plan["formats"]).write.partitionBy("output").options(**WRITING).text(f"{root}/_staging")
    publish(spark, f"{root}/_staging", root, destinations(plan["formats"]))
    metrics = observation.get
    found = rejections(spark, root) if metrics["rejected"] else {}
    summary = json.dumps(summarize(plan, metrics, found), indent=2)
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
        "spark.sql.files.maxPartitionBytes": str(partition_bytes(total)),
        "spark.sql.maxConcurrentOutputFileWriters": "16",  # every output of a task open at once: no sort
        "spark.hadoop.fs.s3a.directory.marker.retention": "delete",  # an empty object breaks training, too
    }
    return (
        SparkSession.builder.appName(f"prepare_datasets {plan['run_id']}").config(map=settings).getOrCreate()
    )


def partition_bytes(total: int) -> int:
    """At most 32 MiB or a thousandth of all, and of one size: cores that share them end together."""
    largest = max(32 << 20, total // 1000)
    count = -(-total // largest)
    return -(-total // count) if count > 1 else largest


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
