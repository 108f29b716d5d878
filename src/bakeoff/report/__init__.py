"""The report of a comparison."""

from bakeoff.report.page import render, verdict_sentence

__all__ = ["render", "verdict_sentence"]
