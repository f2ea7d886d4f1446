"""H3 parents in SQL without an extension; a cell is of the resolution that its row says."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The index of an H3 cell: its resolution in bits 52..55, then a digit of three bits for each of 15
# resolutions; digits finer than the cell's own are 7. `geo.cells.parents_of` is the same in numpy.
CELL_PARENT = """
CREATE FUNCTION bando.cell_parent(cell bigint, resolution integer) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN resolution BETWEEN 0 AND (cell >> 52) & 15 THEN
        (cell & ~(15::bigint << 52)) | (resolution::bigint << 52)
            | ((1::bigint << (3 * (15 - resolution))) - 1)
    END
$$;
GRANT EXECUTE ON FUNCTION bando.cell_parent(bigint, integer) TO bando_operator, bando_service;
COMMENT ON FUNCTION bando.cell_parent(bigint, integer) IS
    'Ancestor of an H3 cell at a coarser resolution, or the cell at its own; NULL for a finer one';
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(CELL_PARENT)
    op.create_check_constraint(
        op.f("ck_cell_count_cell_of_resolution"), "cell_count", "(cell >> 52) & 15 = resolution"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_cell_count_cell_of_resolution"), "cell_count", type_="check")
    op.execute("DROP FUNCTION bando.cell_parent(bigint, integer)")
