"""Which supervisors will be there: two by name, so that one can stand in for the other."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role
from site_cms.trail import services as trail
from voting.judging.errors import JudgingError
from voting.judging.models import Night
from voting.judging.services.preparing import unopened_night
from voting.judging.setup_models import NightSupervisor


@transaction.atomic
def name_supervisors(
    *, by: User | None, night: Night, users: Collection[User], now: datetime
) -> Night:
    """Make these people the night's supervisors. The gate of the night asks for two."""
    night = unopened_night(night)
    strangers = [user for user in users if Role.SUPERVISOR not in roles_of(user)]
    if strangers:
        raise JudgingError(
            "、".join(map(str, strangers))
            + "不是监督员，没有指定。请先在“用户”里给账号加上监督员这个角色。"
        )
    wanted = {user.pk: user for user in users}
    present = {named.user_id: named for named in night.supervisors.all()}
    if wanted.keys() == present.keys():
        return night
    night.supervisors.exclude(user__in=wanted).delete()
    for pk, user in wanted.items():
        if pk not in present:
            NightSupervisor.objects.create(night=night, user=user, named_at=now)
    names = "、".join(map(str, wanted.values()))
    trail.record(
        by=by,
        action="night.supervisors_named",
        subject=night,
        sentence=f"指定现场监督员：{names or '没有人'}",
        now=now,
        details={"users": sorted(wanted)},
    )
    return night
