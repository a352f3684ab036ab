"""标准的词: what the yaml files call things is marked, no more and no less, and has English."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.standards.book import Book
from apps.standards.loading import catalogue
from apps.standards.models import current_book
from apps.standards.saying import document_words, label_of, value_words
from apps.standards.words import WORDS


def test_every_word_of_the_files_is_marked_and_no_other() -> None:
    named = {
        words
        for entry in catalogue().values()
        for words in (entry.label, *entry.band_names.values(), *entry.choices.values())
    }
    assert named == WORDS


def test_a_standard_is_named_in_the_language_of_its_reader() -> None:
    mode, rural = catalogue()["minimum_living.mode"], "minimum_living.rural_annual"
    assert label_of(rural) == "农村低保标准（每人每年）"
    assert value_words(mode.key, mode.unit, None, "gap") in mode.choices.values()
    with translation.override("en"):
        assert label_of(rural) == "Rural minimum living standard (a person a year)"
        assert mode.title == "How the minimum living allowance is computed"
        assert set(mode.choice_titles.values()) == {"Top-up to the standard", "By bands"}
        assert mode.label == "低保金计算方式", "what is stored and logged is Chinese"
        assert catalogue()["minimum_living.grade_amounts"].band_title("80") == "80"


@pytest.mark.django_db
def test_a_working_cites_its_standards_in_chinese() -> None:
    book: Book = current_book()
    row = next(row for row in book if row.key == "minimum_living.rural_annual")
    with translation.override("en"):
        assert document_words(row).startswith("农村低保标准（每人每年） ")
        assert "元/年" in document_words(row)
