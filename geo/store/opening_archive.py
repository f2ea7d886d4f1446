"""Takes the one data file out of an archive, or says everything that speaks against it.

What an archive says of itself is used only to refuse early; the limits hold on the bytes that
really come out. Names in it are never used as names on the disk.
"""

import contextlib
import re
import stat
import unicodedata
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from geo.errors import Detail, Finding, Refused
from geo.legacy_text import DECODERS
from geo.store.opening_kinds import KINDS
from geo.store.opening_limits import Limits
from geo.store.personal import value_looks_personal

ARCHIVES = frozenset({".zip", ".kmz"})
_NESTED = frozenset(
    {
        *(".zip", ".kmz", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".tbz", ".xz", ".zst"),
        *(".lz", ".lzma", ".cab", ".iso", ".arj", ".jar"),
    }
)
# Folders and files that computers leave in archives by themselves.
_LEFTOVERS = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)")
_DRIVE = re.compile(r"[A-Za-z]:")
METHODS = (ZIP_STORED, ZIP_DEFLATED)
_ENTRY_SIGNATURE = b"PK\x01\x02"
_FLAG_ENCRYPTED, _FLAG_UTF8 = 0x1, 0x800
_SHOWN = 10


def unpack(path: Path, folder: Path, *, kinds: Collection[str], limits: Limits) -> Path:
    """Unpack the one data file of an archive with the parts that belong to it.

    Parameters
    ----------
    path
        A .zip or .kmz.
    folder
        Where to; empty and private.
    kinds
        Endings of data files that are wanted.
    limits
        Held on bytes that come out.

    Raises
    ------
    Refused
        With the code of the first finding when there are several: ``file_archive_broken``,
        ``_entries``, ``_encrypted``, ``_link``, ``_name_unsafe``, ``_nested``, ``_method``,
        ``_too_large``, ``_ratio``, ``_several``, ``_empty``, and ``file_name_personal``.
    """
    try:
        count_entries(path, limits=limits)
        with ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            findings = list(_judge(archive.infolist()))
            data = [one for one in entries if not _LEFTOVERS.search(_posix(one))]
            wanted = [one for one in data if _suffix(one) in kinds]
            findings += _judge_choice(wanted, path=path, kinds=kinds)
            if findings:
                _refuse(findings)
            return _take(archive, _with_parts(wanted[0], data), folder, limits=limits, path=path)
    except (BadZipFile, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError) as error:
        raise Refused("file_archive_broken", name=path.name) from error


def bounded(
    source: IO[bytes], *, packed: int, limits: Limits, before: int, most: int
) -> Iterator[bytes]:
    """Give what comes out of an archive chunk by chunk, and stop where it is too much.

    Parameters
    ----------
    source
        An opened entry.
    packed
        Bytes it takes up in the archive, at most the size of the archive itself.
    limits
        For the ratio and the sum.
    before
        Bytes that came out of the archive earlier.
    most
        Bytes that may come out in all.

    Raises
    ------
    Refused
        ``file_archive_too_large`` or ``file_archive_ratio``.
    """
    written = 0
    while chunk := source.read(limits.chunk_bytes):
        written += len(chunk)
        if before + written > most:
            raise Refused("file_archive_too_large", limit=round(most / 1e6))
        if written > limits.ratio_free_bytes and written > limits.ratio * max(packed, 1):
            raise Refused("file_archive_ratio", limit=limits.ratio)
        yield chunk


def count_entries(path: Path, *, limits: Limits) -> None:
    """Refuse an archive of too many entries before a list of them is made.

    Each entry of the list begins with a signature, so that their number bounds that of the
    entries, whatever the end of the archive claims.
    """
    count, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(limits.chunk_bytes):
            count += (tail + chunk).count(_ENTRY_SIGNATURE)
            tail = chunk[-(len(_ENTRY_SIGNATURE) - 1) :]
            if count > limits.archive_entries:
                raise Refused("file_archive_entries", limit=limits.archive_entries)


def is_encrypted(entry: ZipInfo) -> bool:
    """Tell whether an entry of an archive stands under a password."""
    return bool(entry.flag_bits & _FLAG_ENCRYPTED)


