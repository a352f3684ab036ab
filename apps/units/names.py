"""姓名: stored as typed, refused when it hides something, compared and searched by other keys."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from typing import Any

from pypinyin import Style, lazy_pinyin

from apps.units.surnames import COMPOUND, GIVEN, SINGLE

MIDDLE_DOT = "\u00b7"
_DOTS = (
    "\u2022\u30fb\uff65\u2027\u0387\u2219\u22c5\u2e31\u2e33\u2024\ufe52\uff0e."
    "\u16eb\ua78f\u25cf\u25e6\u2218\u1427\u318d"
)
_TO_MIDDLE_DOT = str.maketrans(dict.fromkeys(_DOTS, MIDDLE_DOT))
_BLANKS = "\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0"  # seen as nothing, yet not Cf
_ENDS = " \u00a0\u3000"
_KINDS = {
    "Cc": "控制字符",
    "Cf": "看不见的格式字符",
    "Cs": "残缺的字符",
    "Zl": "换行符",
    "Zp": "换段符",
}
_READINGS_LIMIT = 16
_KEPT = 4096


def clean_name(text: str) -> str:
    """The name as typed, less spaces at its ends; ValueError names any character that hides."""
    for place, character in enumerate(text, 1):
        if fault := _hidden(character):
            code = f"U+{ord(character):04X}"
            raise ValueError(f"姓名第{place}个字符是{fault}（{code}），请删去后重新录入。")
    name = text.strip(_ENDS)
    if not name:
        raise ValueError("姓名不能为空。")
    return name


def _hidden(character: str) -> str | None:
    if character == "\ufffd":
        return "乱码"
    if character in _BLANKS:
        return "看不见的空白"
    if ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef":
        return "无效字符"
    return _KINDS.get(unicodedata.category(character))


def compare_key(name: str) -> str:
    """The name for finding duplicates: any dot is ·, and no spaces, widths, case or variants."""
    folded = unicodedata.normalize("NFKC", name.translate(_TO_MIDDLE_DOT)).casefold()
    kept = "".join(c for c in folded if not c.isspace() and not _is_variation_selector(c))
    return unicodedata.normalize("NFKC", kept).translate(_TO_MIDDLE_DOT)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def pinyin_full(name: str) -> str:
    """The likeliest reading without spaces or tones, ü as v: 曾国藩 is "zengguofan"."""
    return "".join(next(_readings(name)))


def initials(name: str) -> str:
    """The first letters of the likeliest reading: 曾国藩 is "zgf"."""
    return _initials(next(_readings(name)))


def pinyin_all(name: str) -> tuple[str, ...]:
    """Every reading worth searching by, without spaces, the likeliest first, 16 at most."""
    return _each_once(map("".join, _readings(name)))


def initials_all(name: str) -> tuple[str, ...]:
    """The first letters of every reading worth searching by, the likeliest first, 16 at most."""
    return _each_once(map(_initials, _readings(name)))


def gb18030_missing(text: str) -> tuple[str, ...]:
    """The characters, each once and in order, that GB18030 cannot write: lone surrogates only."""
    return tuple(dict.fromkeys(c for c in text if not _in_gb18030(c)))


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """Syllables of the name, likeliest first; readings of the surname vary first."""
    characters = compare_key(name)
    plain = characters.replace(MIDDLE_DOT, "")
    splits = [(0, ((),))] if plain != characters else list(_surnames(plain))
    for length, surnames in splits:
        given = _given(plain[length:])
        for backwards in product(*reversed(given)):
            for surname in surnames:
                yield (*surname, *reversed(backwards))


def _surnames(plain: str) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
    """How many characters the surname has, and its readings as syllables."""
    if len(plain) > 2 and plain[:2] in COMPOUND:
        yield 2, tuple(tuple(reading.split()) for reading in COMPOUND[plain[:2]])
    readings = SINGLE.get(plain[:1]) or tuple(_dictionary(plain[:1]))
    yield 1, tuple((reading,) for reading in readings) or ((),)


@lru_cache(maxsize=_KEPT)  # given names are shared by many
def _given(text: str) -> tuple[tuple[str, ...], ...]:
    """For each character its readings, best first; a reading that a word gives away wins."""
    in_words = _dictionary(text)
    return tuple(_options(c, reading) for c, reading in zip(text, in_words, strict=True))


def _options(character: str, in_word: str) -> tuple[str, ...]:
    usual = GIVEN.get(character, (in_word,))
    if [in_word] == _dictionary(character):
        return usual
    return tuple(dict.fromkeys((in_word, *usual)))


def _dictionary(text: str) -> list[str]:
    """One syllable a character; what has no reading stands for itself."""
    itself: Any = list  # pypinyin's own hints forget that a list of syllables may come back
    return lazy_pinyin(text, style=Style.NORMAL, errors=itself)


def _initials(syllables: tuple[str, ...]) -> str:
    return "".join(syllable[0] for syllable in syllables)


def _each_once(readings: Iterator[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(islice(readings, 4 * _READINGS_LIMIT)), _READINGS_LIMIT))


def _in_gb18030(character: str) -> bool:
    try:
        character.encode("gb18030")
    except UnicodeEncodeError:
        return False
    return True
