"""Who holds a seat: card, PIN, and the host's nod when a second device asks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.cards import Card, new_card, pin_fits, pin_hash, token_hash
from voting.judging.errors import JudgingError, PinBlocked, SeatInUse, WrongPin
from voting.judging.models import Device, Seat, Turn
from voting.judging.rules import PIN_TRIES

# A device asks every two seconds; this often the answer is worth a write.
_PRESENCE_EVERY = timedelta(seconds=5)


def sign_in(*, seat: Seat, pin: str, label: str, now: datetime) -> Device:
    """Seat the first device of a card; of a later one only the PIN is looked at.

    Each try is counted in the database before it is looked at: parallel tries cannot get
    past the limit. Not one transaction, because a wrong try must stay counted.
    """
    counted = Seat.objects.filter(pk=seat.pk, pin_failures__lt=PIN_TRIES).update(
        pin_failures=F("pin_failures") + 1
    )
    if not counted:
        raise PinBlocked
    if not pin_fits(seat, pin):
        left = PIN_TRIES - Seat.objects.values_list("pin_failures", flat=True).get(
            pk=seat.pk
        )
        if not left:
            raise PinBlocked
        raise WrongPin(f"密码不对，还可以试 {left} 次。密码另纸发放，是 6 位数字。")
    device = _take_free_seat(seat=seat, label=label, now=now)
    if device is None:
        raise SeatInUse
    return device


@transaction.atomic
def _take_free_seat(*, seat: Seat, label: str, now: datetime) -> Device | None:
    seat = _locked(seat)
    seat.pin_failures = 0
    seat.save(update_fields=["pin_failures"])
    return _seated(seat, label=label, now=now)


@transaction.atomic
def ask_for_seat(*, seat: Seat, label: str, now: datetime) -> Device:
    """A judge with another device wants to go on with this one; the host has to agree.

    Only for whoever knew the PIN. A seat that has become free in the meantime is taken.
    """
    seat = _locked(seat)
    # The newest request stands: the judge has one device in hand.
    seat.devices.waiting().update(refused_at=now)
    device = _seated(seat, label=label, now=now)
    if device is None:
        device = Device.objects.create(
            seat=seat, label=label[:40], asked_at=now, seen_at=now
        )
        _record_sign_in(device, "device.asked", f"{seat} 请求换到{device.label}", now)
    return device


def _seated(seat: Seat, *, label: str, now: datetime) -> Device | None:
    """The device that takes a free seat, or None where another one has it."""
    if seat.devices.filter(generation=seat.generation).exists():
        return None
    device = Device.objects.create(
        seat=seat,
        generation=seat.generation,
        label=label[:40],
        asked_at=now,
        allowed_at=now,
        seen_at=now,
    )
    _record_sign_in(device, "device.seated", f"{seat} 在{device.label}上就座", now)
    return device


def _record_sign_in(device: Device, action: str, sentence: str, now: datetime) -> None:
    trail.record(by=None, action=action, subject=device, sentence=sentence, now=now)


@transaction.atomic
def admit_device(*, by: User, device: Device, now: datetime) -> Device:
    """The host's nod: this device has the seat from here on, the old one no longer."""
    seat = _locked(device.seat)
    device = Device.objects.waiting().filter(pk=device.pk).first()
    if device is None:
        raise JudgingError("这个换设备的请求已经处理过了。")
    seat.generation += 1
    seat.save(update_fields=["generation"])
    device.seat = seat
    device.generation = seat.generation
    device.allowed_at = now
    device.decided_by = by
    device.save(update_fields=["generation", "allowed_at", "decided_by"])
    trail.record(
        by=by,
        action="device.admitted",
        subject=device,
        sentence=f"同意 {seat} 换到{device.label}，原设备停用",
        now=now,
        details={"generation": seat.generation},
    )
    return device


@transaction.atomic
def refuse_device(*, by: User, device: Device, now: datetime) -> Device:
    """The host does not know this device: it stays outside."""
    seat = _locked(device.seat)
    device = Device.objects.waiting().filter(pk=device.pk).first()
    if device is None:
        raise JudgingError("这个换设备的请求已经处理过了。")
    device.refused_at = now
    device.decided_by = by
    device.save(update_fields=["refused_at", "decided_by"])
    trail.record(
        by=by,
        action="device.refused",
        subject=device,
        sentence=f"不同意 {seat} 换到{device.label}",
        now=now,
    )
    return device


@transaction.atomic
def leave_seat(*, device: Device, now: datetime) -> None:
    """ "Not me": the device gives the seat up, and the next right PIN takes it at once.

    One that waits for the host asks no longer.
    """
    seat = _locked(device.seat)
    seat.devices.waiting().filter(pk=device.pk).update(refused_at=now)
    if device.generation == seat.generation:
        seat.generation += 1
        seat.save(update_fields=["generation"])
        trail.record(
            by=None,
            action="device.left",
            subject=device,
            sentence=f"{seat} 从{device.label}上离座",
            now=now,
        )


@transaction.atomic
def allow_pin_again(*, by: User, seat: Seat, now: datetime) -> Seat:
    """After too many wrong PINs: the host has looked the judge in the face."""
    seat = _locked(seat)
    seat.pin_failures = 0
    seat.save(update_fields=["pin_failures"])
    trail.record(
        by=by,
        action="seat.pin_allowed",
        subject=seat,
        sentence=f"{seat} 可以重新输入密码",
        now=now,
    )
    return seat


@transaction.atomic
def reissue_card(*, by: User, seat: Seat, now: datetime) -> Card:
    """A new card and PIN; the old card's address and every device on it are dead."""
    seat = _locked(seat)
    card = new_card()
    seat.card_hash = token_hash(card.token)
    seat.pin_hash = pin_hash(seat.card_hash, card.pin)
    seat.pin_failures = 0
    seat.generation += 1
    seat.save(update_fields=["card_hash", "pin_hash", "pin_failures", "generation"])
    seat.devices.waiting().update(refused_at=now, decided_by=by)
    trail.record(
        by=by,
        action="seat.card_reissued",
        subject=seat,
        sentence=f"{seat} 换发席卡，旧卡作废",
        now=now,
    )
    return card


def note_presence(*, device: Device, drafting: Turn | None, now: datetime) -> None:
    """Remember that a device is there, and whether it holds a draft. No trail: no act."""
    drafting_id = drafting.pk if drafting else None
    if device.drafting_id != drafting_id or now - device.seen_at > _PRESENCE_EVERY:
        Device.objects.filter(pk=device.pk).update(seen_at=now, drafting_id=drafting_id)


def _locked(seat: Seat) -> Seat:
    return Seat.objects.select_for_update(no_key=True).get(pk=seat.pk)
