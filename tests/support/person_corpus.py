"""A corpus of what is about persons and what is not, made at run time from parts with a fixed seed.

`python -m tests.support.person_corpus` prints recall and precision by family.
"""

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from geo.legacy_text import DECODERS
from geo.personal import NO_NAMES, FieldUse, column_looks_personal, value_looks_personal
from geo.store.personal import known_places
from geo.store.register import read_register
from tests.support import person_parts as parts

PER_FAMILY = 200
PROVINCES_OF_NUMBERS = ("001", "031", "033", "038", "048", "079", "092")


@dataclass(frozen=True, slots=True)
class Case:
    """One text of the corpus.

    Parameters
    ----------
    family
        What it is an example of.
    text
        The text.
    personal
        Whether it is about a person.
    use
        What the text is for.
    unseen
        Whether it is made of parts that were not used while the rules were written.
    """

    family: str
    text: str
    personal: bool
    use: FieldUse = "free_text"
    unseen: bool = False


def corpus() -> list[Case]:
    """Make the whole corpus, the same each time."""
    return [*positives(), *negatives()]


def is_refused(case: Case, *, register: bool = True) -> bool:
    """Ask the product, with the register's names known or without."""
    if case.family == "column header":
        return column_looks_personal(case.text)
    known = known_places() if register else NO_NAMES
    return value_looks_personal(case.text, use=case.use, known=known)


class _Maker:
    """Draws parts by a seed of its own, so that one family does not change another."""

    def __init__(self, family: str, *, unseen: bool) -> None:
        self.chance = random.Random(f"{family} {unseen}")  # noqa: S311 no secret
        self.unseen = unseen

    def one(self, seen: Iterable[str], unseen: Iterable[str] = ()) -> str:
        return self.chance.choice(list(unseen if self.unseen and unseen else seen))

    def digits(self, count: int) -> str:
        return "".join(self.chance.choices("0123456789", k=count))

    def given(self) -> str:
        return self.one(parts.GIVENS, parts.UNSEEN_GIVENS)

    def name(self) -> str:
        while True:
            middles = [self.one(parts.MIDDLES)]
            if self.unseen and middles[0] not in ("Văn", "Thị") and self.chance.random() < 0.3:
                # Unseen in the middle, then known at the end: not everything can be unknown.
                middles = [self.one(parts.UNSEEN_MIDDLES)]
                made = [self.one(parts.SURNAMES), *middles, self.one(parts.GIVENS)]
                made[-1] = self.chance.choice(parts.GIVENS)
            else:
                if self.chance.random() < 0.2:
                    middles.append(self.one([m for m in parts.MIDDLES if m not in ("Văn", "Thị")]))
                made = [self.one(parts.SURNAMES), *middles, self.given()]
            name = " ".join(made)
            # A name that a place bears is no example of a person's.
            if name not in parts.STREETS and not value_is_known(name):
                return name

    def filled(self, template: str) -> str:
        name, given = self.name(), self.given()
        return template.format(
            name,
            name=name,
            given=given,
            upper=given.upper(),
            initials=".".join(word[0] for word in name.split()) + ".",
            street=self.one(["Láng", "Lê Lợi", "Tân Hưng"], ["Trần Thái Tông", "Hòa Hưng"]),
            n=self.chance.randint(2, 250),
            m=self.chance.randint(1, 12),
            d=self.chance.randint(1, 28),
            year=self.chance.randint(1955, 2008),
            age=self.chance.randint(16, 75),
        )


def value_is_known(name: str) -> bool:
    """Tell whether a name is a place's in the register or in the lexicon."""
    from geo.personal.lexicon import key_of, lexicon

    keys = [key_of(word) for word in name.split()]
    return known_places().has(keys) or lexicon().places_named_after.has(keys)


# --- what hides a name -----------------------------------------------------------------------


def spaced_letters(name: str) -> str:
    """``T r ầ n  V ă n``."""
    return "  ".join(" ".join(word) for word in name.split())