def _judge(entries: Collection[ZipInfo]) -> Iterator[Finding]:
    """Find everything in an archive that has no place there; a name is told by its number only."""
    for row, entry in enumerate(entries, start=1):
        mode = entry.external_attr >> 16
        kind = stat.S_IFMT(mode)
        # As it stands in the archive: `filename` ends at a NUL.
        if _is_unsafe(entry.orig_filename):
            yield Finding("file_archive_name_unsafe", row=row)
        if any(
            value_looks_personal(PurePosixPath(name).stem, use="file_name")
            for name in _readings(entry)
        ):
            yield Finding("file_name_personal", row=row)
        if is_encrypted(entry):
            yield Finding("file_archive_encrypted", row=row)
        if kind and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            yield Finding("file_archive_link", row=row)
        if _suffix(entry) in _NESTED:
            yield Finding("file_archive_nested", row=row)
        if entry.compress_type not in METHODS:
            yield Finding("file_archive_method", row=row)


def _judge_choice(
    wanted: Collection[ZipInfo], *, path: Path, kinds: Collection[str]
) -> Iterator[Finding]:
    details: dict[str, Detail] = {"name": path.name}
    if not wanted:
        yield Finding("file_archive_empty", details={**details, "kinds": " ".join(sorted(kinds))})
    if len(wanted) > 1:
        shown = [
            one
            for one in map(_shown_name, wanted)
            if not value_looks_personal(one, use="file_name")
        ]
        more = "" if len(shown) <= _SHOWN else ", …"
        listed = ", ".join(shown[:_SHOWN]) + more
        told: dict[str, Detail] = {**details, "count": len(wanted), "files": listed}
        yield Finding("file_archive_several", details=told)


def _refuse(findings: list[Finding]) -> None:
    first = findings[0]
    more = findings if len(findings) > 1 or first.row is not None else ()
    raise Refused(first.code, findings=more, **first.details)


def _with_parts(chosen: ZipInfo, data: Collection[ZipInfo]) -> list[ZipInfo]:
    """Give an entry and those that belong to it by name, one of each ending."""
    kind = KINDS[_suffix(chosen)]
    own = PurePosixPath(_posix(chosen)).with_suffix("")
    parts = {
        _suffix(one): one
        for one in data
        if _suffix(one) in kind.parts
        and str(PurePosixPath(_posix(one)).with_suffix("")).casefold() == str(own).casefold()
    }
    return [chosen, *parts.values()]


def _take(
    archive: ZipFile, entries: list[ZipInfo], folder: Path, *, limits: Limits, path: Path
) -> Path:
    """Write entries under a name of our own; the first is the data file."""
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise Refused("file_archive_too_large", limit=round(limits.archive_bytes / 1e6))
    size = path.stat().st_size
    written = 0
    for entry in entries:
        target = folder / f"data{_suffix(entry)}"
        with archive.open(entry) as source, target.open("xb") as out:
            packed = min(entry.compress_size, size)
            chunks = bounded(
                source, packed=packed, limits=limits, before=written, most=limits.archive_bytes
            )
            for chunk in chunks:
                out.write(chunk)
                written += len(chunk)
    return folder / f"data{_suffix(entries[0])}"


def _posix(entry: ZipInfo) -> str:
    # Some programs of Windows write their own separator.
    return entry.filename.replace("\\", "/")


def _suffix(entry: ZipInfo) -> str:
    return PurePosixPath(_posix(entry)).suffix.lower()


def _is_unsafe(name: str) -> bool:
    plain = name.replace("\\", "/")
    return (
        plain.startswith("/")
        or _DRIVE.match(plain) is not None
        or ".." in plain.split("/")
        or any(unicodedata.category(sign) == "Cc" for sign in plain)
    )


def _readings(entry: ZipInfo) -> tuple[str, ...]:
    """Read a name in every way that it may be meant; without a mark it is in no known encoding."""
    names = [entry.filename]
    if not entry.flag_bits & _FLAG_UTF8:
        raw = entry.orig_filename.encode("cp437", errors="replace")
        names += [raw.decode(encoding, errors="replace") for encoding in ("utf-8", "cp1258")]
        names += [decode(raw.decode("latin-1")) for decode in DECODERS.values()]
    return tuple(unicodedata.normalize("NFC", name) for name in names)


def _shown_name(entry: ZipInfo) -> str:
    """Give a name for people: in UTF-8 where it is that, whatever the archive says."""
    name = _posix(entry)
    if not entry.flag_bits & _FLAG_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)
