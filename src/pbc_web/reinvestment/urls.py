"""Addresses of reinvestment."""

from django.urls import path

from pbc_web.reinvestment.views import region, uses

app_name = "reinvestment"
urlpatterns = [
    path("", region.reinvestment, name="reinvestment"),
    path("download/<str:form>/", region.file, name="reinvestment_file"),
    path("exceptions/agree/", region.agree, name="agree"),
    path("pots/<int:pot_id>/use/", uses.begin, name="begin"),
    path("pots/<int:pot_id>/carry/", uses.carry, name="carry"),
    path("uses/<str:code>/pot/", uses.choose, name="choose"),
    path("uses/<str:code>/spend/", uses.spend, name="spend"),
    path("uses/<str:code>/finish/", uses.finish, name="finish"),
]
