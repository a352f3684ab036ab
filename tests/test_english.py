"""English: no Chinese of a template goes unmarked, and every marked word has its English."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "civil_affairs/locale/en/LC_MESSAGES/django.po"
TEMPLATES = sorted((ROOT / "apps").rglob("*.html"))
SOURCES = sorted(p for folder in ("apps", "civil_affairs") for p in (ROOT / folder).rglob("*.py"))
MARKS = {"_", "gettext", "gettext_lazy", "lazy", "gettext_noop"}
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
HAN = re.compile(r"[\u4e00-\u9fff]")
# The seal in the header is a picture more than a word.
SEAL = "救"

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|\{% comment.*?endcomment %\}", re.DOTALL)
SENTENCE = re.compile(r"\{% blocktranslate(.*?)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LITERAL = re.compile(r"""(_\(|== |translate )?(["'])((?:(?!\2).)*)\2""")
# How a value is written may differ (a month, a day), that it is there may not.
SLOT = re.compile(r"%\((\w+)\)s|\{(\w*)(?:[:!][^}]*)?\}")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def marked(source: str) -> tuple[set[str], str]:
    """The words of a template that are marked, and the rest without them and without comments."""
    rest = COMMENT.sub("", source)
    words = {
        re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", found[1].replace("%", "%%"))
        for found in SENTENCE.findall(rest)
    }
    rest = SENTENCE.sub(lambda found: "{%" + found[1] + "%}", rest)
    for tag in TAG.findall(rest):
        for mark, _, literal in LITERAL.findall(tag):
            if mark == "_(":
                words.add(literal)
            elif mark == "translate ":
                words.add(literal.replace("%", "%%"))
    return words, rest


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_chinese_of_a_template_is_unmarked(path: Path) -> None:
    _, rest = marked(path.read_text(encoding="utf-8"))
    bare = [line.strip() for line in TAG.sub("", rest).splitlines() if CHINESE.search(line)]
    bare += [
        literal
        for tag in TAG.findall(rest)
        for mark, _, literal in LITERAL.findall(tag)
        if not mark and CHINESE.search(literal)
    ]
    assert not bare


def test_a_marked_template_is_read_as_django_reads_it() -> None:
    words, rest = marked(
        '<p title="{{ _("甲") }}">{% translate "5%" %}{# 乙 #}{% if a == "户" %}'
        "{% blocktranslate with n=x|length %}共 {{ n }} 件{% endblocktranslate %}{% endif %}丙</p>"
    )
    assert words == {"甲", "5%%", "共 %(n)s 件"}
    assert CHINESE.findall(TAG.sub("", rest)) == ["丙"]


def catalogue() -> dict[str, list[str]]:
    """Every word of the catalogue with its English, or its two for one and for several."""
    found: dict[str, list[str]] = {}
    part = ""
    texts: dict[str, str] = {}
    for line in [*PO.read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#"):
            assert "fuzzy" not in line or not found, line
        elif not line:
            if texts:
                key = texts.pop("msgid")
                texts.pop("msgid_plural", None)
                found[key] = list(texts.values())
            texts = {}
        else:
            if not line.startswith('"'):
                part, line = line.split(" ", 1)
            texts[part] = texts.get(part, "") + ast.literal_eval(line)
    found.pop("", None)
    return found


WORDS = catalogue()


def test_every_word_has_its_english() -> None:
    assert len(WORDS) > 1000
    assert not [word for word, english in WORDS.items() if not all(english)]


def test_english_says_the_same_values() -> None:
    wrong = [
        (word, text)
        for word, english in WORDS.items()
        for text in english
        if set(SLOT.findall(word)) != set(SLOT.findall(text))
    ]
    assert not wrong


def test_english_is_english_but_for_names_in_parentheses() -> None:
    plain = {w: re.sub(r"\([^()]*\)", "", t) for w, english in WORDS.items() for t in english}
    assert [word for word, text in plain.items() if HAN.search(text)] == [SEAL]


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_word_of_a_template_is_in_the_catalogue(path: Path) -> None:
    words, _ = marked(path.read_text(encoding="utf-8"))
    assert not words - WORDS.keys()


def marked_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in MARKS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def test_a_word_of_the_code_is_in_the_catalogue() -> None:
    missing = {word for path in SOURCES for word in marked_in(path)} - WORDS.keys()
    assert not missing


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = vars(gettext.GNUTranslations(file))["_catalog"]
    compiled.pop("", None)
    written: dict[object, str] = {}
    for word, english in WORDS.items():
        several = {(word, n): text for n, text in enumerate(english)}
        written |= several if len(english) > 1 else {word: english[0]}
    assert compiled == written, "see docs/decisions/0013-english.md"
