"""Files that hold data in a way that a comparison does not read, told by their first bytes."""

from __future__ import annotations

import re

from bakeoff.domain.reading.parquet.table import is_parquet

_UNPACK = "unpack it and upload the files that it holds"
_EXPORT = "export it as CSV"
_ZIP = b"PK\x03\x04"
_MAGIC = (
    (b"BZh", "is packed with bzip2", "unpack it (bunzip2), or pack it with gzip"),
    (b"\xfd7zXZ\x00", "is packed with xz", "unpack it (unxz), or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "is packed with Zstandard", "unpack it (unzstd), or pack it with gzip"),
    (b"\x04\x22\x4d\x18", "is packed with lz4", "unpack it (unlz4), or pack it with gzip"),
    (b"\xff\x06\x00\x00sNaPpY", "is packed with snappy", "unpack it, or pack it with gzip"),
    (b"\x1f\x9d", "is packed with compress", "unpack it (uncompress), or pack it with gzip"),
    (b"LZIP", "is packed with lzip", "unpack it (lzip -d), or pack it with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "is a RAR archive", _UNPACK),
    (b"PK\x05\x06", "is an empty zip archive", "remove it"),
    (b"ORC", "is an ORC file", _EXPORT),
    (b"Obj\x01", "is an Avro file", _EXPORT),
    (b"ARROW1", "is an Arrow file", _EXPORT),
    (b"FEA1", "is a Feather file", _EXPORT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook", _EXPORT),
    (b"SQLite format 3\x00", "is a SQLite database", _EXPORT),
    (b"\x89HDF\r\n\x1a\n", "is an HDF5 file", _EXPORT),
    (b"\x93NUMPY", "is a NumPy array", _EXPORT),
    (b"<stata_dta>", "is a Stata file", _EXPORT),
    (b"$FL2", "is an SPSS file", _EXPORT),
    (b"MATLAB 5.0", "is a MATLAB file", _EXPORT),
    (b"RDX", "is an R data file", _EXPORT),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_ARFF = re.compile(rb"(?:\xef\xbb\xbf)?(?:%[^\n]*\n|\s)*+@relation\b", re.IGNORECASE)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b")
_TAR_BLOCK = 512
_CHECKSUM = slice(148, 156)


def container_of(head: bytes) -> tuple[str, str] | None:
    """What an object is, as "is a zip archive", and what to do with it; None for anything else."""
    if head.startswith(_ZIP):
        return _zipped(head)
    if _is_tar(head):
        return "is a tar archive", _UNPACK
    if _PICKLE.match(head):
        return "is a pickled Python object", _EXPORT
    if _ARFF.match(head):
        return "is an ARFF file", _EXPORT
    if _XML.match(head):
        return "is an XML document", f"{_EXPORT}, or remove it if it holds no table"
    if is_parquet(head):
        return "is a Parquet file", "unpack it, as Parquet is packed within"
    return next(((kind, cure) for magic, kind, cure in _MAGIC if head.startswith(magic)), None)


def _zipped(head: bytes) -> tuple[str, str]:
    if b"xl/" in head:
        return "is an Excel workbook", _EXPORT
    if b"opendocument.spreadsheet" in head:
        return "is an OpenDocument spreadsheet", _EXPORT
    if b"word/" in head or b"ppt/" in head:
        return "is an Office document", "remove it, or export its table as CSV"
    return "is a zip archive", _UNPACK


def _is_tar(head: bytes) -> bool:
    """By its checksum, which old archives without the word ustar have, too."""
    block = head[:_TAR_BLOCK]
    stated = block[_CHECKSUM].strip(b" \0")
    if len(block) < _TAR_BLOCK or not re.fullmatch(rb"[0-7]+", stated):
        return False
    blanked = block[:148] + b" " * 8 + block[156:]
    return int(stated, 8) == sum(blanked)
