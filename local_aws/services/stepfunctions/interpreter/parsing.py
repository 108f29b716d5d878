"""A definition is parsed once, and a percentage may be a whole number.

moto 5.2.5 parses it twice when it is created and again at every start, which takes longer than executing it;
its grammar takes ToleratedFailurePercentage with a decimal point only. What parsing makes holds nothing of an
execution.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from local_aws.core.patching import replace, wrap

_KEPT = 32
_WHOLE_PERCENTAGE = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?=\s*[,}])')


def _with_decimal_point(original: Any, definition: str) -> Any:
    return original(_WHOLE_PERCENTAGE.sub(r"\1.0", definition))


def apply() -> None:
    wrap(AmazonStateLanguageParser, "parse", _with_decimal_point)
    parse = staticmethod(lru_cache(maxsize=_KEPT)(AmazonStateLanguageParser.parse))
    replace(AmazonStateLanguageParser, parse=parse)
