"""Binary COPY laid out by numpy, read back by PostgreSQL."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from geo.store import copying
from geo.store.copying import POINT_TYPE, ewkb_points, stage_numbers, stage_rows

WORDS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
DAYS = st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2200, 12, 31)))
ROWS = st.lists(
    st.tuples(
        WORDS,
        DAYS,
        st.integers(-(2**63), 2**63 - 1),
        st.one_of(st.none(), st.floats(allow_nan=False)),
        WORDS,
        st.one_of(st.none(), st.decimals("-1e9", "1e9", places=3).map(str)),
    ),
    max_size=12,
)
NAMES = ["word", "day", "number", "measure", "other", "exact"]
TYPES = dict(
    zip(NAMES, ["text", "date", "bigint", "double precision", "text", "numeric"], strict=True)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from([1, 3, 1000]))
def test_rows_come_back_as_they_went(
    operator_conn: Connection, rows: list[tuple[object, ...]], part: int
) -> None:
    frame = pd.DataFrame(rows, columns=NAMES).astype({"number": "int64", "measure": "float64"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copying, "_ROWS_PER_PART", part)
        stage_rows(operator_conn, "stage_any", frame, types=TYPES)
    found = operator_conn.execute(
        text("SELECT word, day, number, measure, other, CAST(exact AS text) FROM stage_any")
    )
    assert [tuple(row) for row in found] == rows


def test_arrays_come_back_as_they_went_and_points_have_their_srid(
    operator_conn: Connection,
) -> None:
    columns = {
        "flag": np.array([True, False]),
        "small": np.array([-7, 7], dtype=np.int16),
        "usual": np.array([-(2**31), 2**31 - 1], dtype=np.int32),
        "large": np.array([-(2**63), 2**63 - 1]),
        "real": np.array([0.1, -np.inf]),
        "place": ewkb_points([105.8342, -180.0], [21.0278, 90.0]),
    }
    stage_numbers(operator_conn, "stage_any", columns)
    found = operator_conn.execute(
        text(
            "SELECT flag, small, usual, large, real, ST_X(place), ST_Y(place), ST_SRID(place),"
            " format_type(a.atttypid, a.atttypmod) FROM stage_any, pg_attribute AS a"
            " WHERE a.attrelid = CAST('stage_any' AS regclass) AND a.attname = 'place'"
        )
    ).all()
    assert [tuple(row) for row in found] == [
        (True, -7, -(2**31), -(2**63), 0.1, 105.8342, 21.0278, 4326, POINT_TYPE),
        (False, 7, 2**31 - 1, 2**63 - 1, -np.inf, -180.0, 90.0, 4326, POINT_TYPE),
    ]


def test_no_rows_make_an_empty_table(operator_conn: Connection) -> None:
    empty = pd.DataFrame({"word": pd.Series([], dtype=object), "number": np.empty(0, np.int64)})
    stage_rows(operator_conn, "stage_any", empty, types={"word": "text", "number": "bigint"})
    assert operator_conn.execute(text("SELECT count(*) FROM stage_any")).scalar_one() == 0


def test_whatever_pandas_keeps_text_in_travels_as_text(operator_conn: Connection) -> None:
    words = ["Đắk Lắk", None, ""]
    frame = pd.DataFrame(
        {"a": pd.Categorical(words), "b": [1, 2, 3], "c": pd.Series(words, dtype="string[pyarrow]")}
    )
    stage_rows(operator_conn, "stage_any", frame, types=dict.fromkeys("abc", "text"))
    found = operator_conn.execute(text("SELECT a, b, c FROM stage_any")).all()
    assert [tuple(row) for row in found] == [
        ("Đắk Lắk", "1", "Đắk Lắk"),
        (None, "2", None),
        ("", "3", ""),
    ]
