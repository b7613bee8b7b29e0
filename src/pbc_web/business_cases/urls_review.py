"""Addresses on the way to a decision."""

from django.urls import path

from pbc_web.business_cases.views import acts, decided

first = [  # before a proposal's code is read
    path("due/", decided.due, name="due"),
    path("decided/", decided.decided, name="decided"),
    path("agendas/<int:meeting_id>/", decided.agenda, name="agenda"),
]
urlpatterns = [
    path("<str:code>/outcome/", decided.outcome, name="outcome"),
    path("<str:code>/declare/", acts.declare, name="declare"),
    path("<str:code>/handle/<str:act>/", acts.handle, name="handle"),
    path("<str:code>/handle/<str:act>/<int:key>/", acts.handle, name="handle_one"),
    path("<str:code>/part/<str:act>/", acts.take_part, name="take_part"),
    path("<str:code>/part/<str:act>/<int:key>/", acts.take_part, name="take_part_in_one"),
    path("<str:code>/author/<str:act>/", acts.as_author, name="as_author"),
    path("<str:code>/author/<str:act>/<int:key>/", acts.as_author, name="as_author_of_one"),
    path("<str:code>/arbitrate/", acts.arbitrate, name="arbitrate"),
]
