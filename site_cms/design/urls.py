from django.urls import path

from site_cms.design import views

app_name = "design"

urlpatterns = [
    path("", views.gallery, {"page": "paper"}, name="paper"),
    path("night/", views.gallery, {"page": "night"}, name="night"),
    path("wall/", views.gallery, {"page": "wall"}, name="wall"),
]
