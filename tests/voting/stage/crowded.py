"""The fullest pictures that a night can bring: long names, many entries, panels and judges."""

from datetime import UTC, datetime, timedelta

from voting.results.reveal_rules import Part, Roll, Shown
from voting.stage.rules import (
    Card,
    DrawShown,
    Facts,
    Figure,
    Line,
    Mark,
    Named,
    PanelScores,
    Picture,
    Pole,
    Revealed,
    Scores,
    Slide,
    Step,
    Timer,
    Wall,
)

LONG = "县文化广电和旅游局"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3650)

CARD = Card(
    order=40,
    of=40,
    plate="128",
    unit=LONG,
    deed="村街道路硬化进胡同，九个村一条不落修到家门口",
    figures=tuple(
        Figure("12800.5", "平方米", "硬化道路和胡同的总面积") for _ in range(3)
    ),
)


def facts(scene: str, **fields) -> Facts:
    return Facts(name="红旗争夺赛", county="临河县", scene=scene, **fields)


def entry(**fields) -> Facts:
    timer = Timer("评委打分", NOW, 180, left=179)
    return facts("entry", card=CARD, timer=timer, round="第二轮", **fields)


def order(entries: int) -> Facts:
    lines = tuple(
        Line(place, f"{place:02d}", LONG, place < 9, place == 9, place == 12)
        for place in range(1, entries + 1)
    )
    return facts("order", lines=lines, round="第二轮")


def draw(entries: int) -> Facts:
    lines = tuple(Named(f"{place:02d}", LONG) for place in range(1, entries + 1))
    shown = DrawShown("出场顺序", "3d0a6f51" * 8, lines, seed="31415926535897932384")
    return facts("draw", draw=shown)


def scores(panels: int, judges: int) -> Facts:
    marks = (
        Mark("100.0", "最高"),
        *(Mark("99.5") for _ in range(judges - 2)),
        Mark("88.0", "最低"),
    )
    panel = PanelScores("领导和部门代表", "30%", "99.50", marks)
    return facts(
        "scores",
        card=CARD,
        scores=Scores((panel,) * panels, "99.50", "每组去掉一个最高分、一个最低分"),
    )


def slide(kind: str) -> Facts:
    pictures = tuple(
        Picture("", "", "2025 年 11 月") for _ in range(2 if kind == "pair" else 1)
    )
    caption = "西渠村南巷，装上路灯以后，同一位置、同一钟点拍摄，一共一百二十八盏，夜里亮到天明，孩子们放学不再摸黑。"
    return entry(step=Step(Slide(kind, pictures, caption), 12, 12, NOW))


def reveal(
    phase: int, *, words: str = "并列第十二名", parts: int = 4, places: int = 10
) -> Facts:
    """A place whose rank, parts and names are the longest there are, once it has settled."""
    part = Part("民意测评", "现在揭晓 · 占 12.5%", "100.00")
    roll = tuple(Roll(place, LONG, place == 1) for place in range(1, places + 1))
    unit = {"plate": "100", "short": LONG, "full": f"临河县{LONG}服务中心"}
    shown = Shown(
        step=40,
        of=40,
        phase=phase,
        title="十面红旗",
        words=words if phase else "",
        parts=(part,) * parts if phase > 1 else (),
        total="100.00" if phase > 2 else "",
        roll=roll,
        **(unit if phase == 4 else {}),
    )
    return facts("reveal", is_still=True, reveal=Revealed(shown))


def wall(flags: int, unit: str = LONG) -> Facts:
    poles = tuple(Pole(unit, "并列第十名", "100.00") for _ in range(flags))
    shown = Wall("十面红旗", "拟定结果", "公示至 12 月 30 日", "", poles)
    return facts("wall", is_still=True, wall=shown)


CROWDED = {
    "waiting": facts("waiting", opens_at=LATER),
    "entry": entry(),
    "two together": entry(beside=(Named("07", LONG),)),
    "order of 20": order(20),
    "order of 24": order(24),
    "order of 30": order(30),
    "order of 40": order(40),
    "draw of 20": draw(20),
    "draw of 24": draw(24),
    "draw of 30": draw(30),
    "draw of 40": draw(40),
    "3 panels of 11": scores(3, 11),
    "3 panels of 15": scores(3, 15),
    "2 panels of 22": scores(2, 22),
    "4 panels of 11": scores(4, 11),
    "5 panels of 9": scores(5, 9),
    "photo": slide("photo"),
    "pair": slide("pair"),
    "opening of the reveal": reveal(0),
    "longest rank": reveal(1),
    "known points": reveal(2),
    "four parts and a total": reveal(3),
    "longest unit": reveal(4),
    "wall of 10": wall(10),
    "wall of 4": wall(4),
}
