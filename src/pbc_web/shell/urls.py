"""Addresses that belong to no subject."""

from django.urls import path

from pbc_web.shell import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("healthy/", views.healthy, name="healthy"),
    path("robots.txt", views.robots, name="robots"),
]
