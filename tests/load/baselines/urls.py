from django.urls import path

from site_cms import urls as site
from site_cms.urls import handler400, handler403, handler404, handler500
from tests.load.baselines import views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("baseline/nothing/", views.nothing),
    path("baseline/tutorial/", views.tutorial),
    path("baseline/rows/", views.rows),
    *site.urlpatterns,
]
