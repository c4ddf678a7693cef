"""Who gets at pictures and files that no published page shows."""

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Collection, Page, ReferenceIndex
from wagtail.permissions import policy_registry

from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import OPERATORS
from site_cms.media.models import SiteDocument


class OnlyOwn:
    """Wagtail's own lists everything to whoever may enter the admin."""

    def get_queryset(self):
        policy = policy_registry.get_by_type(self.model)
        own = policy.instances_user_has_any_permission_for(
            self.request.user, {"choose", "change"}
        )
        return super().get_queryset().filter(pk__in=own.values("pk"))


class OwnImages(OnlyOwn, ImagesAdminAPIViewSet):
    pass


class OwnDocuments(OnlyOwn, DocumentsAdminAPIViewSet):
    pass


def refuse_unpublished(document: SiteDocument, request: HttpRequest) -> None:
    """A file in a unit's folder is the unit's and the operators' until a published page links it."""
    is_of_the_site = document.collection_id == Collection.get_first_root_node().pk
    if is_of_the_site or _is_published(document) or _is_own(request.user, document):
        return
    raise Http404


def _is_published(document: SiteDocument) -> bool:
    links = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    pages = [int(each) for each in links.values_list("object_id", flat=True)]
    return Page.objects.live().filter(pk__in=pages).exists()


def _is_own(user, document: SiteDocument) -> bool:
    if not roles_of(user).isdisjoint(OPERATORS):
        return True
    policy = policy_registry.get_by_type(SiteDocument)
    return user.is_authenticated and policy.user_has_any_permission_for_instance(
        user, {"choose", "change"}, document
    )
