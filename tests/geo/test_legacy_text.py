"""TCVN3 and VNI against glibc, real names and each other."""

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.legacy_text import decode_tcvn3, decode_vni, propose_encoding, vocabulary

NAMES = {
    "Phường Phố Hiến": ("Ph\xad\xeang Ph\xe8 Hi\xd5n", "Phöôøng Phoá Hieán"),
    "Xã Đại Đồng": ("X\xb7 \xa7\xb9i \xa7\xe5ng", "Xaõ Ñaïi Ñoàng"),
    "Phường Bắc Hồng Lĩnh": ("Ph\xad\xeang B\xbec H\xe5ng L\xdcnh", "Phöôøng Baéc Hoàng Lónh"),
    "Xã Mỹ Quỳ": ("X\xb7 M\xfc Qu\xfa", "Xaõ Myõ Quyø"),
    "Thị trấn Ea Súp": ("Th\xde tr\xcan Ea S\xf3p", "Thò traán Ea Suùp"),
    "Xã Kỵ, Ưởng, Ỷ": (None, "Xaõ Kî, Öôûng, YÛ"),
    "ĐẶC KHU PHÚ QUỐC": (None, "ÑAËC KHU PHUÙ QUOÁC"),
    "ặẵẳằắ ậẫẩầấ ệễểềế ộỗổồố ợỡởờớ ựữửừứ ỉĩị": (
        None,
        "aëaüaúaèaé aäaãaåaàaá eäeãeåeàeá oäoãoåoàoá ôïôõôûôøôù öïöõöûöøöù æóò",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_both_kinds_of_fonts_are_read(name: str) -> None:
    tcvn3, vni = NAMES[name]
    assert decode_vni(vni) == name
    if tcvn3 is not None:
        assert decode_tcvn3(tcvn3) == name


def test_tcvn3_is_what_glibc_takes_it_for() -> None:
    iconv = shutil.which("iconv")
    assert iconv, "iconv comes with the C library"
    every = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))
    # Marks combine with the letter before, so each byte stands alone, behind a letter without one.
    apart = b" ".join(b"x" + bytes([byte]) for byte in every)
    read = subprocess.run(
        [iconv, "-f", "TCVN5712-1", "-t", "UTF-8"], input=apart, capture_output=True, check=True
    ).stdout.decode()
    assert decode_tcvn3(apart.decode("latin-1")) == unicodedata.normalize("NFC", read)


def test_bytes_that_windows_1252_read_are_read_too() -> None:
    # 0x80 to 0x9F: signs of their own in Windows-1252, and capital letters in TCVN3.
    given_bytes = bytes([0x80, 0x83, 0x9F])
    assert decode_tcvn3(given_bytes.decode("cp1252")) == "ÀÁŨ"
    assert decode_tcvn3(given_bytes.decode("latin-1")) == "ÀÁŨ"


@given(st.text(st.characters(max_codepoint=0x7E)))
def test_plain_letters_stay(text: str) -> None:
    assert decode_tcvn3(text) == text
    assert decode_vni(text) == text


WORDS = vocabulary(NAMES)


def test_an_encoding_is_proposed_only_where_it_makes_names_readable() -> None:
    names = list(NAMES)
    assert propose_encoding(names, words=WORDS) is None
    vni = propose_encoding([vni for _, vni in NAMES.values()], words=WORDS)
    assert vni is not None
    assert (vni.encoding, vni.known_count, vni.known_before) == ("vni", len(NAMES), 0)
    tcvn3 = propose_encoding([one for one, _ in NAMES.values() if one], words=WORDS)
    assert tcvn3 is not None
    assert tcvn3.encoding == "tcvn3"
    assert propose_encoding(["Quux", "Foo Bar"], words=WORDS) is None
    assert propose_encoding([], words=WORDS) is None
