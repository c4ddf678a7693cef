"""Films in Wagtail's admin: the list, the form and the chooser of blocks."""

from django.core.exceptions import PermissionDenied
from django.forms.models import modelform_factory
from django.utils.functional import cached_property
from django.views.generic.base import View
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.chooser import (
    BaseChooseView,
    ChooseResultsViewMixin,
    ChooseViewMixin,
    ChosenMultipleViewMixin,
    ChosenResponseMixin,
    ChosenViewMixin,
    CreateViewMixin,
    CreationFormMixin,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.images.models import Image
from wagtail.permissions import policy_registry, register_permission_policy

from site_cms.media.forms import NewVideoForm, VideoForm
from site_cms.media.models import SiteVideo
from site_cms.media.policies import FilmPolicy

# By the permissions on pictures: whoever gets a folder for pictures has one for films.
register_permission_policy(
    SiteVideo,
    FilmPolicy(SiteVideo, auth_model=Image, owner_field_name="uploaded_by_user"),
)


def policy() -> FilmPolicy:
    return policy_registry.get_by_type(SiteVideo)


class OfOwnFolders:
    """Wagtail's generic views look at the model, not at the folder of each object."""

    wanted = "change"

    def get_object(self, *args, **kwargs):
        video = super().get_object(*args, **kwargs)
        if not policy().user_has_permission_for_instance(
            self.request.user, self.wanted, video
        ):
            raise PermissionDenied
        return video


class VideoIndexView(generic.IndexView):
    def get_base_queryset(self):
        return policy().instances_user_has_any_permission_for(
            self.request.user, {"change", "delete"}
        )


class VideoCreateView(generic.CreateView):
    def get_form_class(self):
        return modelform_factory(SiteVideo, form=NewVideoForm)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user}
        kwargs.pop("for_user", None)
        return kwargs | {"instance": SiteVideo(uploaded_by_user=self.request.user)}


class VideoEditView(OfOwnFolders, generic.EditView):
    def get_form_class(self):
        return modelform_factory(SiteVideo, form=VideoForm)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("for_user", None)
        return kwargs


class VideoDeleteView(OfOwnFolders, generic.DeleteView):
    wanted = "delete"


class VideoUsageView(OfOwnFolders, generic.UsageView):
    pass


class VideoHistoryView(OfOwnFolders, generic.HistoryView):
    pass


class VideoViewSet(ModelViewSet):
    model = SiteVideo
    icon = "media"
    menu_label = "视频"
    menu_order = 310
    add_to_admin_menu = True
    name = "videos"
    form_fields = ["title", "file", "captions", "captions_in_picture", "collection"]
    list_display = [
        "title",
        Column("length", label="时长"),
        Column("collection", label="文件夹"),
        DateColumn("created_at", label="上传时间"),
    ]
    search_fields = ["title"]
    search_backend_name = None
    index_view_class = VideoIndexView
    add_view_class = VideoCreateView
    edit_view_class = VideoEditView
    delete_view_class = VideoDeleteView
    usage_view_class = VideoUsageView
    history_view_class = VideoHistoryView
    copy_view_enabled = False
    add_to_reference_index = False


class _Create(CreationFormMixin):
    creation_tab_id = "upload"

    def get_creation_form_class(self):
        return modelform_factory(SiteVideo, form=NewVideoForm)

    def get_creation_form_kwargs(self):
        kwargs = super().get_creation_form_kwargs()
        kwargs |= {"user": self.request.user, "prefix": "video-chooser-upload"}
        if self.request.method == "POST":
            kwargs["instance"] = SiteVideo(uploaded_by_user=self.request.user)
        return kwargs


class _Choose(BaseChooseView):
    def dispatch(self, request, *args, **kwargs):
        """Who may choose in no folder has nothing to look for."""
        if not policy().user_has_any_permission(request.user, {"choose"}):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_object_list(self):
        return policy().instances_user_has_any_permission_for(
            self.request.user, {"choose"}
        )

    def get_filter_form(self):
        folders = policy().collections_user_has_permission_for(
            self.request.user, "choose"
        )
        return self.get_filter_form_class()(
            self.request.GET, collections=folders if len(folders) > 1 else None
        )

    @property
    def columns(self):
        return [
            *super().columns,
            Column("length", label="时长"),
            DateColumn("created_at", label="上传时间"),
        ]


class VideoChooseView(ChooseViewMixin, _Create, _Choose):
    pass


class VideoChooseResultsView(ChooseResultsViewMixin, _Create, _Choose):
    pass


class VideoChosenView(ChosenViewMixin, ChosenResponseMixin, View):
    def get_object(self, pk):
        video = super().get_object(pk)
        if not policy().user_has_permission_for_instance(
            self.request.user, "choose", video
        ):
            raise PermissionDenied
        return video


class VideoChosenMultipleView(ChosenMultipleViewMixin, ChosenResponseMixin, View):
    def get_objects(self, pks):
        return (
            policy()
            .instances_user_has_any_permission_for(self.request.user, {"choose"})
            .filter(pk__in=[pk for pk in pks if pk.isdecimal()])
        )


class VideoUploadView(CreateViewMixin, _Create, ChosenResponseMixin, View):
    pass


class VideoChooserViewSet(ChooserViewSet):
    model = SiteVideo
    icon = "media"
    choose_one_text = "选择视频"
    choose_another_text = "换一段视频"
    edit_item_text = "修改字幕和名称"
    create_action_label = "上传"
    create_action_clicked_label = "正在上传，请不要关闭"
    creation_tab_label = "上传视频"
    choose_view_class = VideoChooseView
    choose_results_view_class = VideoChooseResultsView
    chosen_view_class = VideoChosenView
    chosen_multiple_view_class = VideoChosenMultipleView
    create_view_class = VideoUploadView

    @cached_property
    def widget(self):
        return self.widget_class()


video_chooser = VideoChooserViewSet("video_chooser")
