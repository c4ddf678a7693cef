"""The demo's people: one login for each role, with secrets of this installation alone."""

import json
import secrets
from datetime import datetime
from pathlib import Path

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group

from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import OPERATORS, Role
from site_cms.accounts.services import enrol_operator, set_password
from voting.judging.cards import Card

# (user name, surname and given name, roles). Two supervisors, so that one can stand in.
PEOPLE = (
    ("guanli", "田", "某某", [Role.ADMINISTRATOR]),
    ("guanli2", "凌", "某某", [Role.ADMINISTRATOR]),
    ("zhuchi", "岳", "某某", [Role.HOST]),
    ("jifen", "向", "某某", [Role.TABULATOR]),
    ("jiandu", "何", "某某", [Role.SUPERVISOR]),
    ("jiandu2", "路", "某某", [Role.SUPERVISOR]),
    ("fangshua", "管", "某某", [Role.INTEGRITY]),
    ("shenji", "严", "某某", [Role.AUDITOR]),
    ("xiezhu", "谷", "某某", [Role.HELPER]),
    ("chushen", "梅", "某某", [Role.REVIEWER_FIRST]),
    ("chushen2", "凤", "某某", [Role.REVIEWER_FIRST]),
    ("chushen3", "柴", "某某", [Role.REVIEWER_FIRST]),
    ("chushen4", "左", "某某", [Role.REVIEWER_FIRST]),
    ("chushen5", "焦", "某某", [Role.REVIEWER_FIRST]),
    ("chushen6", "温", "某某", [Role.REVIEWER_FIRST]),
    ("fushen", "乔", "某某", [Role.REVIEWER_SECOND]),
    ("fushen2", "季", "某某", [Role.REVIEWER_SECOND]),
    ("fushen3", "邢", "某某", [Role.REVIEWER_SECOND]),
    ("fushen4", "盛", "某某", [Role.REVIEWER_SECOND]),
    ("fushen5", "关", "某某", [Role.REVIEWER_SECOND]),
)

# Where some of the reviewers work, by the unit's code: none of them gets its nomination.
WORKPLACES = {"chushen2": "07", "chushen4": "44", "fushen2": "03", "fushen5": "11"}

# Units whose accounts the demo prints; between them they meet every state of a nomination.
DESKS_TO_TRY = ("07", "24", "31", "76")


SEATS_TO_TRY = ("A03", "B03")
# Under which the card of whoever reads the reveal aloud is kept beside those of the seats.
PRESENTER = "提词"


def logins_file() -> Path:
    """Where this installation keeps what the demo prints at each start."""
    return settings.DATA_DIR / "demo-logins.json"


def logins() -> dict[str, dict]:
    return json.loads(logins_file().read_text(encoding="utf-8"))


def cards_file() -> Path:
    """The seat cards that a real contest prints once and keeps nowhere."""
    return settings.DATA_DIR / "demo-cards.json"


def cards_to_try() -> list[tuple[str, Card]]:
    """Seats that have not marked the unit on stage when the demo shows the night."""
    kept = _kept_cards()
    return [(seat, kept[seat]) for seat in SEATS_TO_TRY if seat in kept]


def presenter_to_try() -> Card | None:
    """The card of whoever reads the reveal aloud, right before it."""
    return _kept_cards().get(PRESENTER)


def _kept_cards() -> dict[str, Card]:
    if not cards_file().exists():
        return {}
    kept = json.loads(cards_file().read_text(encoding="utf-8"))
    return {name: Card(*card) for name, card in kept.items()}


def keep_cards(made: dict[str, Card]) -> None:
    _write(cards_file(), _kept_cards() | made)


def _write(path: Path, value: object) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(3))


def keep_desk_logins(units: dict[str, Unit], *, now: datetime) -> None:
    """Give the accounts of some units a password that need not be changed, and note it."""
    notes = logins()
    for code in DESKS_TO_TRY:
        if code not in units:
            continue
        unit, password = units[code], _password()
        account = User.objects.get(username=unit.code)
        set_password(by=account, user=account, password=password, now=now)
        notes[account.username] = {
            "password": password,
            "role": f"{Role.UNIT_EDITOR.label}，{unit.short_name}",
        }
    _write(logins_file(), notes)


def add_people(*, now: datetime) -> dict[str, User]:
    """Make the demo's accounts; operators get a second factor whose codes can be printed."""
    users, notes = {}, {}
    for username, surname, given, roles in PEOPLE:
        password = _password()
        user = User.objects.create_user(
            username=username,
            password=password,
            last_name=surname,
            first_name=given,
        )
        user.groups.set(Group.objects.filter(name__in=[role.label for role in roles]))
        if set(roles) & OPERATORS:
            enrol_operator(by=None, user=user, secret=generate_totp_secret(), now=now)
        users[username] = user
        notes[username] = {
            "password": password,
            "role": "、".join(role.label for role in roles),
        }
    _write(logins_file(), notes)
    return users
