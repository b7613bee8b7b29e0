"""Addresses of proposals."""

from django.urls import path

from pbc_web.business_cases.views import drafts, listing, reading, sections, submitting

app_name = "business_cases"
urlpatterns = [
    path("", listing.listing, name="listing"),
    path("download/<str:form>/", listing.listing_file, name="listing_file"),
    path("new/", drafts.begin, name="begin"),
    path("<str:code>/", reading.proposal, name="proposal"),
    path("<str:code>/sections/<str:section>/", sections.section, name="section"),
    path("<str:code>/sections/<str:section>/history/", sections.section_history, name="section_history"),
    path("<str:code>/check/", submitting.check, name="check"),
    path("<str:code>/submitted/", submitting.submitted, name="submitted"),
]
