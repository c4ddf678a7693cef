import pytest
from django.core.exceptions import ValidationError

from showcase.units.models import Category, Unit
from showcase.units.services import change_unit, create_unit
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_unit, make_user

pytestmark = pytest.mark.django_db


def register(**fields) -> Unit:
    defaults = {
        "by": None,
        "now": NOW,
        "code": "J07",
        "name": "临河县教育局",
        "short_name": "县教育局",
        "category": Category.DEPARTMENT,
        "population_served": 71_000,
        "headcount": 60,
    }
    return create_unit(**defaults | fields)


def test_a_unit_is_registered_with_a_trail():
    by = make_user()

    unit = register(by=by)

    entry = TrailEntry.objects.about(unit).get()
    assert (entry.by, entry.sentence) == (by, "登记单位“临河县教育局”")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"code": "有汉字"}, id="code is no slug"),
        pytest.param({"category": "school"}, id="unknown category"),
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"population_served": -1}, id="less than nobody"),
    ],
)
def test_a_unit_that_is_wrong_is_refused(fields):
    with pytest.raises(ValidationError):
        register(**fields)

    assert not Unit.objects.exists()


def test_no_two_units_have_one_code():
    register()

    with pytest.raises(ValidationError):
        register(name="另一个局")


def test_what_was_changed_is_written_down_and_nothing_else():
    unit = make_unit(headcount=50)

    change_unit(by=None, unit=unit, headcount=55, code=unit.code, now=NOW)
    change_unit(by=None, unit=unit, headcount=55, now=NOW)

    entry = TrailEntry.objects.about(unit).get()
    assert entry.details == {"headcount": ["50", "55"]}
