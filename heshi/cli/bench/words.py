"""Made-up messages of a natural length, so that a measurement needs nobody's real words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from heshi.intake.rules.report import Report

PLACES = [
    "幸福路", "建设街", "人民巷", "和平里", "东风桥", "向阳坡", "文化广场", "新华小区", "长青苑", "锦绣园",
    "南门菜市场", "北关小学", "西河码头", "老车站", "化工厂旁",
]  # fmt: skip
TROUBLES = [
    "路灯坏了很久没有人修", "下水道堵塞污水漫到路面", "楼上漏水把天花板泡坏了",
    "物业一直不处理公共楼道的杂物", "工地夜里施工吵得睡不着", "老板拖欠三个月工资不给",
    "邻居占用公共通道堆放东西", "电梯三天两头停运老人上不去", "小区停车费涨价没有公示",
    "网上买的家电坏了商家不退", "公交车间隔太长上班赶不上", "医院收费单据看不明白",
    "学校门口早晚堵车危险", "树枝挡住窗户光线很暗", "承包地的边界说不清楚", "消防通道被车堵住",
    "摊点占道油烟很大", "自来水发黄有异味", "拆迁补偿款迟迟没有到账", "离婚后抚养费一直没有给",
]  # fmt: skip
MIDDLES = [
    "我们多次向有关单位反映", "之前打过电话说会安排人来看", "到现在已经快两个月了", "家里有老人和孩子出行很不方便",
    "周围十几户人家都受影响", "下雨天更严重", "希望能给一个明确的答复", "也拍了照片可以提供",
    "对方态度很不好说不归他管", "我们愿意配合坐下来商量", "去年冬天也出过同样的事", "早上六点多就开始响",
    "夜里十一点以后还不停", "社区说要等街道统一安排", "维修的人来过一次没有修好", "合同上写得清清楚楚",
    "当时只给了一张手写的收条", "亲戚邻居都可以作证", "孩子正在准备考试", "老人腿脚不好不敢出门",
    "车子停在那里好几天没人管", "气味大得窗户都不敢开", "水费比平时多了一倍", "墙上裂了一条很长的缝",
    "钥匙在前一个租客手里", "押金说好退房就退", "电话打过去总是没有人接", "网上查到的规定和他们说的不一样",
    "每次去窗口都说要补材料", "村里开过两次会没有结果", "两家为这件事已经不说话了", "不想把事情闹大",
    "只求按规定办", "如果要交材料请一次说全", "最近一次是上个星期三", "隔壁楼也有同样的情况",
    "门口的牌子早就掉了", "路面坑洼晚上容易摔倒", "施工的围挡占了一半路", "担心再拖下去会出危险",
]  # fmt: skip
ENDS = ["请尽快派人处理。", "请帮忙协调解决。", "盼回复。", "谢谢。", "请告知该找哪个部门。"]
GRID = (119.0, 24.0)


def message(rng: random.Random, sentences: int = 8) -> tuple[str, str]:
    """Return a title and a body of about 150 characters."""
    place, trouble = rng.choice(PLACES), rng.choice(TROUBLES)
    house = f"{rng.randint(1, 300)}号{rng.randint(1, 30)}栋"
    day = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    middle = "，".join(rng.sample(MIDDLES, k=min(len(MIDDLES), sentences)))
    return f"{place}{trouble}", f"我住在{place}{house}，{day}以来{trouble}。{middle}。{rng.choice(ENDS)}"


def reports(count: int, *, seed: int = 1, source: str = "import") -> Iterator[Report]:
    """Return so many reports, the same ones for the same seed."""
    rng = random.Random(seed)  # noqa: S311 -- a measurement must repeat itself
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for index in range(count):
        title, body = message(rng)
        phone = f"138{rng.randrange(10**8):08d}"
        yield Report(
            source=source, source_key=f"{seed}-{index}", title=title, body=body, name="群众", phone=phone,
            said_at=start + timedelta(minutes=index),
        )  # fmt: skip
