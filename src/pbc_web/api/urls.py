"""Addresses of the interface for programs, and of the pages about it."""

from django.urls import path, re_path

from pbc_web.api import views
from pbc_web.api.interface import interface, nothing_here

routes, _, namespace = interface.urls
for route in routes:  # a token opens these, never the session of a browser
    route.callback.login_required = False

urlpatterns = [
    path("account/programs/", views.tokens, name="tokens"),
    path("account/programs/new/", views.new_token, name="new_token"),
    path("account/programs/<int:token_id>/revoke/", views.revoke, name="revoke_token"),
    path("api/v1/", (routes, "api", namespace)),
    re_path(r"^api/(?P<rest>.*)$", nothing_here, name="api_nothing"),
]
