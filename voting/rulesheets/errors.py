from site_cms.refusals import Refusal
from voting.rules.reading import Problem


class RuleSheetError(Refusal):
    """What a rule sheet refuses."""


class RuleSheetExists(RuleSheetError):
    message = "这次活动已经有一份计分规则，没有另建。请打开原来那份修改。"


class RuleSheetFrozen(RuleSheetError):
    message = "计分规则已经冻结，不能再改，没有保存。要改规则只能另开一届活动。"


class DraftChanged(RuleSheetError):
    message = "提出冻结以后规则又改过，这次没有冻结。请看过新的规则，重新提出。"


class RulesNotReady(RuleSheetError):
    """``problems`` says where, in the paths of the engine's JSON form."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            f"计分规则还有 {len(problems)} 处要改，没有冻结。请先改好："
            + "".join(problem.sentence for problem in problems)
        )
        self.problems = problems
