"""Opens a file that an office sends, safely, for every kind of import.

    with opened(path, kinds=BOUNDARY_KINDS) as file:
        frame = pyogrio.read_dataframe(file.path)

An archive (.zip, .kmz) is unpacked into a private folder that is gone afterwards. Nothing is
believed that a file says of itself: not its ending, not the sizes in an archive. All work is done
in chunks, so that memory stays bounded however large a file or a line of it is.

    opening            which file, how large, what it is called, the parts that belong to it
    opening_archive    what an archive may hold, and one file out of it
    opening_contents   whether the content is what the ending says, and harmless
    opening_sheet      how many cells a workbook claims
    opening_kinds      the kinds of files; opening_limits: how much is too much
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Finding, NotFound, Refused
from geo.personal.parts import FINDERS, find_personal_in_parts
from geo.store.opening_archive import ARCHIVES, unpack
from geo.store.opening_contents import check_contents, kind_of
from geo.store.opening_kinds import KINDS
from geo.store.opening_limits import Limits
from geo.store.personal import known_places, value_looks_personal
from geo.store.private_folder import private_folder

__all__ = ["Limits", "OpenedFile", "opened"]

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The one data file to read.

    Parameters
    ----------
    path
        Where it lies: as sent, or unpacked. Gone when the context ends, if it was unpacked.
    suffix
        Its ending in small letters, by its content where offices mix two (.xls and .xlsx).
    name
        Of the file as sent, without folders.
    sha256
        Of the file as sent; of a file in parts (shapefile), over the hashes of its parts.
    """

    path: Path
    suffix: str
    name: str
    sha256: str

    def personal_beside(self) -> tuple[Finding, ...]:
        """Find what is about persons beside the cells: comments, properties, names of sheets.

        Every reader asks but that of patrols, which reads files too large to be held and keeps no
        text of them. Columns and cells are judged by the readers.
        """
        if self.suffix not in FINDERS:
            return ()
        content = self.path.read_bytes()
        return find_personal_in_parts(content, suffix=self.suffix, known=known_places())


@contextmanager
def opened(
    path: Path, *, kinds: Collection[str], limits: Limits | None = None
) -> Iterator[OpenedFile]:
    """Give the one data file that a file is or holds.

    Parameters
    ----------
    path
        A file of one of the kinds, or an archive that holds exactly one.
    kinds
        Endings in small letters that the import reads, out of `opening_kinds.KINDS`.
    limits
        Other than the usual ones.

    Raises
    ------
    NotFound
        ``file_missing``.
    Refused
        ``file_name_personal``, ``file_kind_unknown``, ``file_too_large``, ``file_parts_missing``;
        those of `opening_archive.unpack` and of `opening_contents.check_contents`.
    """
    limits = limits or Limits()
    if any(value_looks_personal(name, use="file_name") for name in (path.name, path.stem)):
        # The name is kept with the import for ever, so it is not repeated either.
        raise Refused("file_name_personal")
    if not path.is_file():
        raise NotFound("file_missing", name=path.name)
    suffix = path.suffix.lower()
    if suffix not in kinds and suffix not in ARCHIVES:
        raise Refused("file_kind_unknown", name=path.name, kinds=_listed({*kinds, ".zip"}))
    sent = parts_of(path)
    size = sum(part.stat().st_size for part in sent)
    if size > limits.file_bytes:
        raise Refused(
            "file_too_large",
            name=path.name,
            size=round(size / _MEGA),
            limit=round(limits.file_bytes / _MEGA),
        )
    with private_folder() as private:
        data = path
        if suffix in ARCHIVES:
            data = unpack(path, private, kinds=kinds, limits=limits)
        _check_parts(data, name=path.name)
        suffix = kind_of(data)
        check_contents(data, suffix=suffix, name=path.name, limits=limits)
        if suffix not in kinds:
            raise Refused("file_content_other", name=path.name, suffix=data.suffix.lower())
        yield OpenedFile(data, suffix, path.name, _hash(sent))


def parts_of(path: Path) -> tuple[Path, ...]:
    """Give a file and those that belong to it by name, the file first."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None or not kind.parts:
        return (path,)
    stem = path.stem.casefold()
    others = [
        other
        for other in sorted(path.parent.iterdir())
        if other.suffix.lower() in kind.parts and other.stem.casefold() == stem and other.is_file()
    ]
    return (path, *others)


def _check_parts(path: Path, *, name: str) -> None:
    """Find parts that were left behind: offices often send the .shp alone."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        return
    present = {part.suffix.lower() for part in parts_of(path)}
    missing = [suffix for suffix in kind.needed if suffix not in present]
    if missing:
        raise Refused("file_parts_missing", name=name, parts=_listed(missing))


def _hash(parts: tuple[Path, ...]) -> str:
    digests = []
    for part in parts:
        with part.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256"))
    if len(digests) == 1:
        return digests[0].hexdigest()
    return hashlib.sha256(b"".join(one.digest() for one in digests)).hexdigest()


def _listed(words: Collection[str]) -> str:
    return " ".join(sorted(words))
