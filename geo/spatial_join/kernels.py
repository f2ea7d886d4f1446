"""Compiled loops of the grid index: edges into cells, states of cells, points into cells.

Imported on first use only, since numba costs half a second.
All compiled functions stand in this one file because numba's cache looks at one file's content: a
function here must not call one elsewhere that could change without it.

What the numbers mean (the reasons are in `grid`):

    cell        row * columns + column, fine cells
    block       8 x 8 fine cells that an edge may touch
    visit       cell << 32 | edge      the edge may touch the cell; edge `ASK`: leave it to shapely
    event       cell << 32 | edge      the cell's reference is the row's first right of the edge
    coarse      >= 0 block, < 0 a label
    fine        >= 0 position of the cell's program, < 0 a label; label = -2 - index of polygon
    program     number of edges | number of polygons << 16, states at the reference (bits),
                polygons ascending ..., (edge, bits of the polygons that it bounds) ...
                position 0: ask shapely

An edge is named by the vertex it starts at: it ends at the next one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.compiled import compiled

ASK = (1 << 31) - 1
BLOCK_BITS = 3
BLOCK_SIDE = 1 << BLOCK_BITS
MAX_POLYGONS = 31
MAX_EDGES = (1 << 16) - 1
UNDECIDED = -2

# Where in its cell the reference stands, in cells: away from where people draw lines.
_REFERENCE = 0.4637
_UNSURE = 2
# What an edge does on a straight way: nothing, cross it, hold its end, or none of these surely.
_MISSES, _CROSSES, _HOLDS, _UNCLEAR = 0, 1, 2, 3
# det is a difference of two products of differences: its error is below 3.4e-16 of the sum of
# their sizes (Shewchuk 1997, ccwerrboundA). Six times that leaves GEOS's own filter (1e-15) and
# its double-double stage no choice but the same sign.
_ERROR_BOUND = 2e-15
# Products above this are far from where rounding stops being relative.
_NO_UNDERFLOW = 1e-250
_SPLIT = 134217729.0  # 2**27 + 1
_BATCH = 1024


class Frame(NamedTuple):
    """The grid's place: a corner, cells per unit of length, length of a cell, numbers of cells."""

    x0: float
    y0: float
    x1: float
    y1: float
    inv_x: float
    inv_y: float
    step_x: float
    step_y: float
    columns: int
    rows: int
    margin: float


class Uses(NamedTuple):
    """Which polygons use an edge: a list per first vertex, linked; -1 ends it."""

    head: NDArray[np.int32]
    following: NDArray[np.int32]
    polygon: NDArray[np.int32]


@compiled
def _cell_of(v: float, v0: float, inv: float, count: int) -> int:
    """Give the cell along one axis; monotone in v, since -, *, floor and min all are."""
    return min(max(int((v - v0) * inv), 0), count - 1)


@compiled
def _is_exact(a: float, b: float, difference: float) -> bool:
    """Tell whether difference = fl(a - b) is a - b itself (Knuth's two-sum)."""
    back = a - difference
    return (a - (difference + back)) + (back - b) == 0.0


@compiled
def _tail(a: float, b: float, product: float) -> float:
    """Give a * b - fl(a * b) exactly (Dekker)."""
    c = _SPLIT * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLIT * b
    b_high = c - (c - b)
    b_low = b - b_high
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


