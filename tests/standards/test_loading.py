"""标准文件: read exactly, refused with file, key and line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import civil_affairs
from apps.standards import actions, loading
from apps.standards.loading import BadStandard, read, standards_files
from apps.standards.models import Standard
from tests.builders import date

GOOD = """\
trial.monthly:
  label: 月标准
  unit: fen_month
  rows:
    - {from: "2023-01", value: "650.00", source: "公告"}
    - {from: "2024-01", value: "700.00", document: "常民发〔2024〕1号", example: true}
"""


def written(tmp_path: Path, text: str) -> list[Path]:
    file = tmp_path / "standards.yaml"
    file.write_text(text, encoding="utf-8")
    return [file]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    entry = read(written(tmp_path, GOOD))["trial.monthly"]
    assert (entry.label, entry.unit, entry.bands) == ("月标准", "fen_month", None)
    assert [(f"{row.since:%Y-%m}", row.value, row.example) for row in entry.rows] == [
        ("2023-01", "650.00", False),
        ("2024-01", "700.00", True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2024-01", "2023-01", "第6行.*重叠"),
        ("2024-01", "2022-01", "第6行.*重叠"),
        ("2024-01", "2024-1", "第6行.*不是月份"),
        ('"700.00"', "700", "2024-01.*加引号"),
        ('"700.00"', '"700.005"', "两位小数"),
        ("document", "dokument", "第6行.*不认识“dokument”"),
        ('value: "700.00", ', "", "第6行.*须有 from 和 value"),
        ("fen_month", "fen_week", "第2行 trial.monthly.*单位“fen_week”"),
        ("unit:", "units:", "不认识“units”"),
        ("  label: 月标准\n", "", "须有 label"),
        ("trial.monthly", "trial", "项目.名称"),
        ("  label: 月标准\n", "  label: 月标准\n  label: 又\n", "第3行：“label”重复"),
        ("rows:\n", "rows: [\n", "不是有效的 YAML"),
    ],
    ids=repr,
)
def test_a_bad_file_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(BadStandard, match=words):
        read(written(tmp_path, GOOD.replace(old, new, 1)))


def test_a_key_stands_in_one_file_only(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)[0]
    with pytest.raises(BadStandard, match="已在"):
        read([file, file])


@pytest.mark.django_db
def test_loading_again_adopts_nothing_and_keeps_what_the_bureau_adopted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = written(tmp_path, GOOD)
    monkeypatch.setattr(loading, "catalogue", lambda: read(files))
    day = date("2024-05-06")
    assert actions.load(files, recorded_on=day, by=None) == 2
    actions.adopt(
        "trial.monthly", from_month=date("2024-01-01"), value="710.00", recorded_on=day, by=None
    )
    assert actions.load(files, recorded_on=day, by=None) == 0
    newest = Standard.objects.in_force().filter(programme="trial").latest("period")
    assert newest.value == 710_00


def test_the_files_of_the_apps_are_sound() -> None:
    assert read(standards_files())


PROFILE = Path(civil_affairs.__file__).parent / "casebook" / "profile-cn-2024.yaml"


def test_the_files_say_what_the_casebook_profile_says() -> None:
    parameters = yaml.safe_load(PROFILE.read_text(encoding="utf-8"))["parameters"]
    entries = read(standards_files())
    assert set(entries) >= set(parameters)
    for key, rows in parameters.items():
        ours = [(f"{row.since:%Y-%m}", row.value) for row in entries[key].rows]
        assert ours == [(row["from"], row["value"]) for row in rows], key
