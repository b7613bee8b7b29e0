"""Addresses of runs."""

from django.urls import path

from pbc_web.runs import views

app_name = "runs"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("hierarchies/", views.read_hierarchies, name="read_hierarchies"),
    path("<int:run_id>/", views.progress, name="progress"),
    path("<int:run_id>/stop/", views.stop, name="stop"),
    path("<int:run_id>/again/", views.again, name="again"),
]
