"""Codes on paper and codes by text message: made, entered, spent."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.messaging import services as messaging
from site_cms.messaging.services import Limit
from site_cms.privacy.hashing import keyed_hash
from site_cms.trail import services as trail
from voting.polls.code_rules import (
    LENGTH,
    PHONE_CODE_LENGTH,
    masked_phone,
    typed_code,
    typed_digits,
    typed_phone,
    with_check,
)
from voting.polls.models import Poll
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll
from voting.polls.signs import ALPHABET
from voting.polls.voter_errors import (
    BatchExists,
    CodeMisread,
    CodeUnknown,
    PhoneCodeGone,
    PollOver,
    WrongPhone,
    WrongPhoneCode,
)
from voting.polls.voter_models import (
    PHONE_CODE_TRIES,
    CodeBatch,
    PhoneCode,
    PrintedCode,
)
from voting.polls.voters.base import Voter
from voting.polls.voters.phone import Phone
from voting.polls.voters.printed import Printed
from voting.polls.voters.wechat import WeChat

LIFETIME = timedelta(minutes=5)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_OTHER_WAY = "请换一种方式投票，或者用自己的手机直接投。"

PER_PHONE = (
    Limit(
        "sms phone minute",
        1,
        timedelta(minutes=1),
        "验证码刚刚发过，请先看看短信。没有收到的话，一分钟以后再试。",
    ),
    Limit(
        "sms phone hour",
        5,
        _HOUR,
        "这个号码一小时里已经发了 5 次验证码，没有再发。请过一小时再试。",
    ),
    Limit(
        "sms phone day",
        10,
        _DAY,
        "这个号码今天已经发了 10 次验证码，没有再发。请明天再试。",
    ),
)
# A carrier puts thousands of people behind one address: these stop machines only.
PER_ADDRESS = (
    Limit(
        "sms address",
        60,
        timedelta(minutes=10),
        f"这个网络刚才要了太多验证码，没有再发。请过十分钟再试，{_OTHER_WAY}",
    ),
    Limit(
        "sms address day",
        600,
        _DAY,
        f"这个网络今天要了太多验证码，没有再发。{_OTHER_WAY}",
    ),
)
MONEY_IS_SPENT = (
    "今天的短信验证码已经发完，没有再发，不是您的错。请明天再来，或者换一种方式投票。"
)
# While Redis does not count the tries of an address, the database does.
CODE_TRIES = Limit(
    "printed code tries",
    100,
    timedelta(minutes=10),
    "这个网络试了太多投票码，请过十分钟再试。您的码没有用掉。",
)


@transaction.atomic
def create_code_batch(
    *,
    by: User,
    poll: Poll,
    label: str,
    village: str,
    count: int,
    request_key: UUID,
    now: datetime,
) -> list[str]:
    """Make codes and give them out this once: only their keyed hashes are stored.

    The rows are stored in the order of the hashes, which tells nothing of the paper's.
    """
    contest = Contest.objects.get(pk=poll.contest_id)
    if contest.poll_closes_at and now >= contest.poll_closes_at:
        raise PollOver
    batch = CodeBatch(
        poll=poll,
        label=label,
        village=village,
        count=count,
        made_at=now,
        made_by=by,
        request_key=request_key,
    )
    if CodeBatch.objects.filter(request_key=request_key).exists():
        raise BatchExists
    # A second form of the same click may be on its way: the database tells them apart.
    batch.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            batch.save()
    except IntegrityError as error:
        raise BatchExists from error
    codes = _new_codes(count)
    key = poll_key(poll)
    PrintedCode.objects.bulk_create(
        PrintedCode(digest=digest, batch=batch)
        for digest in sorted(_code_digest(key, code) for code in codes)
    )
    trail.record(
        by=by,
        action="code_batch.created",
        subject=batch,
        sentence=f"为“{poll}”制作 {count} 张纸质投票码：{batch}",
        now=now,
        details={"count": count, "village": village},
    )
    return codes


def _new_codes(count: int) -> list[str]:
    codes: dict[str, None] = {}
    while len(codes) < count:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        codes[with_check(signs)] = None
    return list(codes)


def _code_digest(key: bytes, code: str) -> str:
    return keyed_hash(key, "printed code", code).hex()


def enter_code(*, poll: FrozenPoll, typed: str) -> Voter:
    """The voter that a printed code stands for.

    Entering it uses nothing up: whoever enters the same code again is the same voter,
    whose quota the database keeps.
    """
    code, _ = _found_code(poll, typed)
    return _code_voter(poll, code)


@transaction.atomic
def enter_code_for_another(
    *, by: User, poll: FrozenPoll, typed: str, now: datetime
) -> Voter:
    """A helper enters the code of somebody without a telephone, on the record.

    The record names the helper, the time and the batch; neither the code nor its hash.
    """
    code, batch = _found_code(poll, typed)
    trail.record(
        by=by,
        action="printed_code.entered_for_another",
        subject=batch,
        sentence=f"为没有手机的群众代录一张投票码，批次：{batch}",
        now=now,
    )
    voter = _code_voter(poll, code)
    return Voter(voter.adapter, voter.identity, is_helped=True)


def _found_code(poll: FrozenPoll, typed: str) -> tuple[str, CodeBatch]:
    code = typed_code(typed)
    if code is None:
        raise CodeMisread
    found = (
        PrintedCode.objects.filter(
            digest=_code_digest(poll_key(poll), code), batch__poll_id=poll.id
        )
        .select_related("batch")
        .first()
    )
    if found is None:
        raise CodeUnknown
    return code, found.batch


def _code_voter(poll: FrozenPoll, code: str) -> Voter:
    return Voter(Printed.name, _identity(poll, "printed code voter", code))


def wechat_voter(*, poll: FrozenPoll, app_id: str, openid: str) -> Voter:
    return Voter(WeChat.name, _identity(poll, "wechat voter", app_id, openid))


def _identity(poll: FrozenPoll, purpose: str, *parts: str) -> str:
    """What the browser keeps of a voter: nothing that anybody else could read or use."""
    return keyed_hash(poll_key(poll), purpose, *parts).hex()[:32]


@dataclass(frozen=True, slots=True)
class Sent:
    """A code is on its way. ``shown`` is what the page says of the number."""

    identity: str
    shown: str


def send_phone_code(
    *, poll: FrozenPoll, typed: str, address: str, now: datetime
) -> Sent:
    """Send six digits to a telephone, within the limits that the database keeps.

    Errors
        :class:`WrongPhone`, :class:`site_cms.messaging.errors.AllowanceUsedUp`,
        :class:`site_cms.messaging.errors.MessageNotSent`.
    """
    phone = typed_phone(typed)
    if phone is None:
        raise WrongPhone
    key = poll_key(poll)
    identity = _identity(poll, "phone voter", phone)
    code = f"{secrets.randbelow(10**PHONE_CODE_LENGTH):0{PHONE_CODE_LENGTH}}"
    with transaction.atomic():
        messaging.use_up(key=key, uses=_uses(identity, address), now=now)
        PhoneCode.objects.bulk_create(
            [
                PhoneCode(
                    phone=_phone_digest(key, identity),
                    poll_id=poll.id,
                    code=_phone_code_digest(key, identity, code),
                    expires_at=now + LIFETIME,
                )
            ],
            update_conflicts=True,
            unique_fields=["phone"],
            update_fields=["code", "expires_at", "tries", "spent_at", "spent_by"],
        )
    minutes = str(int(LIFETIME.total_seconds()) // 60)
    messaging.send(phone=phone, values={"code": code, "minutes": minutes}, now=now)
    return Sent(identity, masked_phone(phone))


def _uses(identity: str, address: str) -> Iterable[tuple[Limit, str]]:
    """Always in this order, so that two requests never wait for each other."""
    yield from ((limit, identity) for limit in PER_PHONE)
    yield from ((limit, address) for limit in PER_ADDRESS)
    yield messaging.money(MONEY_IS_SPENT), ""


def check_phone_code(
    *, poll: FrozenPoll, identity: str, typed: str, browser: str, now: datetime
) -> Voter:
    """The voter whose telephone got this code. It is good once, for five minutes.

    Each try is counted before it is looked at, so parallel guesses are no more than
    serial ones. ``browser`` names the browser: its own second press, when the answer to
    the first was lost, is answered alike.
    """
    digits = typed_digits(typed)
    if digits is None:
        raise WrongPhoneCode
    key = poll_key(poll)
    sent = PhoneCode.objects.filter(
        phone=_phone_digest(key, identity), poll_id=poll.id, expires_at__gt=now
    )
    right = sent.filter(code=_phone_code_digest(key, identity, digits))
    by = keyed_hash(key, "browser", browser).hex()
    voter = Voter(Phone.name, identity)
    counted = sent.filter(spent_at=None, tries__lt=PHONE_CODE_TRIES).update(
        tries=F("tries") + 1
    )
    if counted and right.filter(spent_at=None).update(spent_at=now, spent_by=by):
        return voter
    if right.filter(spent_by=by).exists():
        return voter
    raise (
        WrongPhoneCode
        if sent.filter(spent_at=None, tries__lt=PHONE_CODE_TRIES).exists()
        else PhoneCodeGone
    )


def _phone_digest(key: bytes, identity: str) -> str:
    return keyed_hash(key, "phone code of", identity).hex()


def _phone_code_digest(key: bytes, identity: str, digits: str) -> str:
    return keyed_hash(key, "phone code", identity, digits).hex()


def forget_old_phone_codes(*, now: datetime) -> int:
    """For the worker."""
    return PhoneCode.objects.filter(expires_at__lte=now).delete()[0]
