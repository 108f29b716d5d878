from __future__ import annotations

import json

from benchmarks.verdict.records import text_of


def test_a_measurement_is_a_line_with_six_digits() -> None:
    measured = {"cores": 2, "rates": [{"share": 1 / 3, "of": [1, 2.0]}, {"share": 1e-9 / 7}]}

    text = text_of(measured)

    assert text.splitlines()[2:5] == [
        ' "rates": [',
        '  {"share": 0.333333, "of": [1, 2.0]},',
        '  {"share": 1.42857e-10}',
    ]
    assert json.loads(text)["cores"] == 2
