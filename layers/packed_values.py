"""Values of a feed as one short text: about half the bytes of two JSON lists once gzipped.

One token per unit, in feed order, nothing between them:

    m a x h      a status without a value (see `geo.store.feeds`)
    0 ... 9      the number
    A ... Z      10 ... 35
    (1234)       any larger number
    ~            before a number: status ``i``, a value though reports are incomplete
    +            before a number: status ``c``, the exact sum of several predecessors
    ^            before a number: status ``e``, an estimate

Numbers are whole; a feed of shares says by `scale` how many times the value they are.
`static/js/feed.js` reads the same.
"""

from collections.abc import Sequence

_MARKS = {".": "", "i": "~", "c": "+", "e": "^"}
_STATUS_OF_MARK = {mark: status for status, mark in _MARKS.items() if mark}
_NO_VALUE = "maxh"
_SHORT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NUMBER_OF = {sign: number for number, sign in enumerate(_SHORT)}


def pack(values: Sequence[float | None], statuses: str, *, scale: int = 1) -> str:
    """Write values with their statuses as one text.

    Parameters
    ----------
    values
        Not negative; None where the status says that there is no value.
    statuses
        One character per value.
    scale
        The numbers written are so many times the values, rounded to whole ones.

    Examples
    --------
    >>> pack([0, 12, 3, None, 1234], "..im.")
    '0C~3m(1234)'
    >>> pack([33.3, None], "ia", scale=10)
    '~(333)a'
    """
    tokens = []
    for value, status in zip(values, statuses, strict=True):
        if value is None:
            if status not in _NO_VALUE:
                raise ValueError(f"status {status!r} needs a value")
            tokens.append(status)
            continue
        number = round(value * scale)
        tokens.append(_MARKS[status] + (_SHORT[number] if number < len(_SHORT) else f"({number})"))
    return "".join(tokens)


def unpack(packed: str, *, scale: int = 1) -> tuple[list[float | None], str]:
    """Read what `pack` wrote: values and statuses.

    Raises
    ------
    ValueError
        When the text is not of that form.
    """
    values: list[float | None] = []
    statuses = []
    status = "."
    at = 0
    while at < len(packed):
        sign = packed[at]
        at += 1
        if sign in _STATUS_OF_MARK:
            status = _STATUS_OF_MARK[sign]
            continue
        if sign in _NO_VALUE:
            values.append(None)
            status = sign
        elif sign == "(":
            end = packed.index(")", at)
            values.append(_value(int(packed[at:end]), scale))
            at = end + 1
        elif sign in _NUMBER_OF:
            values.append(_value(_NUMBER_OF[sign], scale))
        else:
            raise ValueError(f"{sign!r} at {at - 1} is no token")
        statuses.append(status)
        status = "."
    return values, "".join(statuses)


def _value(number: int, scale: int) -> float:
    return number if scale == 1 else number / scale
