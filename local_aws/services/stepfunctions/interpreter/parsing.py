"""A definition and a path are parsed once, and a percentage may be a whole number.

moto 5.2.5 parses a definition twice when it is created and again at every start, which takes longer than
executing it, and a path (that of a result is `$`, unless a state names another) whenever it is followed; its
grammar takes ToleratedFailurePercentage with a decimal point only. What parsing makes holds nothing of an
execution.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path

from local_aws.core.patching import replace, wrap

_KEPT, _KEPT_PATHS = 32, 1024
_WHOLE_PERCENTAGE = re.compile(r'("ToleratedFailurePercentage"\s*:\s*\d+)(?=\s*[,}])')


def _with_decimal_point(original: Any, definition: str) -> Any:
    return original(_WHOLE_PERCENTAGE.sub(r"\1.0", definition))


def apply() -> None:
    wrap(AmazonStateLanguageParser, "parse", _with_decimal_point)
    parse = staticmethod(lru_cache(maxsize=_KEPT)(AmazonStateLanguageParser.parse))
    replace(AmazonStateLanguageParser, parse=parse)
    for module in (result_path, json_path):
        replace(module, parse=lru_cache(_KEPT_PATHS)(module.parse))
