"""Addresses of organisations."""

from django.urls import path

from pbc_web.organisations import views

app_name = "organisations"
urlpatterns = [path("", views.listing, name="listing")]
