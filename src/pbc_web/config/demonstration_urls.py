"""Addresses of the demonstration: all of the web's, and the choice of who to be."""

from django.urls import path

from pbc_web.config import demonstration_views as views
from pbc_web.config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("demonstration/", views.choose, name="demonstration"),
    path("demonstration/outpatients-with-mistakes.csv", views.file_with_mistakes, name="demonstration_file"),
    path("demonstration/enter/<str:token>/", views.enter, name="demonstration_entrance"),
    *urlpatterns,
]
