"""A definition is parsed once.

moto 5.2.5 parses it twice when it is created and again at every start, which takes longer than executing it.
What parsing makes holds nothing of an execution.
"""

from __future__ import annotations

from functools import lru_cache

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from local_aws.core.patching import replace

_KEPT = 32


def apply() -> None:
    parse = staticmethod(lru_cache(maxsize=_KEPT)(AmazonStateLanguageParser.parse))
    replace(AmazonStateLanguageParser, parse=parse)
