"""A rule sheet of two panels and two criteria."""

from datetime import datetime

from tests.factories.moments import NOW
from tests.factories.showcase import make_contest
from voting.rules.rule_sheet import RuleSheet as Rules
from voting.rulesheets.models import RuleSheet

RULES = {
    "format": "hongqi-rule-sheet/1",
    "title": "计分规则",
    "online_weight": "0.3",
    "votes": {"method": "share_of_top"},
    "panels": [
        {"code": "leaders", "name": "领导与部门代表", "weight": "0.6"},
        {"code": "residents", "name": "群众代表", "weight": "0.4"},
    ],
    "rounds": [
        {
            "code": "final",
            "name": "现场评比",
            "weight": "1",
            "criteria": [
                {"code": "results", "name": "实事成效", "maximum": "60"},
                {"code": "presentation", "name": "现场展示", "maximum": "40"},
            ],
        }
    ],
    "ladder": ["total", "marks", "lot"],
    "rounding": {"total": 2},
    "places": 1,
}


def make_rule_sheet(*, frozen_at: datetime | None = None, **fields) -> RuleSheet:
    """A complete draft; with ``frozen_at`` a frozen rule sheet."""
    if "contest" not in fields:
        fields["contest"] = make_contest()
    document = Rules.from_json(fields.pop("document", RULES)).to_json()
    return RuleSheet.objects.create(
        document=document,
        changed_at=frozen_at or NOW,
        frozen_at=frozen_at,
        rules_hash=Rules.from_json(document).hash() if frozen_at else "",
        **fields,
    )
