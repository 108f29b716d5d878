"""What a person is told: one line of bounded length, in which no credential can be read."""

from __future__ import annotations

import re
import reprlib

MAX_CHARACTERS = 1000
HIDDEN = "[hidden]"
_TAIL_CHARACTERS = 250
_NAMED = (
    r"(?:secret_?(?:access_?)?key|(?:session|access|auth|security)_?token|api_?key|private_?key"
    r"|password|passwd|secret)"
)
# Each keeps what it captures and hides the rest of its match.
_CREDENTIALS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(\b)(?-i:(?:AKIA|ASIA)[0-9A-Z]{16})\b",
        r"([?&]X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"'\\]+",
        r"([?&](?:Signature|AWSAccessKeyId|sig)=)[^&\s\"'\\]+",
        r"(://)[^\s/:@\"'\\]{1,256}:[^\s/@\"'\\]{1,256}(?=@)",
        r"()-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^\"]*",
        rf"(?<![a-z])({_NAMED}[\"']?\s{{0,4}}[=:]\s{{0,4}}[\"']?)[^\s\"',;&}}\\]+",
    )
)


class _Excerpt(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = 60
        self.maxlevel, self.maxdict, self.maxlist = 2, 3, 3

    def repr_str(self, x: str, level: int) -> str:
        # Hidden before it is cut, or else half of a credential could stay.
        return super().repr_str(redacted(x), level)

    def repr_bool(self, x: bool, level: int) -> str:
        return str(x).lower()  # as JSON and YAML spell it, in which people write it

    def repr_NoneType(self, x: None, level: int) -> str:
        return "null"


_EXCERPT = _Excerpt()


def sentence(text: str) -> str:
    """`text` on one line of at most MAX_CHARACTERS, without credentials and what cannot be printed.

    A longer one loses its middle: the cause stands at the beginning, and the cure at the end.
    """
    line = " ".join(redacted(text).split())
    if len(line) > MAX_CHARACTERS:
        line = f"{line[: MAX_CHARACTERS - _TAIL_CHARACTERS - 5]} ... {line[-_TAIL_CHARACTERS:]}"
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )


def redacted(text: str) -> str:
    """`text` with everything that looks like a credential replaced by "[hidden]"."""
    for credential in _CREDENTIALS:
        text = credential.sub(rf"\g<1>{HIDDEN}", text)
    return text


def holds_credential(text: str) -> bool:
    return any(credential.search(text) for credential in _CREDENTIALS)


def excerpt(value: object) -> str:
    """Any value of JSON, texts quoted as Python does, cut to its beginning however large or deep it is."""
    return _EXCERPT.repr(value)
