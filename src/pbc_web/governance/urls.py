"""Addresses of the register of interests, and of what one declares."""

from django.urls import path

from pbc_web.governance.views import entries, mine, register

app_name = "governance"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("declare/", mine.declare, name="declare"),
    path("gift/", mine.gift, name="declare_gift"),
    path("confirm/", mine.confirm, name="confirm"),
    path("entries/<uuid:entry>/", entries.interest, name="interest"),
    path("entries/<uuid:entry>/<str:move>/", entries.move_interest, name="move_interest"),
    path("gifts/<uuid:entry>/", entries.gift, name="gift"),
    path("gifts/<uuid:entry>/<str:move>/", entries.move_gift, name="move_gift"),
    path("register/", register.listing, name="registers"),
    path("register/<str:code>/", register.register, name="register"),
    path("register/<str:code>/download/<str:form>/", register.file, name="register_file"),
    path("register/<str:code>/undeclared/", register.undeclared, name="undeclared"),
    path("register/<str:code>/interest/", register.add_interest, name="add_interest"),
    path("register/<str:code>/gift/", register.add_gift, name="add_gift"),
]