@compiled
def _turn(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    """Tell the side of p on a -> b: 1 left, -1 right, 0 on the line, `_UNSURE`.

    A certain answer is the exact sign and also the one that GEOS computes.
    """
    left = (ax - px) * (by - py)
    right = (ay - py) * (bx - px)
    det = left - right
    size = abs(left) + abs(right)
    if size > _NO_UNDERFLOW and abs(det) > _ERROR_BOUND * size:
        return 1 if det > 0.0 else -1
    # GEOS's second stage works on these four differences in double-double. Where they are doubles
    # (nearly always so close to an edge) it makes no error and neither do we.
    dx, dy = bx - ax, by - ay
    ex, ey = px - bx, py - by
    if not (
        _is_exact(bx, ax, dx) and _is_exact(by, ay, dy)
        and _is_exact(px, bx, ex) and _is_exact(py, by, ey)
    ):  # fmt: skip
        return _UNSURE
    first, second = dx * ey, dy * ex
    if abs(first) < _NO_UNDERFLOW and dx != 0.0 and ey != 0.0:
        return _UNSURE
    if abs(second) < _NO_UNDERFLOW and dy != 0.0 and ex != 0.0:
        return _UNSURE
    if first != second:
        return 1 if first > second else -1
    first_tail, second_tail = _tail(dx, ey, first), _tail(dy, ex, second)
    if first_tail == second_tail:
        return 0
    return 1 if first_tail > second_tail else -1


@compiled
def _reference(cell: int, v0: float, step: float) -> float:
    return v0 + (cell + _REFERENCE) * step


@compiled
def join_edges(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    x_bits: NDArray[np.uint64],
    y_bits: NDArray[np.uint64],
    ring_start: NDArray[np.int64],
    ring_polygon: NDArray[np.int32],
) -> tuple[NDArray[np.float64], NDArray[np.int32], Uses]:
    """Keep each edge once, however many polygons it bounds: vertices, edges, uses."""
    capacity = 16
    while capacity < 2 * x.size:
        capacity *= 2
    table = np.full(capacity, -1, np.int32)
    vertices = np.empty((x.size + ring_polygon.size, 2), np.float64)
    edges = np.empty(x.size, np.int32)
    head = np.full(vertices.shape[0], -1, np.int32)
    following = np.empty(x.size, np.int32)
    polygon = np.empty(x.size, np.int32)
    vertex_count = edge_count = use_count = 0
    for ring in range(ring_polygon.size):
        last_kept = -1
        for i in range(ring_start[ring], ring_start[ring + 1] - 1):
            j = i + 1
            a, b = (i, j) if (x[i], y[i]) <= (x[j], y[j]) else (j, i)
            mixed = x_bits[a] * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(29)) ^ y_bits[a]) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(32)) ^ x_bits[b]) * np.uint64(0x94D049BB133111EB)
            mixed = (mixed ^ (mixed >> np.uint64(29)) ^ y_bits[b]) * np.uint64(0x9E3779B97F4A7C15)
            slot = np.int64(mixed >> np.uint64(32)) & (capacity - 1)
            while table[slot] >= 0:
                e = table[slot]
                cx, cy, dx, dy = (
                    vertices[e, 0],
                    vertices[e, 1],
                    vertices[e + 1, 0],
                    vertices[e + 1, 1],
                )
                if cx == x[i] and cy == y[i] and dx == x[j] and dy == y[j]:
                    break
                if cx == x[j] and cy == y[j] and dx == x[i] and dy == y[i]:
                    break
                slot = (slot + 1) & (capacity - 1)
            e = table[slot]
            if e < 0:
                if last_kept != i:
                    vertices[vertex_count, 0], vertices[vertex_count, 1] = x[i], y[i]
                    vertex_count += 1
                vertices[vertex_count, 0], vertices[vertex_count, 1] = x[j], y[j]
                e = vertex_count - 1
                vertex_count += 1
                last_kept = j
                table[slot] = e
                edges[edge_count] = e
                edge_count += 1
            polygon[use_count] = ring_polygon[ring]
            following[use_count] = head[e]
            head[e] = use_count
            use_count += 1
    uses = Uses(head[:vertex_count].copy(), following[:use_count], polygon[:use_count])
    return vertices[:vertex_count].copy(), edges[:edge_count], uses


@compiled
def visits_of(
    frame: Frame,
    vertices: NDArray[np.float64],
    edges: NDArray[np.int32],
    visits: NDArray[np.int64],
) -> int:
    """List the cells that each edge may touch: all that it touches, few others.

    Row by row: the part of the edge within the row's span of y gives a span of x. The row's span
    is computed, so it is widened by the margin, which is thousands of times the rounding of it;
    the span of x is widened likewise. By monotony the edge reaches no cell beyond its end points'.
    Writes as many as there is room for; gives their number.
    """
    count = 0
    for e in edges:
        ax, ay, bx, by = vertices[e, 0], vertices[e, 1], vertices[e + 1, 0], vertices[e + 1, 1]
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        west = _cell_of(min(ax, bx), frame.x0, frame.inv_x, frame.columns)
        east = _cell_of(max(ax, bx), frame.x0, frame.inv_x, frame.columns)
        south = _cell_of(ay, frame.y0, frame.inv_y, frame.rows)
        north = _cell_of(by, frame.y0, frame.inv_y, frame.rows)
        for row in range(south, north + 1):
            first, last = west, east
            if south < north and west < east:
                low = max(frame.y0 + row * frame.step_y - frame.margin, ay)
                high = min(frame.y0 + (row + 1) * frame.step_y + frame.margin, by)
                p = ax + (low - ay) / (by - ay) * (bx - ax)
                q = ax + (high - ay) / (by - ay) * (bx - ax)
                first = max(first, _cell_of(
                    min(p, q) - frame.margin, frame.x0, frame.inv_x, frame.columns))  # fmt: skip
                last = min(last, _cell_of(
                    max(p, q) + frame.margin, frame.x0, frame.inv_x, frame.columns))  # fmt: skip
            for column in range(first, last + 1):
                if count < visits.size:
                    visits[count] = np.int64(row * frame.columns + column) << 32 | e
                count += 1
    return count