def dotted_letters(name: str) -> str:
    """``T.r.ầ.n V.ă.n``."""
    return " ".join(".".join(word) for word in name.split())


def zero_width(name: str) -> str:
    """Put a letter of no width between all letters."""
    return "\u200b".join(name)


def other_spaces(name: str) -> str:
    """Put no-break spaces between the words."""
    return name.replace(" ", "\u00a0")


def decomposed(name: str) -> str:
    """Write the marks as characters of their own."""
    return unicodedata.normalize("NFD", name)


def unmarked(name: str) -> str:
    """Write it without marks, capitals kept."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def old_font(encoding: str) -> Callable[[str], str]:
    """Give the way to write a text in an old font, as its bytes are read today."""
    decode = DECODERS[encoding]
    # Small marks before capital ones, and pairs before single bytes: as the fonts were typed.
    signs = [chr(code) for code in (*range(0xE0, 0x100), *range(0x80, 0xE0))]
    letters = "aeouyAEOUYôöÔÖ"
    pairs = [letter + sign for letter in letters for sign in signs] if encoding == "vni" else []
    table: dict[str, str] = {}
    for code in (*pairs, *signs):
        said = decode(code)
        if len(said) == 1 and not said.isascii():
            table.setdefault(said, code)
    return lambda text: "".join(table.get(sign, sign) for sign in text)


HIDING: tuple[Callable[[str], str], ...] = (
    spaced_letters,
    dotted_letters,
    zero_width,
    other_spaces,
    lambda name: f"  {name.replace(' ', '   ')} ",
    lambda name: name.replace("a", "\u0430").replace("o", "\u043e"),
)


# --- persons ---------------------------------------------------------------------------------


def _citizen_number(make: _Maker) -> str:
    year = make.chance.randint(1940, 2012)
    sex = make.chance.randint(0, 1) + (2 if year >= 2000 else 0)
    return f"{make.one(PROVINCES_OF_NUMBERS)}{sex}{year % 100:02}{make.digits(6)}"


def _mobile(make: _Maker) -> str:
    # Ranges in use; the digits behind are drawn.
    return make.one(("032", "035", "038", "070", "079", "081", "090", "091", "097")) + make.digits(
        7
    )


def _fixed_line(make: _Maker) -> str:
    return make.one(("024", "028")) + make.one("37") + make.one("3678") + make.digits(6)


def _grouped(make: _Maker, digits: str, sizes: tuple[int, ...]) -> str:
    sign, out, at = make.one((" ", ".", "-")), [], 0
    for size in sizes:
        out.append(digits[at : at + size])
        at += size
    return sign.join(out)


def _number_cases(make: _Maker) -> Iterator[tuple[str, str, FieldUse]]:
    """Give one example of each family of numbers."""
    card = _citizen_number(make)
    yield "citizen number", make.one((card, f"số {card} cấp 2021", f"CCCD: {card}")), "free_text"
    yield "citizen number, grouped", _grouped(make, card, (3, 3, 3, 3)), "free_text"
    yield "citizen number, digit by digit", " ".join(card), "free_text"
    yield "citizen number in a code", make.one((card, f"DT-{card}"[3:])), "code"
    old = make.one(("01", "02", "17", "24", "27")) + make.digits(6) + make.one("123456789")
    yield "old card", make.one((old, f"CMND {old}", f"số CMT: {old}")), "free_text"
    phone = _mobile(make)
    yield "mobile", make.one((phone, f"ĐT {phone}", f"gọi {phone} gặp chủ")), "free_text"
    yield "mobile, grouped", _grouped(make, phone, (4, 3, 3)), "free_text"
    yield "mobile, abroad", f"+84{make.one(('', ' '))}{phone[1:]}", "free_text"
    yield "mobile in a code", phone, "code"
    yield "fixed line", _grouped(make, _fixed_line(make), (3, 4, 4)), "free_text"
    user = unmarked(make.given()).lower() + make.digits(2)
    yield "mail", make.one((f"{user}@vi-du.vn", f"mail: {user}@thu.com.vn")), "free_text"
    social = ("facebook.com/{}", "zalo: {}", "FB: {}", "fb.com/{}", "Zalo {}")
    yield "social account", make.one(social).format(make.one((user, phone))), "free_text"
    letter = make.one("ABCDEFGH")
    plate = make.one(("29", "30", "51", "34", "89")) + letter
    tail = make.digits(5)
    yield (
        "plate",
        make.one((f"{plate}-{tail[:3]}.{tail[3:]}", f"BKS {plate}1-{tail}", f"xe {plate}-{tail}")),
        "free_text",
    )
    passport = make.one("BCNP") + make.one("123456789") + make.digits(6)
    yield "passport", make.one((passport, f"hộ chiếu {passport}")), "free_text"
    account = make.digits(12)
    yield "bank account", make.one((f"STK {account}", f"số tài khoản: {account}")), "free_text"


def _name_cases(make: _Maker) -> Iterator[tuple[str, str, FieldUse]]:
    """Give one example of each family of names."""
    within = make.one(parts.CONTEXTS, parts.UNSEEN_CONTEXTS)
    name = make.name()
    yield "full name", name, "free_text"
    yield "full name in a text", within.format(name), "free_text"
    yield "full name in a comment", make.one(("{}: kiểm tra lại", "{}")).format(name), "comment"
    yield "full name, capitals", within.format(make.name()).upper(), "free_text"
    yield "full name, small letters", make.name().lower(), "free_text"
    yield "full name without marks", unmarked(make.name()), "free_text"
    yield "full name, small without marks", unmarked(make.name()).lower(), "free_text"
    yield "full name, decomposed", decomposed(within.format(make.name())), "free_text"
    yield "full name in TCVN3", old_font("tcvn3")(make.name()), "free_text"
    yield "full name in VNI", old_font("vni")(make.name()), "free_text"
    yield "full name, hidden", make.chance.choice(HIDING)(make.name()), "free_text"
    bare = unmarked(make.name())
    year = make.chance.randint(1960, 2005)
    glued = (
        bare.replace(" ", "_").lower(),
        bare.replace(" ", "") + str(year),
        bare.replace(" ", "").lower(),
        bare.replace(" ", "-") + f"-{make.digits(3)}",
        bare.replace(" ", ".").lower(),
    )
    yield "name in a code", make.one(glued), "code"
    files = ("ho so {}.xlsx", "{}.csv", "diem-{}.geojson", "{}_2024.xlsx")
    named = make.chance.choice((make.name(), unmarked(make.name()).replace(" ", "_").lower()))
    yield "name in a file name", make.one(files).format(named), "file_name"
    yield "name as a header", make.name(), "header"
    addressed = make.one(parts.ADDRESSED, parts.UNSEEN_ADDRESSED)
    yield "form of address", make.filled(addressed), "free_text"
    yield "form of address in a place", make.filled(addressed), "place_name"
    yield (
        "household",
        make.filled(make.one(parts.HOUSEHOLDS, parts.UNSEEN_HOUSEHOLDS)),
        make.chance.choice(("free_text", "place_name", "unit_name")),
    )
    yield "home", make.filled(make.one(parts.HOMES, parts.UNSEEN_HOMES)), "free_text"
    yield "birth", make.filled(make.one(parts.BIRTHS, parts.UNSEEN_BIRTHS)), "free_text"
    day, month = make.chance.randint(1, 28), make.chance.randint(1, 12)
    days = (
        f"{day:02}/{month:02}/{year}",
        f"{day:02}{month:02}{year}",
        f"{year}-{month:02}-{day:02}",
    )
    yield "birthday in a code", make.one(days), make.chance.choice(("code", "document_no"))
    yield "story", make.filled(make.one(parts.STORIES, parts.UNSEEN_STORIES)), "free_text"


def positives() -> list[Case]:
    """Make everything that is about a person."""
    made = []
    for unseen in (False, True):
        for makers in (_number_cases, _name_cases):
            make = _Maker(makers.__name__, unseen=unseen)
            for _ in range(PER_FAMILY // 2):
                made += [Case(f, text, True, use, unseen) for f, text, use in makers(make)]
    made += [Case("name of the hills", name, True) for name in parts.HILL_NAMES]
    made += [Case("column header", name, True, "header") for name in parts.HEADERS]
    rare = _Maker("rare", unseen=False)
    made += [
        Case("surname nobody listed", f"{surname} Văn {rare.given()}", True, unseen=True)
        for surname in parts.UNSEEN_SURNAMES
        for _ in range(3)
    ]
    return [case for case in dict.fromkeys(made) if case.text]


# --- places, documents, figures --------------------------------------------------------------


def negatives() -> list[Case]:
    """Make everything that is about no person."""
    made: list[Case] = []
    for districts, family in ((False, "units of today"), (True, "units of before 2025-07-01")):
        for name in read_register(districts=districts).units["name"]:
            made.append(Case(family, name, False, "unit_name"))
            made.append(Case(f"{family} in a text", name, False))
    for unseen, streets, words in (
        (False, parts.STREETS, parts.PLACE_WORDS),
        (True, parts.UNSEEN_STREETS, parts.UNSEEN_PLACE_WORDS),
    ):
        for street in streets:
            said = [
                word.format(street, upper=street.upper(), bare=unmarked(street)) for word in words
            ]
            made += [Case("street, school, bridge", text, False, unseen=unseen) for text in said]
            made.append(Case("bare street in its field", street, False, "place_name", unseen))
            if not unseen:
                made.append(Case("bare street in a text", street, False))
                made.append(Case("bare street in a text", street.upper(), False))
                made.append(Case("bare street in a text", unmarked(street), False))
    for unseen, places, terms in (
        (False, parts.PLACES, parts.TERMS),
        (True, parts.UNSEEN_PLACES, parts.UNSEEN_TERMS),
    ):
        for use in ("free_text", "place_name"):
            made += [Case("place with a person's word", p, False, use, unseen) for p in places]
        made += [Case("office term", term, False, unseen=unseen) for term in terms]
        made += [
            Case("office term without marks", unmarked(t), False, unseen=unseen) for t in terms
        ]
    made += [Case("category", name, False) for name in parts.CATEGORIES]
    make = _Maker("negatives", unseen=False)
    for _ in range(PER_FAMILY * 2):
        made += [Case(family, text, False, use) for family, text, use in _plain_cases(make)]
    made += [
        Case("telephone of a unit in its field", text, False, "duty_phone")
        for text in ("113", "1800 1567", _fixed_line(make), _fixed_line(make))
    ]
    return list(dict.fromkeys(made))


def _plain_cases(make: _Maker) -> Iterator[tuple[str, str, FieldUse]]:
    chance = make.chance
    n, year = chance.randint(1, 9999), chance.randint(2015, 2026)
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    office = make.one(("KH-UBND", "QĐ-TTg", "QĐ-UBND", "CV-CAX", "BC-BCĐ138", "NQ-HĐND", "TB-CAP"))
    use: FieldUse = make.chance.choice(("document_no", "free_text"))
    yield "document number", make.one((f"{n}/{office}", f"{n}/{year}/{office}", f"số {n}")), use
    province = f"{chance.randint(1, 96):02}"
    codes = (
        f"HY-{year}-{n:04}", f"D{n}", f"{province}-{n:05}", f"P{n:03}.{day}", f"diem_{n}",
        f"TD/{year}/{n}",
        f"node/{chance.randint(10**8, 10**10)}", f"{chance.randint(10**9, 10**10):x}-{n}",
        f"A{n:07}",
        f"VN{province}{n:05}", f"{year}{month:02}{day:02}-{n}", f"26{n:04}", f"LEDUAN-{n}",
        f"CauGiay_{n}",
    )  # fmt: skip
    yield "code", make.one(codes), "code"
    lng, lat = chance.uniform(102, 118), chance.uniform(6, 24)
    written = (f"{lng:.7f}", f"{lat:.12f}", f"{lat:.6f}, {lng:.6f}", f"{lng:.4f}".replace(".", ","))
    yield "coordinate", make.one(written), "free_text"
    dates = (
        f"{day:02}/{month:02}/{year}",
        f"{year}-{month:02}-{day:02}",
        f"ngày {day} tháng {month}",
    )
    yield "day of an event", make.one(dates), make.chance.choice(("date", "free_text"))
    moments = (
        f"{year}-{month:02}-{day:02} 08:30",
        f"{day}/{month}/{year} 7 giờ",
        f"{year}{month:02}{day:02}0830",
    )
    yield "moment", make.one(moments), "free_text"
    big = chance.randint(1, 10**9)
    figures = (
        str(n),
        f"{big:,}".replace(",", "."),
        f"{n / 7:.2f}",
        f"{n % 100}%",
        f"{n * 1_000_000} đồng",
    )
    yield "figure in a text", make.one(figures), "free_text"
    counts = (
        str(big),
        str(chance.randint(10**8, 10**12)),
        f"{big:,}".replace(",", "."),
        str(float(n)),
    )
    yield "figure in its field", make.one(counts), "number"
    unit = make.one(
        ("Công an xã", "UBND phường", "Trạm y tế xã", "Đồn biên phòng", "Đoàn thanh niên xã")
    )
    place = read_register(districts=False).units["name"].iloc[n % 3321]
    yield "office", f"{unit} {place.split(' ', 1)[1]}", "free_text"
    yield (
        "file name",
        make.one(
            (
                f"diem-{year}.xlsx",
                f"{place}.csv",
                f"bao_cao_{month}_{year}.xlsx",
                f"{n}-{office}.xlsx",
            )
        ),
        "file_name",
    )


# --- figures ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """How a family, or all of them, came out."""

    count: int
    refused: int

    @property
    def share(self) -> float:
        """Share refused: recall among persons, false alarms among the others."""
        return self.refused / self.count


def score(cases: Iterable[Case], *, register: bool = True) -> dict[str, Score]:
    """Count by family how many are refused."""
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for case in cases:
        counts[case.family] += 1
        refused[case.family] += is_refused(case, register=register)
    return {family: Score(count, refused[family]) for family, count in counts.items()}


def total(scores: Iterable[Score]) -> Score:
    """Add scores up."""
    listed = list(scores)
    return Score(sum(s.count for s in listed), sum(s.refused for s in listed))


def main() -> None:
    """Print the table; with a family's name also what came out wrong in it."""
    for title, cases in (("persons", positives()), ("others", negatives())):
        seen = score(case for case in cases if not case.unseen)
        unseen = score(case for case in cases if case.unseen)
        print(f"{title:36} {'refused':>9} {'of':>7}   {'unseen':>9} {'of':>7}")
        for family in sorted(seen | unseen):
            line = f"{family:36}"
            for found in (seen, unseen):
                one = found.get(family)
                line += f" {one.share:9.4f} {one.count:7d}  " if one else " " * 20
            print(line)
        for name, scores in (("seen", seen), ("unseen", unseen)):
            one = total(scores.values())
            print(f"{title}, {name}: {one.refused} of {one.count} refused ({one.share:.4f})")
        for family in sys.argv[1:]:
            for case in cases:
                if family in (case.family, "all") and is_refused(case) != case.personal:
                    print(
                        "wrong", case.family, case.use, "unseen" if case.unseen else "", case.text
                    )


if __name__ == "__main__":
    main()
