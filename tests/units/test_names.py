"""姓名: what is refused, what is one name, and how it is searched."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.units.names import (
    MIDDLE_DOT,
    clean_name,
    compare_key,
    gb18030_missing,
    initials,
    initials_all,
    pinyin_all,
    pinyin_full,
)
from apps.units.surnames import COMPOUND, SINGLE

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=2, max_size=6)
ANY = st.text(min_size=1, max_size=12)

RARE = (
    "龑䶮㛃㬎㴔䴖䎖喆堃犇猋骉淼焱垚焜翀翯祎禕旻旸昉昶晞晢暐曌朤杲枟栻棽槿樾歆毓沄沅洺浠浥涴淏淯湜湉"
    "溍滢漪潆瀞灏烜煊煜熠燊爔玘玚玟珅珩珺琎琤琬瑀瑄瑾璟璠瓛甯甦畇皞睿祯禛稷竑筠筱箬簃絜綝縢翙翥翊耔"
    "\U0002c907\U0002ca0e\U0002cb29\U0002cc56\U0002b7f9\U00020b9f\U00029d98\U00030000\U00031350\ue000\ue5e5"
)
DOTS = "·•・･‧·∙⋅⸱․﹒．."
HIDDEN = [
    "200B",
    "200D",
    "FEFF",
    "2060",
    "00AD",
    "202E",
    "2066",
    "0000",
    "0009",
    "000A",
    "007F",
    "0085",
    "2028",
    "D800",
    "DFFF",
    "FFFD",
    "3164",
    "2800",
    "FFFF",
    "1FFFE",
    "FDD0",
]


@pytest.mark.parametrize("code", HIDDEN)
def test_a_character_that_hides_is_refused_by_place_and_code(code):
    character = chr(int(code, 16))
    with pytest.raises(ValueError, match="姓名第2个字符") as refusal:
        clean_name(f"张{character}三")
    assert f"U+{code}" in str(refusal.value)
    assert character not in str(refusal.value)
    with pytest.raises(ValueError, match="姓名第3个字符"):
        clean_name(f"张三{character}")


@pytest.mark.parametrize("character", RARE, ids=[f"U+{ord(c):04X}" for c in RARE])
def test_a_rare_character_is_stored_searched_and_written_as_it_is(character):
    name = f"张{character}"
    assert clean_name(name) == name
    assert character in compare_key(name) or unicodedata.normalize("NFKC", character) != character
    assert pinyin_full(name).startswith("zhang")
    assert initials(name).startswith("z")
    assert len(initials(name)) == 2
    assert gb18030_missing(name) == ()
    assert name.encode("gb18030").decode("gb18030") == name


def test_there_are_a_hundred_rare_characters_and_no_two_are_one():
    assert len(set(RARE)) == len(RARE) >= 100
    assert len({compare_key(f"张{c}") for c in RARE}) == len(RARE)


def test_a_name_is_stored_as_typed_and_not_normalised():
    assert clean_name(" \u3000张三\u00a0") == "张三"
    assert clean_name("\uf92e三") == "\uf92e三"
    assert clean_name("Jose\u0301") == "Jose\u0301"
    assert clean_name("买买提 • 吐尔逊") == "买买提 • 吐尔逊"


@pytest.mark.parametrize("text", ["", " ", "\u3000\u00a0 "])
def test_a_name_of_nothing_but_spaces_is_refused(text):
    with pytest.raises(ValueError, match="不能为空"):
        clean_name(text)


@given(st.text())
def test_what_passes_is_clean_a_second_time_and_can_be_stored_and_sent(text):
    try:
        name = clean_name(text)
    except ValueError:
        return
    assert clean_name(name) == name
    assert "\x00" not in name
    assert name.encode("utf-8").decode("utf-8") == name
    assert gb18030_missing(name) == ()
    pinyin_all(name)


@pytest.mark.parametrize("dot", DOTS, ids=[f"U+{ord(c):04X}" for c in DOTS])
def test_a_name_with_any_dot_is_the_same_name_for_comparison(dot):
    key = compare_key("买买提·吐尔逊")
    assert key == f"买买提{MIDDLE_DOT}吐尔逊"
    assert compare_key(f"买买提{dot}吐尔逊") == key
    assert compare_key(f"买买提 {dot} 吐尔逊") == key


def test_widths_case_compatibility_forms_and_variants_are_one_name_for_comparison():
    assert compare_key("张三Ａ") == compare_key("张 三a")
    assert compare_key("\uf92e三") == compare_key("冷三")
    assert compare_key("葛\U000e0100三") == compare_key("葛三")


def test_different_characters_that_only_look_alike_stay_different_people():
    pairs = [("日", "曰"), ("己", "已"), ("未", "末"), ("戊", "戌"), ("吕", "呂"), ("靜", "静")]
    assert all(compare_key(f"王{a}") != compare_key(f"王{b}") for a, b in pairs)


@given(ANY)
def test_the_key_of_a_key_is_itself(text):
    assert compare_key(compare_key(text)) == compare_key(text)


@pytest.mark.parametrize(
    ("name", "full", "letters"),
    [
        ("曾国藩", "zengguofan", "zgf"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("仇英", "qiuying", "qy"),
        ("解缙", "xiejin", "xj"),
        ("朴志勇", "piaozhiyong", "pzy"),
        ("覃小红", "qinxiaohong", "qxh"),
        ("区建国", "oujianguo", "ojg"),
        ("查良镛", "zhaliangyong", "zly"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("尉健", "weijian", "wj"),
        ("员建军", "yunjianjun", "yjj"),
        ("华小明", "huaxiaoming", "hxm"),
        ("任长霞", "renchangxia", "rcx"),
        ("宁静", "ningjing", "nj"),
        ("乐嘉", "yuejia", "yj"),
        ("万俟卨", "moqixie", "mqx"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("冼星海", "xianxinghai", "xxh"),
        ("缪荃孙", "miaoquansun", "mqs"),
        ("种师道", "chongshidao", "csd"),
        ("秘书", "bishu", "bs"),
        ("折可适", "shekeshi", "sks"),
        ("翟志刚", "zhaizhigang", "zzg"),
        ("阚泽", "kanze", "kz"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("令狐冲", "linghuchong", "lhc"),
        ("吕布", "lvbu", "lb"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("买买提·吐尔逊", "maimaitituerxun", "mmttex"),
        ("张三Ab", "zhangsanab", "zsab"),
    ],
)
def test_names_are_read_as_their_bearers_say_them(name, full, letters):
    assert pinyin_full(name) == full
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("曾国藩", "cgf"),
        ("覃小红", "txh"),
        ("尉迟恭", "wcg"),
        ("单于明", "sym"),
        ("乐嘉", "lj"),
        ("刘乐", "ly"),
        ("贺晟", "hc"),
        ("长孙无忌", "cswj"),
    ],
)
def test_a_name_is_also_found_by_the_reading_a_clerk_may_think_of(name, typed):
    assert typed in initials_all(name)


@given(st.one_of(NAMES, ANY, st.builds(str.__add__, st.sampled_from([*SINGLE, *COMPOUND]), NAMES)))
def test_the_likeliest_reading_comes_first_each_comes_once_and_there_are_few(name):
    for best, every in (
        (initials(name), initials_all(name)),
        (pinyin_full(name), pinyin_all(name)),
    ):
        assert every[0] == best
        assert len(set(every)) == len(every) <= 16
    assert {len(letters) for letters in initials_all(name)} == {len(initials(name))}


@given(NAMES)
def test_a_name_of_common_characters_reads_as_small_letters_only(name):
    assert set(initials(name)) <= set(string.ascii_lowercase) | set(name)
    assert len(initials(name)) == len(name)


def test_a_very_long_name_of_many_readings_does_not_hold_up_the_counter():
    assert len(initials_all("乐" * 200)) == 16


@pytest.mark.parametrize(("surname", "readings"), [*SINGLE.items(), *COMPOUND.items()])
def test_the_surname_table_holds_plain_syllables_without_repeats(surname, readings):
    assert len(set(readings)) == len(readings) >= 1
    for reading in readings:
        syllables = reading.split()
        assert len(syllables) == len(surname)
        assert set("".join(syllables)) <= set(string.ascii_lowercase)


def test_only_lone_surrogates_cannot_be_written_in_gb18030():
    assert gb18030_missing("张\ud800三\ud800\udc00") == ("\ud800", "\udc00")
