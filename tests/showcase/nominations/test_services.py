import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from showcase.nominations import errors
from showcase.nominations.models import Evidence, Nomination, NominationVersion
from showcase.nominations.queries import standing_of
from showcase.nominations.rules import State
from showcase.nominations.services import (
    add_evidence,
    extend_deadline,
    remove_evidence,
    return_nomination,
    save_draft,
    submit_nomination,
    version_hash,
    withdraw_nomination,
)
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    make_desk,
    make_editor,
    make_nominating,
    make_nomination,
    make_operator,
    make_submitted,
    make_unit,
    make_user,
    make_words,
)
from tests.pictures import make_image

pytestmark = pytest.mark.django_db

CLOSES = NOW + DAY


def state_of(nomination: Nomination, now=NOW) -> State:
    nomination = Nomination.objects.get(pk=nomination.pk)
    return standing_of(nomination.entry, now=now).state


def acts(nomination: Nomination) -> list[str]:
    entries = TrailEntry.objects.about(nomination)
    return list(entries.values_list("action", flat=True))


def save(entry, revision, now=NOW, by=None, **changed) -> Nomination:
    draft = make_words(**changed)
    return save_draft(by=by, entry=entry, draft=draft, revision=revision, now=now)


def test_the_first_save_begins_the_draft_and_says_so_once():
    entry = make_desk()
    editor = make_editor(entry)

    save(entry, 0, by=editor, statement="一")
    nomination = save(entry, 1, by=editor, statement="一二", now=NOW + MINUTE)

    assert (nomination.statement, nomination.revision) == ("一二", 2)
    assert (nomination.saved_by, nomination.saved_at) == (editor, NOW + MINUTE)
    assert acts(nomination) == ["nomination.begun"]


def test_an_incomplete_draft_is_kept():
    entry = make_desk()

    nomination = save(
        entry, 0, statement="", figures=[], contact_name="", contact_phone=""
    )

    assert nomination.state == State.DRAFT


def test_the_older_of_two_windows_is_refused_and_changes_nothing():
    entry = make_desk()
    save(entry, 0, statement="第一个窗口")

    with pytest.raises(errors.DraftIsNewer):
        save(entry, 0, statement="第二个窗口")

    assert Nomination.objects.get(entry=entry).statement == "第一个窗口"


def test_a_draft_is_not_saved_before_the_opening():
    entry = make_desk(make_nominating(nomination_opens_at=NOW + SECOND))

    with pytest.raises(errors.NotOpenYet):
        save(entry, 0)


def test_a_draft_may_still_be_kept_after_the_deadline():
    entry = make_desk()

    nomination = save(entry, 0, now=CLOSES)

    assert state_of(nomination, CLOSES) == State.LATE


def test_nothing_is_saved_into_a_submitted_nomination():
    nomination = make_submitted()

    with pytest.raises(errors.AlreadySubmitted):
        save(nomination.entry, nomination.revision, statement="改一改")

    nomination.refresh_from_db()
    assert nomination.statement.startswith("九个村街")


def test_submission_keeps_every_word():
    entry = make_desk()
    editor = make_editor(entry)
    nomination = make_nomination(entry)
    evidence = nomination.evidence.get()

    version = submit_nomination(
        by=editor, entry=entry, revision=nomination.revision, now=NOW
    )

    assert version.content == {
        "contest": "红旗争夺赛",
        "unit": entry.unit.name,
        "code": entry.unit.code,
        "number": 1,
        "submitted_at": "2026-06-01T12:00:00+00:00",
        "statement": nomination.statement,
        "figures": nomination.figures,
        "contact_name": "张某某",
        "contact_phone": "0319-7654321",
        "evidence": [
            {
                "id": evidence.pk,
                "kind": "image",
                "file": evidence.image_id,
                "title": evidence.image.title,
                "hash": evidence.image.get_file_hash(),
                "caption": "新路",
            }
        ],
    }
    assert version.content_hash == version_hash(version.content)
    assert (version.submitted_by, version.submitted_at) == (editor, NOW)
    assert state_of(nomination) == State.SUBMITTED
    assert acts(nomination) == ["nomination.begun", "nomination.submitted"]


