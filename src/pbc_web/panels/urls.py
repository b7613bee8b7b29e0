"""Addresses of panels and their meetings."""

from django.urls import path

from pbc_web.panels.views import meetings, panels

app_name = "panels"
urlpatterns = [
    path("", panels.listing, name="panels"),
    path("<str:code>/", panels.panel, name="panel"),
    path("<str:code>/set-up/", panels.set_up, name="set_up"),
    path("<str:code>/download/<str:form>/", panels.file, name="panel_file"),
    path("<str:code>/members/add/", panels.seat, name="seat"),
    path("<str:code>/members/<int:member_id>/end/", panels.end, name="end_seat"),
    path("<str:code>/meetings/plan/", meetings.plan, name="plan"),
    path("<str:code>/meetings/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("<str:code>/meetings/<int:meeting_id>/<str:move>/", meetings.move, name="move_meeting"),
]
