"""Addresses of what follows an approval."""

from django.urls import path

from pbc_web.mobilisation.views import benefits, listing, milestones, service, times

app_name = "mobilisation"
urlpatterns = [
    path("", listing.listing, name="listing"),
    path("download/<str:form>/", listing.listing_file, name="listing_file"),
    path("times/", times.times, name="times"),
    path("times/download/<str:form>/", times.times_file, name="times_file"),
    path("<str:code>/milestones/<str:form>/", milestones.milestones_file, name="milestones_file"),
    path("<str:code>/benefit/", benefits.benefit, name="benefit"),
    path("<str:code>/benefit/choose/", benefits.choose, name="choose"),
    path("<str:code>/benefit/<int:months>/compare/", benefits.compare, name="compare"),
    path("<str:code>/benefit/<int:months>/download/<str:form>/", benefits.benefit_file, name="benefit_file"),
    path("<str:code>/new/", milestones.new, name="new"),
    path("<str:code>/service/", service.service, name="service"),
    path("<str:code>/<int:number>/", milestones.milestone, name="milestone"),
    path("<str:code>/<int:number>/change/", milestones.change, name="change"),
    path("<str:code>/<int:number>/<str:move>/", milestones.move, name="move"),
]
