"""Addresses of organisations."""

from django.urls import path

from pbc_web.organisations.views import changing, looking, taking_in, uptake

app_name = "organisations"
urlpatterns = [
    path("", looking.listing, name="listing"),
    path("add/", changing.add, name="add"),
    path("register/", taking_in.take_in_register, name="take_in_register"),
    path("hierarchies/", taking_in.take_in_hierarchies, name="take_in_hierarchies"),
    path("changes/", taking_in.take_in_changes, name="take_in_changes"),
    path("relations/<int:relation_id>/end/", changing.end, name="end"),
    path("<str:code>/", looking.organisation, name="organisation"),
    path("<str:code>/relation/", changing.relate, name="relate"),
    path("<str:code>/succession/", changing.succeed, name="succeed"),
    path("<str:code>/uptake/", uptake.summary, name="uptake"),
    path("<str:code>/uptake/csv/", uptake.summary_csv, name="uptake_csv"),
    path("<str:code>/take-part/", uptake.take_part, name="take_part"),
]
