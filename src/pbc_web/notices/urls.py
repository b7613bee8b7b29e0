"""Addresses of notices and escalations."""

from django.urls import path

from pbc_web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("<int:notice_id>/", views.notice, name="notice"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:letter_id>/", views.settle, name="settle"),
    path("escalations/", views.escalations, name="escalations"),
    path("escalations/<int:escalation_id>/", views.escalation, name="escalation"),
]
