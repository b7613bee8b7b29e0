"""Addresses of proposals."""

from django.urls import path

from pbc_web.business_cases import urls_review
from pbc_web.business_cases.urls_library import urlpatterns as library
from pbc_web.business_cases.views import (
    appraising,
    attachments,
    deeds,
    drafts,
    evidence,
    ideas,
    listing,
    reading,
    sections,
    submitting,
)

app_name = "business_cases"
urlpatterns = [
    *library,
    path("", listing.listing, name="listing"),
    path("download/<str:form>/", listing.listing_file, name="listing_file"),
    path("new/", drafts.begin, name="begin"),
    path("ideas/", ideas.ideas, name="ideas"),
    path("ideas/new/", ideas.put, name="put_idea"),
    path("ideas/download/<str:form>/", ideas.ideas_file, name="ideas_file"),
    path("ideas/<int:idea_id>/", ideas.idea, name="idea"),
    path("ideas/<int:idea_id>/answer/", ideas.answer_idea, name="answer_idea"),
    *urls_review.first,
    path("<str:code>/", reading.proposal, name="proposal"),
    path("<str:code>/sections/<str:section>/", sections.section, name="section"),
    path("<str:code>/sections/<str:section>/history/", sections.section_history, name="section_history"),
    path("<str:code>/attach/", attachments.attach, name="attach"),
    path("<str:code>/files/<int:attachment_id>/", attachments.attachment, name="attachment"),
    path("<str:code>/files/<int:attachment_id>/take-off/", attachments.take_off, name="take_off"),
    path("<str:code>/appraise/", appraising.appraise, name="appraise"),
    path("<str:code>/figure/", appraising.figure, name="figure"),
    path("<str:code>/evidence/", evidence.take_figure, name="take_figure"),
    path("<str:code>/evidence/<int:evidence_id>/take-off/", evidence.drop_figure, name="drop_figure"),
    path("<str:code>/title/", deeds.named, name="named"),
    path("<str:code>/authors/", deeds.add_author, name="add_author"),
    path("<str:code>/join/", deeds.join, name="join"),
    path("<str:code>/leave/", deeds.leave, name="leave"),
    path("<str:code>/move/<str:move>/", deeds.put_aside, name="put_aside"),
    path("<str:code>/withdraw/", deeds.withdraw, name="withdraw"),
    path("<str:code>/again/", deeds.bring_back, name="bring_back"),
    path("<str:code>/check/", submitting.check, name="check"),
    path("<str:code>/submitted/", submitting.submitted, name="submitted"),
    *urls_review.urlpatterns,
]
