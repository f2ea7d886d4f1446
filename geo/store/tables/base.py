"""What all tables share: their `MetaData`, value lists, and small makers of columns."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    Text,
    func,
)

UNIT_KEY_SHIFT = 20
SRID = 4326

LEVELS = ("country", "province", "district", "commune")
CLASSES = ("loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy", "chua_danh_gia")
HOTSPOT_KINDS = (
    "diem_phuc_tap",
    "tu_diem_phuc_tap",
    "diem_ban_le",
    "diem_to_chuc_chua_chap",
    "diem_nguy_co",
)
HOTSPOT_STATES = (
    "suspected",
    "listed",
    "in_action",
    "eliminated",
    "neutralised",
    "watched",
    "reformed",
    "delisted",
)
CHANGE_KINDS = ("unchanged", "rename", "merge", "split", "transfer", "abolish")
CHANGE_SOURCES = ("list", "overlay")
WEIGHT_BASES = ("population", "area", "addresses", "none")
PROVENANCES = ("reported", "computed", "imported", "simulated")
# Layers beside the figures: places by kind only (DOMAIN.md, Facility), lines, areas. Barracks and
# other military sites have no kind on purpose (N10).
FEATURE_KINDS = (
    "co_so_y_te",
    "co_so_cai_nghien",
    "co_so_methadone",
    "truong_hoc",
    "khu_cong_nghiep",
    "cua_khau",
    "tuyen_trong_diem",
    "dia_ban_tuan_tra",
    "tuyen_tuan_tra",
)
SUBCOMMUNE_KINDS = (
    "thon",
    "xom",
    "ban",
    "buon",
    "ap",
    "khom",
    "khu",
    "khu_pho",
    "to_dan_pho",
)
# What I22 asks of a sub-commune; the last holds a status of a model (I23).
SUBCOMMUNE_ITEMS = (
    "ra_soat",
    "cam_ket_truong_to",
    "cam_ket_truong_dong_ho",
    "cam_ket_hieu_truong",
    "cam_ket_co_so_kinh_doanh",
    "niem_yet_duong_day_nong",
    "mo_hinh",
)
MODEL_KINDS = ("to_dan_pho", "truong_hoc", "doan_the", "dong_ho", "co_quan", "khac")
MODEL_STATES = ("dang_hoat_dong", "khong_hieu_qua", "da_thanh_loai")
TARGET_MARKS = ("dat", "dang_thuc_hien", "chua_dat")
CAMPAIGN_KINDS = ("thang_hanh_dong", "dot_cao_diem", "tong_khao_sat")
POPULATION_BASES = ("dang_cu_tru", "thuong_tru", "tong_dieu_tra", "uoc_tinh")
WORKFLOW_STATES = (
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
)
PERSON_DERIVED_INDICATORS = ("I06", "I07", "I08", "I09", "I10", "I11", "I12")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def one_of(column: str, values: tuple[str, ...], *, name: str) -> CheckConstraint:
    """Make a check that a column holds one of some values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def recorded_at() -> Column[object]:
    """Make the column that says when a row came in."""
    return Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def fact_columns() -> tuple[Column[object] | CheckConstraint, ...]:
    """Make the columns that every imported fact bears: origin, import, when recorded."""
    return (
        Column("provenance", Text, nullable=False),
        Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
        recorded_at(),
        one_of("provenance", PROVENANCES, name="provenance"),
    )
