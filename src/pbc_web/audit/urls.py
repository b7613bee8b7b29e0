"""Addresses of the audit trail."""

from django.urls import path

from pbc_web.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.trail, name="trail"),
    path("csv/", views.trail_csv, name="trail_csv"),
    path("check/", views.check, name="check"),
    path("export/", views.export, name="export"),
]
