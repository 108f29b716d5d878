from __future__ import annotations

from scripts.index_decisions import INDEX, decisions, index


def test_the_index_is_what_the_decisions_say() -> None:
    assert INDEX.read_text("utf-8") == index(), "run `make decisions`"


def test_decisions_are_numbered_as_their_files_from_1() -> None:
    found = list(decisions())

    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(each.file.startswith(f"{each.number:04d}-") for each in found)


def test_a_status_is_one_of_three() -> None:
    statuses = {each.status.split(" by ")[0] for each in decisions()}

    assert statuses <= {"accepted", "proposed", "superseded"}