@pytest.mark.parametrize(
    ("now", "is_taken"),
    [
        pytest.param(CLOSES - SECOND, True, id="last second"),
        pytest.param(CLOSES, False, id="deadline"),
    ],
)
def test_the_deadline_is_the_first_moment_that_is_too_late(now, is_taken):
    nomination = make_nomination()
    act = {
        "by": None,
        "entry": nomination.entry,
        "revision": nomination.revision,
        "now": now,
    }

    if is_taken:
        submit_nomination(**act)
    else:
        with pytest.raises(errors.Closed):
            submit_nomination(**act)

    assert Nomination.objects.submitted().count() == int(is_taken)


def test_what_is_incomplete_is_not_submitted():
    nomination = make_nomination(figures=[])

    with pytest.raises(errors.StillMissing):
        submit_nomination(
            by=None, entry=nomination.entry, revision=nomination.revision, now=NOW
        )


def test_nobody_submits_what_they_did_not_see():
    nomination = make_nomination()
    save(nomination.entry, nomination.revision, statement="另一个窗口写的")

    with pytest.raises(errors.SeenIsOld):
        submit_nomination(
            by=None, entry=nomination.entry, revision=nomination.revision, now=NOW
        )


def test_a_second_submission_is_a_second_version():
    nomination = make_submitted()
    entry = nomination.entry
    withdraw_nomination(by=None, entry=entry, now=NOW + HOUR)
    nomination = save(entry, nomination.revision, statement="改过的")
    submit_nomination(
        by=None, entry=entry, revision=nomination.revision, now=NOW + HOUR
    )

    versions = NominationVersion.objects.order_by("number")

    assert [v.content["statement"][:3] for v in versions] == ["九个村", "改过的"]


def test_a_version_can_neither_be_changed_nor_removed():
    version = make_submitted().versions.get()

    for act in (
        lambda: NominationVersion.objects.update(content={}),
        lambda: NominationVersion.objects.filter(pk=version.pk).delete(),
    ):
        with (
            pytest.raises(DatabaseError, match="only ever added"),
            transaction.atomic(),
        ):
            act()


def test_withdrawn_is_a_draft_again_until_the_deadline():
    nomination = make_submitted()

    withdraw_nomination(by=None, entry=nomination.entry, now=CLOSES - SECOND)

    assert state_of(nomination) == State.DRAFT
    assert acts(nomination)[-1] == "nomination.withdrawn"


def test_after_the_deadline_nothing_is_withdrawn():
    nomination = make_submitted()

    with pytest.raises(errors.Closed):
        withdraw_nomination(by=None, entry=nomination.entry, now=CLOSES)

    assert state_of(nomination, CLOSES) == State.SUBMITTED


def send_back(nomination, **changed):
    act = {
        "by": make_operator(Role.REVIEWER_FIRST),
        "entry": nomination.entry,
        "version": 1,
        "remark": "数字没有来源",
        "now": NOW,
    }
    return return_nomination(**act | changed)


def test_a_returned_nomination_may_be_handed_in_again_until_the_deadline():
    nomination = make_submitted()

    nomination = send_back(nomination)
    assert state_of(nomination) == State.RETURNED
    assert nomination.remark == "数字没有来源"

    submit_nomination(
        by=None, entry=nomination.entry, revision=nomination.revision, now=NOW + HOUR
    )
    nomination.refresh_from_db()
    assert (nomination.state, nomination.remark) == (State.SUBMITTED, "")
    assert nomination.versions.count() == 2


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        pytest.param({"remark": "  "}, errors.RemarkMissing, id="no remark"),
        pytest.param({"version": 2}, errors.SeenIsOld, id="another version was read"),
        pytest.param({"now": CLOSES}, errors.WrongExtension, id="no time left"),
        pytest.param(
            {"extended_until": NOW + 11 * DAY},
            errors.WrongExtension,
            id="later than the review",
        ),
        pytest.param(
            {"extended_until": NOW + HOUR},
            errors.WrongExtension,
            id="earlier than the deadline",
        ),
    ],
)
def test_a_return_that_makes_no_sense_is_refused(changed, error):
    nomination = make_submitted()

    with pytest.raises(error):
        send_back(nomination, **changed)

    assert state_of(nomination) == State.SUBMITTED


def test_after_the_deadline_a_return_gives_a_date():
    nomination = make_submitted()

    nomination = send_back(
        nomination, now=CLOSES + HOUR, extended_until=CLOSES + 3 * DAY
    )

    assert state_of(nomination, CLOSES + 2 * DAY) == State.RETURNED
    assert state_of(nomination, CLOSES + 3 * DAY) == State.LATE


