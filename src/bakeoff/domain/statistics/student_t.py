"""The distribution function of Student's t, and its inverse.

For whole degrees of freedom it is a finite sum, so that no library of distributions is needed.
Source: M. Abramowitz and I. Stegun (1964), Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
"""

from __future__ import annotations

import math


def student_t_cdf(t: float, degrees: int) -> float:
    """The probability of a value up to `t`, which may be infinite, for at least 1 degree of freedom."""
    if degrees < 1:
        raise ValueError(f"Student's t has at least 1 degree of freedom, not {degrees}")
    return min(max((1 + _within(t, degrees)) / 2, 0.0), 1.0)


def student_t_quantile(probability: float, degrees: int) -> float:
    """The value up to which a t has the `probability`, 0.5 to 0.9999: by bisection, to the last digits."""
    if not 0.5 <= probability <= 0.9999:
        raise ValueError(f"the probability of a quantile is 0.5 to 0.9999, not {probability}")
    low, high = 0.0, 1e4
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if student_t_cdf(middle, degrees) >= probability else (middle, high)
    return high


def _within(t: float, degrees: int) -> float:
    """The probability of a value between -t and t, negative for a negative t."""
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = degrees % 2
    term, terms = (cosine if is_odd else 1.0), []
    for power in range(is_odd, degrees - 1, 2):
        terms.append(term)
        term *= cosine**2 * (power + 1) / (power + 2)
    total = sine * math.fsum(terms)
    return 2 / math.pi * (angle + total) if is_odd else total
