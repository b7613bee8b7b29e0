"""Addresses of proposals."""

from django.urls import path

from pbc_web.business_cases.views import drafts, listing, reading

app_name = "business_cases"
urlpatterns = [
    path("", listing.listing, name="listing"),
    path("download/<str:form>/", listing.listing_file, name="listing_file"),
    path("new/", drafts.begin, name="begin"),
    path("<str:code>/", reading.proposal, name="proposal"),
]