def test_nobody_returns_the_nomination_of_their_own_unit():
    nomination = make_submitted()

    with pytest.raises(errors.OwnUnit):
        send_back(nomination, by=make_editor(nomination.entry))


def test_a_draft_is_not_returned():
    with pytest.raises(errors.NotSubmitted):
        send_back(make_nomination())


def test_once_the_list_is_fixed_nothing_is_returned():
    nomination = make_submitted(
        make_desk(make_nominating(shortlisted_at=NOW + 2 * DAY))
    )

    with pytest.raises(errors.ListIsFixed):
        send_back(nomination, now=NOW + 2 * DAY, extended_until=NOW + 3 * DAY)


def extend(entry, **changed):
    act = {
        "by": make_operator(Role.ADMINISTRATOR),
        "entry": entry,
        "until": CLOSES + 2 * DAY,
        "reason": "暴雨停电",
        "now": CLOSES + HOUR,
    }
    return extend_deadline(**act | changed)


def test_a_late_unit_may_submit_within_its_extension():
    entry = make_desk()
    nomination = make_nomination(entry)
    later = CLOSES + DAY
    assert state_of(nomination, CLOSES + HOUR) == State.LATE

    extend(entry)
    assert state_of(nomination, later) == State.DRAFT
    nomination.refresh_from_db()
    submit_nomination(by=None, entry=entry, revision=nomination.revision, now=later)

    nomination.refresh_from_db()
    standing = standing_of(Nomination.objects.get().entry, now=later)
    assert (standing.state, standing.was_late) == (State.SUBMITTED, True)
    assert acts(nomination)[-2:] == ["nomination.extended", "nomination.submitted"]


def test_a_unit_that_never_began_gets_its_extension_too():
    entry = make_desk()

    nomination = extend(entry)

    assert state_of(nomination, CLOSES + DAY) == State.NOT_STARTED
    assert nomination.contact_name == "张某某"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        pytest.param({"reason": " "}, errors.ReasonMissing, id="no reason"),
        pytest.param({"until": CLOSES}, errors.WrongExtension, id="no extension"),
        pytest.param(
            {"until": NOW + 11 * DAY}, errors.WrongExtension, id="after the review"
        ),
        pytest.param({"until": NOW + 400 * DAY}, errors.WrongExtension, id="next year"),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(changed, error):
    with pytest.raises(error):
        extend(make_desk(), **changed)

    assert not Nomination.objects.exists()


def test_only_files_of_the_own_unit_become_evidence():
    entry = make_desk()

    with pytest.raises(errors.NotOfTheUnit):
        add_evidence(by=None, entry=entry, image=make_image(), now=NOW)


def test_the_same_picture_is_evidence_once():
    nomination = make_nomination()
    evidence = nomination.evidence.get()

    again = add_evidence(by=None, entry=nomination.entry, image=evidence.image, now=NOW)

    assert (again, nomination.evidence.count()) == (evidence, 1)


def test_evidence_goes_and_its_file_stays():
    nomination = make_nomination()
    evidence = nomination.evidence.get()

    remove_evidence(by=None, entry=nomination.entry, evidence_id=evidence.pk, now=NOW)

    assert not nomination.evidence.exists()
    evidence.image.refresh_from_db()


def test_nobody_removes_evidence_of_another_unit():
    mine, other = make_nomination(), make_nomination()

    remove_evidence(
        by=None, entry=mine.entry, evidence_id=other.evidence.get().pk, now=NOW
    )

    assert other.evidence.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"returned_at": NOW}, id="returned without a remark"),
        pytest.param(
            {"returned_at": NOW, "remark": "改", "submitted_at": NOW},
            id="returned and submitted",
        ),
        pytest.param({"extended_until": NOW}, id="extended without a reason"),
        pytest.param({"extension_reason": "停电"}, id="a reason without a date"),
    ],
)
def test_the_database_refuses_a_nomination_that_contradicts_itself(fields):
    entry = make_desk()

    with pytest.raises(IntegrityError):
        Nomination.objects.create(entry=entry, **fields)


def test_evidence_is_a_picture_or_a_file():
    nomination = make_nomination()

    with pytest.raises(ValidationError, match="放一张照片或一个文件"):
        Evidence(nomination=nomination, caption="空").full_clean()


def test_a_stranger_to_every_unit_may_return():
    nomination = make_submitted()
    make_unit()

    assert send_back(nomination, by=make_user()).returned_at == NOW