@compiled
def events_of(
    frame: Frame, vertices: NDArray[np.float64], edges: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each row's line of references crosses the edges: events, visits of `ASK`.

    An edge is within rounding of one reference of a row at most: cells are far wider than that.
    """
    room = 0
    for e in edges:
        south = _cell_of(vertices[e, 1], frame.y0, frame.inv_y, frame.rows)
        north = _cell_of(vertices[e + 1, 1], frame.y0, frame.inv_y, frame.rows)
        room += abs(north - south) + 1
    events = np.empty(room, np.int64)
    asks = np.empty(room, np.int64)
    event_count = ask_count = 0
    for e in edges:
        ax, ay, bx, by = vertices[e, 0], vertices[e, 1], vertices[e + 1, 0], vertices[e + 1, 1]
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        south = _cell_of(ay, frame.y0, frame.inv_y, frame.rows)
        north = _cell_of(by, frame.y0, frame.inv_y, frame.rows)
        for row in range(south, north + 1):
            y = _reference(row, frame.y0, frame.step_y)
            if (ay > y) == (by > y):
                continue
            x = ax + (y - ay) / (by - ay) * (bx - ax)
            column = _cell_of(x, frame.x0, frame.inv_x, frame.columns)
            while (
                column > 0
                and _turn(ax, ay, bx, by, _reference(column - 1, frame.x0, frame.step_x), y) != 1
            ):
                column -= 1
            while column < frame.columns:
                side = _turn(ax, ay, bx, by, _reference(column, frame.x0, frame.step_x), y)
                if side == -1:
                    events[event_count] = np.int64(row * frame.columns + column) << 32 | e
                    event_count += 1
                    break
                if side != 1:
                    asks[ask_count] = np.int64(row * frame.columns + column) << 32 | ASK
                    ask_count += 1
                column += 1
    return events[:event_count], asks[:ask_count]


@compiled
def make_blocks(
    frame: Frame, visits: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give the blocks that hold a visit numbers: coarse cells, and fine cells without labels."""
    across = (frame.columns >> BLOCK_BITS) + 1
    coarse = np.full(((frame.rows >> BLOCK_BITS) + 1) * across, -1, np.int32)
    count = 0
    for visit in visits:
        row, column = divmod(visit >> 32, frame.columns)
        at = (row >> BLOCK_BITS) * across + (column >> BLOCK_BITS)
        if coarse[at] < 0:
            coarse[at] = count
            count += 1
    return coarse, np.full(count << 2 * BLOCK_BITS, -1, np.int32)


def stream_room(cell_count: int, visit_count: int) -> int:
    """Bound the length of the programs of so many cells with so many visits."""
    return 3 + MAX_POLYGONS + (2 + MAX_POLYGONS) * cell_count + 2 * visit_count


@compiled
def _toggle(active: NDArray[np.int32], depth: int, polygon: int) -> int:
    """Enter or leave a polygon in the ascending list of those one is in; give its length."""
    at = 0
    while at < depth and active[at] < polygon:
        at += 1
    if at < depth and active[at] == polygon:
        for k in range(at, depth - 1):
            active[k] = active[k + 1]
        return depth - 1
    for k in range(depth, at, -1):
        active[k] = active[k - 1]
    active[at] = polygon
    return depth + 1


@compiled
def _list_bounding(
    stream: NDArray[np.int32], first: int, visits: NDArray[np.int64], uses: Uses
) -> int:
    """List the polygons with an edge here, ascending; give their number, -1 when too many."""
    count = 0
    for visit in visits:
        use = uses.head[visit & ASK]
        while use >= 0:
            polygon = uses.polygon[use]
            k = 0
            while k < count and stream[first + k] < polygon:
                k += 1
            if k == count or stream[first + k] != polygon:
                if count == MAX_POLYGONS:
                    return -1
                for m in range(count, k, -1):
                    stream[first + m] = stream[first + m - 1]
                stream[first + k] = polygon
                count += 1
            use = uses.following[use]
    return count


@compiled
def _bits_of(stream: NDArray[np.int32], first: int, count: int, edge: int, uses: Uses) -> int:
    """Give the bits of the polygons that an edge bounds, -1 when it bounds one of them twice."""
    bits = 0
    use = uses.head[edge]
    while use >= 0:
        for k in range(count):
            if stream[first + k] == uses.polygon[use]:
                if bits >> k & 1:
                    return -1
                bits |= 1 << k
        use = uses.following[use]
    return bits


@compiled
def _write_program(
    stream: NDArray[np.int32],
    at: int,
    visits: NDArray[np.int64],
    uses: Uses,
    active: NDArray[np.int32],
    depth: int,
) -> int:
    """Write the program of one cell; give its length, 0 when shapely must be asked."""
    if visits.size > MAX_EDGES or (visits[-1] & ASK) == ASK:
        return 0
    # Polygons with an edge here, then the first of those that cover the cell whole. Those after
    # that one can never be the smallest that holds a point.
    first = at + 2
    count = _list_bounding(stream, first, visits, uses)
    if count < 0:
        return 0
    state = 0
    k = 0
    for i in range(depth):
        while k < count and stream[first + k] < active[i]:
            k += 1
        if k < count and stream[first + k] == active[i]:
            state |= 1 << k
            continue
        if k == MAX_POLYGONS:
            return 0
        stream[first + k] = active[i]
        state |= 1 << k
        count = k + 1
        break
    length = 2 + count
    kept = 0
    for visit in visits:
        bits = _bits_of(stream, first, count, visit & ASK, uses)
        if bits < 0:
            return 0  # twice an edge of one polygon: on its outline, yet no crossing
        if bits:
            stream[at + length] = visit & ASK
            stream[at + length + 1] = bits
            length += 2
            kept += 1
    stream[at] = kept | count << 16
    stream[at + 1] = state
    return length


@compiled
def write_cells(
    frame: Frame,
    visits: NDArray[np.int64],
    events: NDArray[np.int64],
    uses: Uses,
    coarse: NDArray[np.int32],
    fine: NDArray[np.int32],
    stream: NDArray[np.int32],
    polygon_count: int,
) -> int:
    """Label the cells without an edge and write the programs of the others; visits, events sorted.

    Walks each row eastwards from outside the layer, where nothing holds a point, and enters and
    leaves polygons at the events. Gives the length of the stream that was used.
    """
    across = (frame.columns >> BLOCK_BITS) + 1
    active = np.empty(polygon_count + 1, np.int32)
    v = e = 0
    used = 1
    stream[0] = 0
    for row in range(frame.rows):
        depth = 0
        row_cell = np.int64(row) * frame.columns
        for block_column in range(across):
            at = (row >> BLOCK_BITS) * across + block_column
            block = coarse[at]
            west = block_column << BLOCK_BITS
            for column in range(west, min(west + BLOCK_SIDE, frame.columns)):
                cell = row_cell + column
                # An untouched block is of one label: nothing happens between its references.
                until = cell if block >= 0 else cell + BLOCK_SIDE - 1
                until = min(until, row_cell + frame.columns - 1)
                while e < events.size and events[e] >> 32 <= until:
                    use = uses.head[events[e] & ASK]
                    while use >= 0:
                        depth = _toggle(active, depth, uses.polygon[use])
                        use = uses.following[use]
                    e += 1
                label = -2 - active[0] if depth else -1
                if block < 0:
                    coarse[at] = label
                    break
                to = v
                while to < visits.size and visits[to] >> 32 == cell:
                    to += 1
                if to > v:
                    length = _write_program(stream, used, visits[v:to], uses, active, depth)
                    label = used if length else 0
                    used += length
                    v = to
                place = (row & (BLOCK_SIDE - 1)) << BLOCK_BITS | column - west
                fine[(np.int64(block) << 2 * BLOCK_BITS) + place] = label
    return used


@compiled
def _cross_along_x(
    ax: float, ay: float, bx: float, by: float, px: float, py: float, rx: float
) -> int:
    """Tell what an edge does on the way from (rx, py) to p: `_MISSES` or one of those below it."""
    low_x, high_x = min(ax, bx), max(ax, bx)
    if (ay > py) == (by > py):
        touches = (ay == py and by == py and low_x <= px <= high_x) or (
            (ax == px and ay == py) or (bx == px and by == py)
        )
        return _HOLDS if touches else _MISSES
    # Beyond both ends the side is plain; else 1 and -1 by the turn, as a goes to b.
    rising = 1 if by > ay else -1
    if px < low_x:
        side = rising
    elif px > high_x:
        side = -rising
    else:
        side = _turn(ax, ay, bx, by, px, py)
        if side == _UNSURE:
            return _UNCLEAR
        if side == 0:
            return _HOLDS
    if rx < low_x:
        corner = rising
    elif rx > high_x:
        corner = -rising
    else:
        corner = _turn(ax, ay, bx, by, rx, py)
        if corner == 0 or corner == _UNSURE:
            return _UNCLEAR
    return _MISSES if corner == side else _CROSSES


@compiled
def _cross_along_y(
    ax: float, ay: float, bx: float, by: float, rx: float, ry: float, py: float
) -> int:
    """Tell what an edge does on the way from (rx, ry) to (rx, py)."""
    if (ax > rx) == (bx > rx):
        return _MISSES
    if max(ay, by) < min(py, ry) or min(ay, by) > max(py, ry):
        return _MISSES
    corner = _turn(ax, ay, bx, by, rx, py)
    side = _turn(ax, ay, bx, by, rx, ry)
    if corner == 0 or corner == _UNSURE or side == 0 or side == _UNSURE:
        return _UNCLEAR
    return _MISSES if corner == side else _CROSSES


@compiled
def _find_in_cell(
    px: float,
    py: float,
    rx: float,
    ry: float,
    stream: NDArray[np.int32],
    at: int,
    vertices: NDArray[np.float64],
) -> int:
    """Find the smallest polygon of a cell that holds p, whose states at r are known.

    Goes from r along y to the corner (rx, py), then along x to p, and changes the states at every
    edge between. A vertex on the way counts as just beyond it (>), on both legs; that the corner
    itself is on no edge is checked by the signs.
    """
    edge_count, polygon_count = stream[at] & MAX_EDGES, stream[at] >> 16
    if polygon_count == 0:
        return UNDECIDED
    state = stream[at + 1]
    on_outline = 0
    first = at + 2 + polygon_count
    for k in range(first, first + 2 * edge_count, 2):
        e, bits = stream[k], stream[k + 1]
        ax, ay, bx, by = vertices[e, 0], vertices[e, 1], vertices[e + 1, 0], vertices[e + 1, 1]
        met = _cross_along_x(ax, ay, bx, by, px, py, rx)
        if met == _HOLDS:
            on_outline |= bits
        elif met == _CROSSES:
            state ^= bits
        elif met == _UNCLEAR:
            return UNDECIDED
        met = _cross_along_y(ax, ay, bx, by, rx, ry, py)
        if met == _CROSSES:
            state ^= bits
        elif met == _UNCLEAR:
            return UNDECIDED
    state |= on_outline
    for k in range(polygon_count):
        if state >> k & 1:
            polygon: int = stream[at + 2 + k]
            return polygon
    return -1


@compiled
def find(
    frame: Frame,
    coarse: NDArray[np.int32],
    fine: NDArray[np.int32],
    stream: NDArray[np.int32],
    vertices: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    found: NDArray[np.int64],
) -> int:
    """Write the polygon of each point, or `UNDECIDED`; give the number of those.

    In two passes over a batch that fits the nearest cache: reading labels has no branch that
    depends on a slow read, so the processor waits for many cells at once.
    """
    across = (frame.columns >> BLOCK_BITS) + 1
    waiting = np.empty(_BATCH, np.int64)
    undecided = 0
    for start in range(0, x.size, _BATCH):
        count = 0
        for i in range(start, min(start + _BATCH, x.size)):
            px, py = x[i], y[i]
            if not (frame.x0 <= px <= frame.x1 and frame.y0 <= py <= frame.y1):
                found[i] = -1
                continue
            column = _cell_of(px, frame.x0, frame.inv_x, frame.columns)
            row = _cell_of(py, frame.y0, frame.inv_y, frame.rows)
            code = coarse[(row >> BLOCK_BITS) * across + (column >> BLOCK_BITS)]
            if code >= 0:
                inner = (row & (BLOCK_SIDE - 1)) << BLOCK_BITS | column & (BLOCK_SIDE - 1)
                code = fine[(np.int64(code) << 2 * BLOCK_BITS) + inner]
            found[i] = -2 - code if code < 0 else code
            waiting[count] = i
            count += code >= 0
        for k in range(count):
            i = waiting[k]
            px, py = x[i], y[i]
            column = _cell_of(px, frame.x0, frame.inv_x, frame.columns)
            row = _cell_of(py, frame.y0, frame.inv_y, frame.rows)
            polygon = _find_in_cell(
                px, py,
                _reference(column, frame.x0, frame.step_x),
                _reference(row, frame.y0, frame.step_y),
                stream, found[i], vertices,
            )  # fmt: skip
            found[i] = polygon
            undecided += polygon == UNDECIDED
    return undecided
