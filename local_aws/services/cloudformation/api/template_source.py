"""Where the template of a request comes from: its body, an S3 URL, or the stack that exists.

moto 5.2.5 takes `http://127.0.0.1/bucket/key` for a bucket named 127.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from local_aws.core.instance import current_instance
from local_aws.services.cloudformation.engine.stack import Stack
from local_aws.services.cloudformation.errors import refuse
from local_aws.services.cloudformation.shapes import boolean

_BUCKET_HOST = re.compile(r"(?P<bucket>.+)\.s3[.-].*amazonaws\.com(\.cn)?")


def template_text(response: Any, stack: Stack | None) -> str:
    """The template that the request submits; exactly one source must be given."""
    body, url = response._get_param("TemplateBody"), response._get_param("TemplateURL")
    previous = boolean(response._get_param("UsePreviousTemplate", False))
    if [bool(body), bool(url), previous].count(True) != 1:
        refuse("You must specify exactly one of TemplateBody, TemplateURL and UsePreviousTemplate.")
    if not previous:
        return str(body) if body else _from_s3(str(url))
    if stack is None or stack.blueprint is None:
        refuse("There is no previous template.")
    return stack.blueprint.original


def bucket_and_key(url: str) -> tuple[str, str]:
    """Bucket and key of an S3 object URL, path style or virtual-hosted."""
    parts = urlsplit(url)
    path = unquote(parts.path.lstrip("/"))
    if hosted := _BUCKET_HOST.fullmatch(parts.hostname or ""):
        return hosted["bucket"], path
    bucket, _, key = path.partition("/")
    return bucket, key


def _from_s3(url: str) -> str:
    bucket, key = bucket_and_key(url)
    client = current_instance().client("s3")
    try:
        body: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (client.exceptions.NoSuchKey, client.exceptions.NoSuchBucket):
        refuse(f"S3 error: The specified key does not exist. ({url})")
    return body.decode()
