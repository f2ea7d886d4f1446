"""Files of every kind of import, long enough that bringing one in lasts; the country of squares."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd

from geo.boundaries import Register
from geo.store import register
from tests.support import small_world as world
from tests.support.squares import AFTER, frame, register_for, square

_OLD = tuple(code for code, _, _ in world.OLD)
_NEW = tuple(code for code, _, _ in world.NEW)
TODAY = "2026-01-31"
MORE = {"patrol-areas": ("--default", "kind=dia_ban_tuan_tra")}


def _months(first: date, end: date) -> Iterator[date]:
    day = first
    while day < end:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def _unit_months() -> Iterator[tuple[str, date]]:
    for day in _months(date(2023, 1, 1), date(2026, 1, 1)):
        for code in _OLD if day < world.REFORM_DAY else _NEW:
            yield code, day


def _observations(count: int) -> Iterator[str]:
    names = [f"I{n:02d}" for n in (1, 6, 8, 9)]
    yield ";".join(["ma", "ky", *names])
    for n, (code, day) in zip(range(count), _unit_months(), strict=False):
        yield ";".join([code, f"M{day:%Y-%m}", *(str(n + at) for at in range(len(names)))])


def _population(count: int) -> Iterator[str]:
    yield "ma;ngay;loai dan so;dan so"
    for n in range(count):
        day = date(2025, 7, 1) + timedelta(days=n // 6)
        yield f"{_NEW[n % 6]};{day:%d/%m/%Y};thuong_tru;{1000 + n}"


def _submissions(count: int) -> Iterator[str]:
    yield "ma;ky;ngay nop"
    for n in range(count):
        day = date(2025, 8, 1) + timedelta(days=n // 6 % 180)
        yield f"{_NEW[n % 6]};{('M2025-07', 'M2025-08')[n // 1080 % 2]};{day:%d/%m/%Y}"


def _assessments(count: int) -> Iterator[str]:
    yield "ma;ky;buoc;de nghi"
    for _, (code, day) in zip(range(count), _unit_months(), strict=False):
        yield f"{code};M{day:%Y-%m};ra_soat;loai_2"


def _campaigns(count: int) -> Iterator[str]:
    yield "ma;ma so;loai;tu ngay;den ngay;han bao cao"
    for n in range(count):
        yield f"{_NEW[n % 6]};C-{n};dot_cao_diem;01/12/2025;30/12/2025;04/01/2026"


def _models(count: int) -> Iterator[str]:
    yield "ma xa;ma so;loai;trang thai;ngay"
    for n in range(count):
        yield f"{_NEW[n % 6]};M-{n};truong_hoc;dang_hoat_dong;05/09/2025"


def _subcommunes(count: int) -> Iterator[str]:
    yield "ma xa;ma thon;ten thon;tu ngay"
    for n in range(count):
        yield f"{_NEW[n % 6]};T-{n};Thôn số {n};01/07/2025"


def _statuses(count: int) -> Iterator[str]:
    yield "ma xa;ma thon;ngay;da ra soat;niem yet duong day nong"
    for n in range(count):
        yield f"{_NEW[n % 6]};T-{n};15/12/2025;x;chưa"


def _spot(n: int) -> tuple[float, float]:
    return 105.002 + n % 250 * 0.0031, 20.005 + n // 250 % 90 * 0.001


def _facilities(count: int) -> Iterator[str]:
    yield "ma;loai;tu ngay;kinh do;vi do"
    for n in range(count):
        lng, lat = _spot(n)
        yield f"S-{n};truong_hoc;01/07/2025;{lng:.5f};{lat:.5f}"


def _routes(count: int) -> Iterator[str]:
    yield "ma;loai;tu ngay;wkt"
    for n in range(count):
        lng, lat = _spot(n)
        line = f"LINESTRING ({lng:.5f} {lat:.5f}, {lng + 0.12:.5f} {lat:.5f})"
        yield f'R-{n};tuyen_trong_diem;01/07/2025;"{line}"'


def _areas(count: int) -> Iterator[str]:
    yield "ma;tu ngay;wkt"
    for n in range(count):
        lng, lat = _spot(n)
        ring = ((0, 0), (0.12, 0), (0.12, 0.01), (0, 0))
        told = ", ".join(f"{lng + x:.5f} {lat + y:.5f}" for x, y in ring)
        yield f'A-{n};01/07/2025;"POLYGON (({told}))"'


def _hotspots(count: int) -> Iterator[str]:
    yield "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay"
    for n in range(count):
        lng, lat = _spot(n)
        yield f"D{n};{lng:.5f};{lat:.5f};diem_phuc_tap;listed;02/03/2025"
        yield f"D{n};{lng:.5f};{lat:.5f};diem_phuc_tap;eliminated;09/08/2025"


def _patrols(count: int) -> Iterator[str]:
    yield "ca;kinh_do;vi_do;thoi_gian"
    begin = datetime(2025, 12, 2, 1, 0, tzinfo=UTC)
    for n in range(count):
        shift, at = divmod(n, 200)
        when = begin + timedelta(hours=shift, seconds=10 * at)
        yield f"C{shift};{105.01 + at * 0.0015:.5f};20.05;{when.isoformat()}"


_LINES: dict[str, Callable[[int], Iterator[str]]] = {
    "observations": _observations,
    "population": _population,
    "submissions": _submissions,
    "assessments": _assessments,
    "campaigns": _campaigns,
    "models": _models,
    "subcommunes": _subcommunes,
    "subcommune-status": _statuses,
    "facilities": _facilities,
    "routes": _routes,
    "patrol-areas": _areas,
    "hotspots": _hotspots,
    "patrols": _patrols,
}
KINDS = tuple(_LINES)


def write_file(path: Path, kind: str, *, count: int) -> Path:
    """Write a file of a kind with about so many rows."""
    path.write_text("".join(f"{line}\n" for line in _LINES[kind](count)), encoding="utf-8-sig")
    return path


def many_communes(*, across: int = 24, down: int = 12) -> gpd.GeoDataFrame:
    """Give squares in two provinces, for a set of the day of the reform."""
    numbers = range(across * down)
    rows = {
        "code": [f"{n + 1:05d}" for n in numbers],
        "name": [f"Xã Số {n + 1}" for n in numbers],
        "kind": ["xã" for _ in numbers],
        "province_code": ["01" if n % across < across // 2 else "02" for n in numbers],
        "province": ["Tỉnh Bắc" if n % across < across // 2 else "Tỉnh Nam" for n in numbers],
    }
    return frame(rows, [square(n % across, row=n // across) for n in numbers], day=AFTER)


def hold_against_them() -> None:
    """Make the register that sets are held against agree with `many_communes`."""
    small = register_for(many_communes(), stated_on=AFTER)

    def read(*, districts: bool) -> Register:
        return small

    register.read_register = read


def save_boundaries(path: Path) -> Path:
    """Write `many_communes` as a file that an office sends."""
    many_communes().drop(columns="assessable").to_file(path)
    return path
