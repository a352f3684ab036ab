"""姓名: made of common surnames and characters; nobody is meant. Rare ones are there on purpose."""

from __future__ import annotations

import random
from itertools import accumulate

# Surnames by how common they are here: the first ones come most often.
SURNAMES = (
    "王李张刘陈杨黄周吴徐罗肖谢唐邓曾彭萧蒋何胡尹廖贺欧段雷詹阳吕"
    "贺龙谭邹易伍文姚盘赵袁郭曹匡资滕封全单仇查解盛秦邱祝游毛"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟")
MEN = "建国志军伟强勇平德明生福文武林成华辉龙祥贵海波斌涛亮俊杰鹏浩宇轩豪富清友仁义礼智信"
WOMEN = "秀英桂兰玉珍凤梅丽红霞芳娟燕萍莲菊娥艳琴静洁敏慧雪婷欣怡梓涵诗蕊云翠香满春冬"
EITHER = "小晓子新永长元金庆光世忠和安宁运来春秋年"
# Characters outside the basic plane, of the national list of 8,105 used in names.
RARE = ("𬱖", "𫖯", "𬍛", "𫘝", "𬳵", "𫟹", "𬬩", "𬀩", "𫄷", "𬸚")
DOTTED = (
    ("阿依古丽·买买提", "f"),
    ("古丽娜尔·艾合买提", "f"),
    ("买买提江·吐尔逊", "m"),
    ("扎西·次仁", "m"),
    ("卓玛·央金", "f"),
    ("迪丽努尔·阿不都热合曼", "f"),
)
GIVEN_NAMES = 160  # of either sex
COMPOUND_IN, RARE_IN, DOTTED_IN = 300, 400, 1500  # one name in so many


class Names:
    """Names drawn from a given source of chance, the same for the same seed."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._weights = list(accumulate(1 / (n + 4) for n in range(len(SURNAMES))))
        # As in any county, many share a given name; and each is spelled out (pinyin) but once.
        self._given = {sex: [self._made(sex) for _ in range(GIVEN_NAMES)] for sex in "mf"}

    def surname(self) -> str:
        """A surname, common ones more often."""
        if self.rng.randrange(COMPOUND_IN) == 0:
            return self.rng.choice(COMPOUND)
        return self.rng.choices(SURNAMES, cum_weights=self._weights)[0]

    def full(self, sex: str, surname: str = "") -> str:
        """A full name; with a surname given, of that family."""
        if not surname and self.rng.randrange(DOTTED_IN) == 0:
            return self.rng.choice([name for name, its in DOTTED if its == sex])
        return (surname or self.surname()) + self.given(sex)

    def given(self, sex: str) -> str:
        """One or two characters, now and then a rare one."""
        if self.rng.randrange(RARE_IN) == 0:
            return self.rng.choice(EITHER) + self.rng.choice(RARE)
        return self.rng.choice(self._given[sex])

    def _made(self, sex: str) -> str:
        own = MEN if sex == "m" else WOMEN
        last = self.rng.choice(own)
        if self.rng.random() < 0.15:
            return last
        return self.rng.choice(own + EITHER) + last


def surname_of(name: str) -> str:
    """The family name; empty where the name has none (·)."""
    if "·" in name:
        return ""
    return name[:2] if name[:2] in COMPOUND else name[0]
