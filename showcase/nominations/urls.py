"""Below /admin/nominations/. ``pk`` is the entry: it exists before its nomination does."""

from django.urls import path

from showcase.nominations.views import desk, office, paper

app_name = "nominations"

urlpatterns = [
    path("", office.index, name="index"),
    path("export/", paper.export, name="export"),
    path("remind/", paper.remind, name="remind"),
    path("<int:pk>/", desk.write, name="write"),
    path("<int:pk>/check/", desk.check, name="check"),
    path("<int:pk>/withdraw/", desk.withdraw, name="withdraw"),
    path("<int:pk>/read/", office.read, name="read"),
    path("<int:pk>/return/", office.send_back, name="return"),
    path("<int:pk>/extend/", office.extend, name="extend"),
    path("<int:pk>/sheet/", paper.sheet, name="sheet"),
    path("<int:pk>/files/<int:document_id>/", paper.document, name="document"),
]
