"""What lies beside data without being any: told by its name, or by how it begins."""

from __future__ import annotations

import re

# Left by file managers, synchronisers, Hadoop and Spark; Hadoop's other names begin with an underscore, too.
_SYSTEM_NAMES = frozenset(
    {
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "__macosx",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "_success",
        "_temporary",
        "_metadata",
        "_common_metadata",
        "_delta_log",
        "__pycache__",
    }
)
_SYSTEM_PATTERN = re.compile(
    r"\..*|~\$.*|.*~|.*\.(?:crc|swp|tmp|part|crdownload|partial)|_(?:committed|started)_.*|.*_\$folder\$",
    re.IGNORECASE | re.DOTALL,
)
_DATA_NAME = re.compile(r"\.(?:csv|tsv|tab|psv|data|dat|libsvm|svm|svmlight)(?:\.gz)?$", re.IGNORECASE)
_NO_TABLES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"{\\rtf", "a text document"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|svg)\b", re.IGNORECASE)


def is_system_name(key: str) -> bool:
    """Whether a folder or the file itself is named as systems name what they hide from people."""
    return any(
        part.lower() in _SYSTEM_NAMES or bool(_SYSTEM_PATTERN.fullmatch(part)) for part in key.split("/")
    )


def is_named_as_data(key: str) -> bool:
    """Whether an object is meant as data, whatever it holds."""
    return bool(_DATA_NAME.search(key))


def no_table(head: bytes) -> str | None:
    """What an object is that plainly holds no table: "an image"."""
    if _MARKUP.match(head):
        return "a web page"
    return next((kind for magic, kind in _NO_TABLES if head.startswith(magic)), None)
