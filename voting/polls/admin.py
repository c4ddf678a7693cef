from django.urls import path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import ListingButton
from wagtail.permissions import register_permission_policy

from site_cms.accounts.policies import KeptForGood
from site_cms.trail.admin import CreateByAService, EditByAService
from voting.polls.forms import SETTINGS, PollForm
from voting.polls.keeping import ExtendView, HealthView, PauseView, ResumeView
from voting.polls.models import Poll
from voting.polls.services import create_poll, update_poll


class PollCreateView(CreateByAService):
    def act(self, form):
        return create_poll(
            by=self.request.user, now=timezone.now(), **form.cleaned_data
        )


class PollEditView(EditByAService):
    def act(self, form):
        settings = {name: form.cleaned_data[name] for name in SETTINGS}
        return update_poll(
            by=self.request.user, poll=self.object, now=timezone.now(), **settings
        )


class PollIndexView(IndexView):
    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            buttons.append(
                ListingButton(
                    "测评情况、暂停和延长",
                    url=reverse("polls:health", args=[instance.pk]),
                    icon_name="view",
                    priority=15,
                )
            )
        return buttons


class PollViewSet(ModelViewSet):
    """The rules of a poll. Its ballots and counts are not to be seen here, nor anywhere in the admin."""

    model = Poll
    icon = "check"
    menu_label = "民意测评"
    menu_order = 160
    add_to_admin_menu = True
    name = "polls"
    list_display = [
        "contest",
        Column(
            "picks",
            label="选几个",
            accessor=lambda poll: f"{poll.picks_min} 到 {poll.picks_max} 个",
        ),
        Column(
            "quota",
            label="每人几张",
            accessor=lambda poll: f"{poll.get_quota_period_display()} {poll.quota} 张",
        ),
        BooleanColumn("is_opened", label="已开放"),
    ]
    search_backend_name = None
    add_view_class = PollCreateView
    edit_view_class = PollEditView
    index_view_class = PollIndexView
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = ObjectList(
        [
            HelpPanel(
                "<p>这些规则在民意测评开放的一刻冻结，写进开放记录，以后谁也不能改。"
                "开放以前可以随时修改，每次修改都留下操作记录。</p>"
            ),
            FieldPanel("contest"),
            MultiFieldPanel(
                [
                    FieldPanel("form"),
                    FieldPanel("picks_min"),
                    FieldPanel("picks_max"),
                ],
                heading="选票",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("adapters"),
                    FieldPanel("quota"),
                    FieldPanel("quota_period"),
                ],
                heading="谁来投，投几张",
            ),
            MultiFieldPanel([FieldPanel("counts")], heading="票数"),
        ],
        base_form_class=PollForm,
    )

    def get_urlpatterns(self):
        acts = {
            "health": HealthView,
            "pause": PauseView,
            "resume": ResumeView,
            "extend": ExtendView,
        }
        return [
            *super().get_urlpatterns(),
            *(
                path(f"{name}/<int:pk>/", self.construct_view(view), name=name)
                for name, view in acts.items()
            ),
        ]


@hooks.register("register_admin_viewset")
def poll_viewset() -> PollViewSet:
    return PollViewSet()


register_permission_policy(Poll, KeptForGood(Poll))
