"""A trace in plain Chinese: the answer to "why 87.42?", one sentence a step."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from voting.rules import exact
from voting.rules.rounding import Stage, deciding_places, half_up, shown
from voting.rules.rule_sheet import LAST_RUNGS, RuleSheet
from voting.rules.trace import (
    EntryTrace,
    Line,
    MarkRow,
    PanelTrace,
    RoundTrace,
    VotesTrace,
)

MOST_MARKS_IN_A_SENTENCE = 40
MORE_PLACES = 3

_STATES = {
    "absent": "缺席",
    "recused": "回避",
    "missing": "未交评分表",
    "partial": "评分表没填全",
    "practice": "练习席，不计",
    "observer": "观摩席，不计",
    "void": "整组作废",
}


class Teller:
    """Tells one contest's traces. Figures have ``shown_places`` decimals; "≈" marks a cut-off."""

    def __init__(self, sheet: RuleSheet) -> None:
        self.sheet = sheet
        self.places = sheet.shown_places

    def tell(self, trace: EntryTrace) -> Iterator[str]:
        """All sentences about how one entry came to its total."""
        for round_trace in trace.marks.rounds:
            yield from self._round(round_trace)
        if trace.marks.exact is not None and self._has_marks_step():
            yield self._joined(
                "现场得分",
                [(r.points, r.weight_used) for r in trace.marks.rounds],
                trace.marks.exact,
                trace.marks.points,
                "marks",
            )
        if trace.votes is not None and (
            trace.votes.measure is not None or self.sheet.online_weight
        ):
            yield self._votes(trace.votes)
        if trace.total_exact is None or trace.total is None:
            yield f"没有综合得分：{trace.reason}"
            return
        yield self._total(trace, trace.total_exact, trace.total)

    def parting(
        self,
        rung: str,
        above: EntryTrace,
        below: EntryTrace,
        values: tuple[Fraction, Fraction] | None,
    ) -> str:
        """Why ``above`` stands before ``below``, with as many digits as decide."""
        name = self.sheet.rung_name(rung)
        if values is None:
            return f"和第 {below.rank} 名{below.name}前面各级都相同，由{LAST_RUNGS[rung]}分出先后。"
        high, low = values
        places = deciding_places(high, low, start=self._start(high, low))
        digits = f"{shown(high, places)} 比 {shown(low, places)}"
        if rung == self.sheet.ladder[0]:
            return f"排在{below.name}前面：{name} {digits}。"
        return f"和{below.name}综合得分相同，比{name}：{digits}，排在前面。"

    def _has_marks_step(self) -> bool:
        return len(self.sheet.rounds) > 1 or "marks" in self.sheet.rounding

    def _start(self, high: Fraction, low: Fraction) -> int:
        return 0 if high.denominator == low.denominator == 1 else self.places

    def _is(self, value: Fraction, places: int | None = None) -> str:
        """ "＝ 88.50" when that is the value, "≈ 88.62" when digits are left out."""
        if places is not None and Fraction(shown(value, places)) == value:
            return f"＝ {exact.plain(value)}"
        text = shown(value, self.places if places is None else places)
        return f"{'＝' if Fraction(text) == value else '≈'} {text}"

    def _rounded(self, value: Fraction, points: Fraction | None, stage: Stage) -> str:
        places = self.sheet.rounding.get(stage)
        if places is None or points is None:
            return self._is(value)
        if points == value:
            return f"＝ {shown(points, places)}"
        to = f" {places} 位小数" if places else "整数"
        digits = places + MORE_PLACES
        while half_up(Fraction(shown(value, digits)), places) != points:
            digits += 1
        return f"{self._is(value, digits)}，四舍五入到{to} ＝ {shown(points, places)}"

    def _percent(self, weight: Fraction) -> str:
        text = exact.percent(weight)
        return f"约 {shown(weight * 100, self.places)}%" if "/" in text else text

    def _round(self, trace: RoundTrace) -> Iterator[str]:
        several = len(self.sheet.rounds) > 1
        prefix = f"{trace.name}，" if several else ""
        names = self._criteria(trace.code)
        for panel in trace.panels:
            yield from self._panel(prefix, panel, names)
        if trace.exact is None:
            yield f"{prefix or '现场评分'}没有有效的组得分，这一轮作废，不按 0 分算。"
            return
        void = [panel.name for panel in trace.panels if panel.points is None]
        if void:
            yield f"{prefix}{'、'.join(void)}没有有效得分，不按 0 分算；权重按规则归其余组。"
        yield self._joined(
            f"{trace.name}得分" if self._has_marks_step() else "现场得分",
            [(panel.points, panel.weight_used) for panel in trace.panels],
            trace.exact,
            trace.points,
            "round",
        )

    def _panel(
        self, prefix: str, panel: PanelTrace, names: Mapping[str, str]
    ) -> Iterator[str]:
        head = f"{prefix}{panel.name}（权重 {self._percent(panel.weight)}）"
        for line in panel.lines:
            yield head + self._line(line, names)
        if panel.exact is not None and (
            len(panel.lines) > 1 or panel.points != panel.exact
        ):
            yield f"{head}组得分 {self._rounded(panel.exact, panel.points, 'panel')}。"
        left_out = (
            [row for row in panel.lines[0].rows if row.state in _STATES]
            if panel.lines
            else []
        )
        if left_out:
            yield f"{head}不计入：{'；'.join(self._left_out(left_out))}。"

    def _left_out(self, rows: Sequence[MarkRow]) -> list[str]:
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(_STATES[row.state], []).append(row.seat)
        return [f"{'、'.join(seats)} {why}" for why, seats in found.items()]

    def _line(self, line: Line, names: Mapping[str, str]) -> str:
        counting = [row for row in line.rows if row.state in ("counted", "high", "low")]
        kept = [row for row in counting if row.state == "counted"]
        head = f"的“{names[line.criterion]}”：" if line.criterion else "："
        if line.mean is None or line.points is None or line.weighted is None:
            return f"{head}没有足够的有效评分，整组作废。"
        if line.how == "places":
            points = "、".join(
                self._place(row) for row in kept[:MOST_MARKS_IN_A_SENTENCE]
            )
            return (
                f"{head}{len(kept)} 位评委排出的名次折分（{points}），平均 {self._is(line.mean)}，"
                f"折成百分 {self._is(line.weighted)}。"
            )
        dropped = self._dropped(line)
        told = f"{head}{len(counting)} 份有效{self._listed(counting)}，{dropped}"
        told += (
            f"就用这 1 份 {self._rounded(line.mean, line.points, 'criterion')}"
            if line.how == "itself"
            else f"{len(kept)} 份平均 {self._rounded(line.mean, line.points, 'criterion')}"
        )
        if line.criterion and line.weight != 1:
            weighted = self._rounded(
                line.points * line.weight, line.weighted, "criterion_weighted"
            )
            told += f"；乘系数 {exact.plain(line.weight)} {weighted}"
        return told + "。"

    def _criteria(self, round_code: str) -> dict[str, str]:
        return {
            criterion.code: criterion.name
            for round_rule in self.sheet.rounds
            if round_rule.code == round_code
            for criterion in round_rule.criteria
        }

    def _place(self, row: MarkRow) -> str:
        first, last = row.place or (0, 0)
        place = f"第 {first} 名" if first == last else f"并列第 {first} 至 {last} 名"
        return f"{row.seat} {place} {shown(row.points or Fraction(0), self.places)}"

    def _listed(self, rows: Sequence[MarkRow]) -> str:
        if len(rows) > MOST_MARKS_IN_A_SENTENCE:
            return ""
        return f"（{'、'.join(self._mark(row) for row in rows)}）"

    def _mark(self, row: MarkRow) -> str:
        total = row.total or Fraction(0)
        text = exact.plain(total)
        return shown(total, self.places) if "/" in text else text

    def _dropped(self, line: Line) -> str:
        high = [self._mark(row) for row in line.rows if row.state == "high"]
        low = [self._mark(row) for row in line.rows if row.state == "low"]
        if line.how == "closest":
            return f"取最接近的两份，不取 {'、'.join(high + low)}，"
        parts = []
        if high:
            parts.append(f"去掉最高 {'、'.join(high)}")
        if low:
            parts.append(f"去掉最低 {'、'.join(low)}")
        return "，".join(parts) + "，其余 " if parts else ""

    def _joined(
        self,
        name: str,
        parts: Sequence[tuple[Fraction | None, Fraction]],
        value: Fraction,
        points: Fraction | None,
        stage: Stage,
    ) -> str:
        terms = " ＋ ".join(
            f"{shown(part, self.places)} × {self._percent(weight)}"
            for part, weight in parts
            if part is not None and weight
        )
        return f"{name}：{terms} {self._rounded(value, points, stage)}。"

    def _votes(self, trace: VotesTrace) -> str:
        if trace.measure is None:
            return "民意测评：没有足够的有效评价，不按 0 分算，按规则处理它的权重。"
        rule = self.sheet.votes
        graded = rule is not None and rule.form == "grades"
        held = (
            f"{exact.plain(trace.facts['ratings'])} 人评价，平均满意度 {self._is(trace.measure)}"
            if graded
            else f"得 {exact.plain(trace.measure)} 票"
        )
        if trace.exact is None:
            return f"民意测评：{held}，全场没有有效票可折分，按规则处理它的权重。"
        how = self._method(trace)
        return f"民意测评：{held}；{how}{self._rounded(trace.exact, trace.points, 'votes')}。"

    def _method(self, trace: VotesTrace) -> str:
        facts = trace.facts
        measure = self._short(trace.measure or Fraction(0))
        place = ""
        if "place" in facts:
            first, last = facts["place"], facts["place_last"]
            place = (
                f"第 {first} 名" if first == last else f"并列第 {first} 至 {last} 名"
            )
        match trace.method:
            case "share_of_top":
                return f"最高 {self._short(facts['top'])}，{measure} ÷ {self._short(facts['top'])} × 100 "
            case "share_of_total":
                return (
                    f"全部 {self._short(facts['total'])}，{measure} ÷ {self._short(facts['total'])} "
                    f"× {self._short(facts['pool'])}，按最大余数凑整 "
                )
            case "min_max":
                return f"最高 {self._short(facts['top'])}、最低 {self._short(facts['low'])}，按高低差折成 "
            case "rank":
                return f"在 {facts['entries']} 个单位里{place}，按名次折分 "
            case "floor_and_rank":
                reached = facts["reached"] >= facts["floor"]
                return (
                    f"门槛 {self._short(facts['floor'])}，{'过了' if reached else '没过'}门槛；"
                    f"在 {facts['entries']} 个单位里{place}，合计 "
                )
        return "直接作为民意得分 "

    def _short(self, value: Fraction) -> str:
        text = exact.plain(value)
        return shown(value, self.places) if "/" in text else text

    def _total(self, trace: EntryTrace, value: Fraction, total: Fraction) -> str:
        terms = " ＋ ".join(
            f"{part.name} {shown(part.points, self.places)} × {self._percent(part.weight)}"
            + (
                f" ＝ {exact.plain(part.weighted)}"
                if "weighted" in self.sheet.rounding
                else ""
            )
            for part in trace.parts
            if part.weight
        )
        for note in trace.added:
            terms += f" ＋ {note.name} {self._short(note.points)}"
        for note in trace.deducted:
            terms += f" － 扣分 {self._short(note.points)}（{note.name}）"
        advisory = [part.name for part in trace.parts if not part.weight]
        told = f"综合得分：{terms} {self._rounded(value, total, 'total')}。"
        if advisory:
            told += f"{'、'.join(advisory)}只作参考，不计入。"
        return told
