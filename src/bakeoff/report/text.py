"""How values are written: for people, and so that no character of the data can break the page."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from bakeoff.domain.verdict.wording import p_figure

NOTHING = "—"
_LONGEST_NAME = 80
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
# What XML 1.0 forbids, lone surrogates included: a page with them is no UTF-8, a picture with them no SVG.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(value: object) -> object:
    """`value` itself, or its text with every character that cannot be shown replaced by U+FFFD."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return clean(value)


def clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)


def shortened(name: str, most: int = _LONGEST_NAME) -> str:
    """Of columns and classes, whose names may be as long as anything."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def told_apart(names: Sequence[str], most: int = _LONGEST_NAME) -> list[str]:
    """Different names of classes as different texts of one line: in quotes where blanks would be lost,
    without what cannot be seen, cut, and with the class's number where two look alike all the same.
    """
    escaped = (
        "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in name)
        for name in names
    )
    joined = ((name, " ".join(name.split())) for name in escaped)
    shown = [shortened(text if name == text != "" else f"“{name}”", most) for name, text in joined]
    alike = Counter(shown)
    return [
        name if alike[name] == 1 else f"{name} (class {place})" for place, name in enumerate(shown, start=1)
    ]


def number(value: float | None, digits: int = 4) -> str:
    """`value` with `digits` significant digits, thousands grouped; scientific only where it must be."""
    if value is None:
        return NOTHING
    if value and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{_decimals(value, digits)}f}"


def roughly(count: int) -> str:
    """For an estimate: two digits, as in the verdict's sentence."""
    return f"{float(f'{count:.2g}'):,.0f}"


def fixed(value: float | None, decimals: int) -> str:
    """For values of a known scale, such as R²: -0.0002 is 0 there and no four digits of its own."""
    if value is None or abs(value) >= 1e4:
        return number(value)
    return f"{round(value, decimals) + 0.0:.{decimals}f}"  # + 0.0: never "-0.000"


def moment(stamp: str) -> str:
    """An ISO 8601 time in UTC as people write it; whatever else it is, as it stands."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return stamp


def signed(value: float | None, digits: int = 3) -> str:
    return NOTHING if value is None else ("+" if value > 0 else "") + number(value, digits)


def as_sure_as(value: float, half_width: float) -> str:
    """`value` with as many decimals as two digits of its interval's half width need."""
    if not 1e-9 < half_width < 1e9:
        return f"{signed(value)} ± {number(half_width, 2)}"
    decimals = max(0, 1 - math.floor(math.log10(half_width)))
    return f"{round(value, decimals) + 0.0:+,.{decimals}f} ± {half_width:,.{decimals}f}"


def probability(value: float | None) -> str:
    return NOTHING if value is None else p_figure(value)


def percent(share: float) -> str:
    return f"{100 * share:.4g}%"


def size(count: int) -> str:
    """Bytes in the decimal unit that reads best."""
    power = min((len(str(count)) - 1) // 3, len(_UNITS) - 1)
    return f"{count / 1000**power:,.1f} {_UNITS[power]}" if power else plural(count, "byte")


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def listed(items: Sequence[str], most: int = 8) -> str:
    """Items as one text that a person can still listen to: after `most` of them only how many remain."""
    rest = len(items) - most
    return "; ".join(items[:most]) + (f"; and {rest} more" if rest > 0 else "") + "."


def _decimals(value: float, digits: int) -> int:
    if float(value).is_integer():
        return 0
    if abs(value) >= 1:
        return max(0, digits - len(str(int(abs(value)))))
    # Below 1, zeros after the point are no significant digits.
    exponent = int(f"{abs(value):e}".rpartition("e")[2])
    return max(0, digits - 1 - exponent)
