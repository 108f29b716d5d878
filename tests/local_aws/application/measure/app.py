"""The function of the application: a table of heights by age, written as CSV without a header."""

import os
from typing import Any

import boto3


def handle(event: dict[str, Any], context: object) -> dict[str, str]:
    """`event["trees"]` rows of 2 * age + 1, age; answers where they lie."""
    rows = "".join(f"{2 * age + 1},{age}\n" for age in range(event["trees"]))
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="table/trees.csv", Body=rows.encode())
    return {"table": f"s3://{os.environ['BUCKET']}/table/"}
