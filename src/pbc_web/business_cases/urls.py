"""Addresses of proposals."""

from django.urls import path

from pbc_web.business_cases.views import deeds, drafts, listing, reading, sections, submitting

app_name = "business_cases"
urlpatterns = [
    path("", listing.listing, name="listing"),
    path("download/<str:form>/", listing.listing_file, name="listing_file"),
    path("new/", drafts.begin, name="begin"),
    path("<str:code>/", reading.proposal, name="proposal"),
    path("<str:code>/sections/<str:section>/", sections.section, name="section"),
    path("<str:code>/sections/<str:section>/history/", sections.section_history, name="section_history"),
    path("<str:code>/title/", deeds.named, name="named"),
    path("<str:code>/authors/", deeds.add_author, name="add_author"),
    path("<str:code>/join/", deeds.join, name="join"),
    path("<str:code>/leave/", deeds.leave, name="leave"),
    path("<str:code>/move/<str:move>/", deeds.put_aside, name="put_aside"),
    path("<str:code>/withdraw/", deeds.withdraw, name="withdraw"),
    path("<str:code>/again/", deeds.bring_back, name="bring_back"),
    path("<str:code>/check/", submitting.check, name="check"),
    path("<str:code>/submitted/", submitting.submitted, name="submitted"),
]
