"""Addresses of people's own accounts."""

from django.urls import include, path

from pbc_web.accounts import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/role/", views.choose_role, name="choose_role"),
    path("account/extend-session/", views.extend_session, name="extend_session"),
    path("account/stop-viewing-as/", views.stop_viewing_as, name="stop_viewing_as"),
    path("account/", include("allauth.urls")),
]
