"""Plain lines and framed entries of one stream."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.lambda_.environments.output import entries

LINES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\0"), min_size=1)
RECORDS = st.text(alphabet=st.characters(codec="utf-8"), min_size=1).filter(
    lambda text: text.rstrip("\n") != ""
)


def framed(text: str) -> bytes:
    content = text.encode()
    return b"\xa5\x5a\x00\x0a" + len(content).to_bytes(4, "big") + bytes(8) + content


@given(st.lists(st.tuples(st.booleans(), LINES, RECORDS)))
def test_every_line_and_every_record_is_one_entry_in_its_order(parts: list[tuple[bool, str, str]]) -> None:
    stream = b"".join(
        framed(record) if is_record else f"{line}\n".encode() for is_record, line, record in parts
    )

    assert entries(stream) == [
        record.rstrip("\n") if is_record else line for is_record, line, record in parts
    ]


def test_what_is_not_utf8_is_shown_as_far_as_possible() -> None:
    assert entries(b"\xff\xfeabc\n") == ["\ufffd\ufffdabc"]


def test_text_that_begins_like_a_frame_is_text() -> None:
    # The last byte of its first character is a5, and the Z is 5a.
    assert entries("奥Z and sixteen more bytes".encode()) == ["奥Z and sixteen more bytes"]
