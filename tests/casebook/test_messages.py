"""A case that is badly written is told so: file, line, case, field, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from civil_affairs.casebook.reading import NothingToRead, read_library

GOOD = """\
format: 1
profile: cn-2024
cases:
- id: T001
  title: "写得对的案例"
  certainty: law
  rules: ["R-DB-10"]
  source: "57号"
  persons:
    A: {born: "1980-05-02", sex: m}
    B: {born: "1982-07-11"}
  households:
    H: {class: rural, since: "2023-01-01", members: {A: applicant, B: spouse}}
  events:
    - {"on": "2023-11-01", kind: income, person: A, source: wage, monthly: "600.00"}
    - {"on": "2023-12-01", kind: apply, programme: minimum_living, subject: H}
    - {"on": "2023-12-15", kind: confirm, programme: minimum_living, subject: H}
  runs: ["2024-01"]
  expect:
    owed:
      - {month: "2024-01", programme: minimum_living, subject: H, amount: "300.00"}
"""
APPLY = '{"on": "2023-12-01", kind: apply, programme: minimum_living, subject: H}'
CONFIRM = '{"on": "2023-12-15", kind: confirm, programme: minimum_living, subject: H}'
INCOME = '{"on": "2023-11-01", kind: income, person: A, source: wage, monthly: "600.00"}'
OWED = '{month: "2024-01", programme: minimum_living, subject: H, amount: "300.00"}'
HOME = '{class: rural, since: "2023-01-01", members: {A: applicant, B: spouse}}'

# What is replaced in GOOD, by what, the line and the words of the message.
BROKEN = {
    "yaml": (INCOME, '{"on": "2023-11-01", kind: [', 16, "YAML 语法错误"),
    "tab": ("  expect:", "\texpect:", 19, "YAML 语法错误"),
    "format": ("format: 1", "format: 2", 1, "format：只能是 1，现在是 2"),
    "profile": ("cn-2024", "cn-2030", 2, "profile：没有参数档案 cn-2030，可用的是 cn-2024"),
    "no cases": (GOOD, "format: 1\nprofile: cn-2024\n", 1, "缺少字段 cases"),
    "not a map": (GOOD, "- 1\n", 1, "文件应是键值表"),
    "empty": (GOOD, "", 0, "文件应是键值表"),
    "missing": ('  source: "57号"\n', "", 4, "案例 T001：缺少字段 source"),
    "extra": (INCOME, INCOME.replace("kind", "remark: x, kind"), 15, "没有这样的字段：remark"),
    "bare on": (INCOME, INCOME.replace('"on"', "on"), 15, 'events[0].on：键“on”须加引号写成 "on"'),
    "bare date": ('born: "1980-05-02"', "born: 1980-05-02", 10, '须加引号：写成 "1980-05-02"'),
    "bare amount": ('"600.00"', "600.00", 15, "events[0].monthly：应为加引号的文字"),
    "amount": ('"600.00"', '"600"', 15, '“600”写法不对，金额写成 "550.00" 的样子'),
    "negative": ('"600.00"', '"-1.00"', 15, "“-1.00”写法不对"),
    "month": ('runs: ["2024-01"]', 'runs: ["2024-13"]', 18, "“2024-13”写法不对，月份写成"),
    "date": ('"on": "2023-11-01"', '"on": "2023-02-30"', 15, "2023-02-30 不是真实的日期"),
    "kind": ("kind: income", "kind: incom", 15, "“incom”不在允许的取值中，是否想写 income"),
    "word": ("class: rural", "class: county", 13, "“county”不在允许的取值中：urban、rural"),
    "rule": ("R-DB-10", "DB-10", 7, "rules[0]：“DB-10”写法不对，规则号写成"),
    "id": ("T001", "case 1", 4, "id：“case 1”写法不对，案例号写成 C001 的样子"),
    "both": (INCOME, INCOME.replace("monthly", 'annual: "1.00", monthly'), 15, "能填写一项"),
    "twice": ("    B: {", "    A: {", 10, "键“A”写了两次"),
    "owner": ("person: A,", "person: X,", 15, "events[0].person：没有登记人员 X"),
    "subject": (APPLY, APPLY.replace("H}", "Z}"), 16, "events[1].subject：没有登记对象 Z"),
    "person's": (
        APPLY,
        APPLY.replace("minimum_living", "old_age_allowance"),
        16,
        "old_age_allowance 的对象应是人员，H 是家庭",
    ),
    "before birth": ('"on": "2023-11-01"', '"on": "1970-01-01"', 15, "早于 A 的出生日期"),
    "order": ('"on": "2023-12-15"', '"on": "2023-11-15"', 17, "事件须按登记日"),
    "known": (INCOME, INCOME.replace("kind", 'known: "2023-10-01", kind'), 15, "早于发生日"),
    "never applied": (APPLY, INCOME.replace("11-01", "12-01"), 17, "H 没有申请过 minimum_living"),
    "never confirmed": (f"    - {CONFIRM}\n", "", 20, "从未确认，不会有应发"),
    "single entry": (
        GOOD[GOOD.index("    - " + APPLY) : GOOD.index("  runs")],
        "    - " + APPLY.replace("H}", "A}") + "\n    - " + CONFIRM.replace("H}", "A}") + "\n",
        17,
        "单人户须写明依据 basis",
    ),
    "co-residence": ("B: spouse", "B: parent", 13, "parent B 须有 co_residence"),
    "two applicants": ("B: spouse", "B: applicant", 13, "一户只能有一名申请人"),
    "two homes": (
        f"    H: {HOME}\n",
        f"    H: {HOME}\n    J: {HOME}\n",
        14,
        "加入 J 时仍是 H 的成员",
    ),
    "same name": ("    H: {", "    A: {", 13, "键 A 同时用作人员和家庭"),
    "parameter": (
        "  persons:",
        '  standards:\n    minimum_living.foo: [{from: "2024-01", value: null}]\n  persons:',
        10,
        "standards.minimum_living.foo：参数档案中没有 minimum_living.foo",
    ),
    "run": (
        f"      - {OWED}\n",
        f'      - {OWED}\n    batch: {{run: x, count: 1, total: "1.00"}}\n',
        22,
        "expect.batch.run：没有批次 x",
    ),
    "run twice": ('["2024-01"]', '["2024-01", "2024-01"]', 18, "批次名 2024-01 重复"),
    "window": ("  expect:\n", "  expect:\n    exhaustive: true\n", 20, "须与 window 一起填写"),
    "none": (
        f"      - {OWED}\n",
        f'      - {OWED}\n    paid: [{{run: "2024-01", programme: minimum_living, subject: H,'
        ' amount: "1.00", kind: none}]\n',
        22,
        "expect.paid[0].amount：只能是 0.00",
    ),
    "decision": (
        f"      - {OWED}\n",
        f"      - {OWED}\n    decisions: [{{programme: minimum_living, subject: H,"
        ' "on": "2023-12-15", outcome: confirm}]\n',
        22,
        "没有对应的 decide 或 redetermine 事件",
    ),
    "sanction": (
        f"    - {CONFIRM}\n",
        f'    - {CONFIRM}\n    - {{"on": "2024-01-15", kind: sanction, household: H, person: B}}\n',
        18,
        "须有三次拒绝介绍工作的记录",
    ),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cases.yaml"


def test_the_good_case_is_good(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    library = read_library([file])
    assert not library.faults
    assert [case.id for case in library.cases] == ["T001"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_case_is_told_where_and_why(name: str, file: Path) -> None:
    old, new, line, words = BROKEN[name]
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    library = read_library([file])
    told = [str(fault) for fault in library.faults]
    place = f"{file}:{line}：" if line else f"{file}"
    assert any(text.startswith(place) and words in text for text in told), told
    assert not library.cases
    assert library.invalid


def test_each_fault_is_told_once(file: Path) -> None:
    file.write_text(GOOD.replace(INCOME, INCOME.replace('"on"', "on")), encoding="utf-8")
    assert len(read_library([file]).faults) == 1


def test_the_sound_cases_of_a_file_are_still_read(file: Path) -> None:
    other = GOOD[GOOD.index("- id") :].replace("T001", "T002")
    file.write_text(GOOD.replace("rural", "county") + other, encoding="utf-8")
    library = read_library([file])
    assert [case.id for case in library.cases] == ["T002"]
    assert library.invalid == ["T001"]


def test_an_id_may_be_used_once_over_all_files(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    library = read_library([tmp_path])
    assert len(library.cases) == 1
    assert "案例号 T001 已在" in str(library.faults[0])


def test_a_file_that_is_not_text_is_told_so(file: Path) -> None:
    file.write_bytes("标题".encode("gb18030"))
    assert "不是 UTF-8 文本" in str(read_library([file]).faults[0])


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\n", "a: \x07\n", "? [1, 2]\n: 3\n", "a: !!python/x 1\n"]
)
def test_strange_yaml_never_breaks_the_reader(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    library = read_library([file])
    assert library.faults
    assert library.invalid == [str(file)]


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="没有这个文件或文件夹"):
        read_library([tmp_path / "nowhere.yaml"])
    with pytest.raises(NothingToRead, match="文件夹里没有案例文件"):
        read_library([tmp_path])
