"""Addresses of the library of decided proposals, and of what anyone may read, and of the commissioner's plan."""

from django.urls import path

from pbc_web.business_cases.views import intentions, library, public

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/download/<str:form>/", library.library_file, name="library_file"),
    path("library/<str:code>/", library.library_entry, name="library_entry"),
    path("library/<str:code>/start/", library.start_from, name="start_from"),
    path("public/<str:code>/", public.public_decisions, name="public_decisions"),
    path("public/<str:code>/<str:name>.csv", public.public_file, name="public_file"),
    path("intentions/", intentions.plans, name="year_plans"),
    path("intentions/<str:code>/<str:year>/", intentions.year_plan, name="year_plan"),
    path("intentions/<str:code>/<str:year>/download/<str:form>/", intentions.year_plan_file, name="year_plan_file"),
    path("intentions/<str:code>/<str:year>/write/", intentions.write, name="write_intention"),
    path("intentions/<str:code>/<str:year>/calendar/", intentions.year_calendar, name="year_calendar"),
    path("intentions/<str:code>/<str:year>/calendar/<str:step>/", intentions.tick, name="tick_step"),
    path(
        "intentions/<str:code>/<str:year>/answer/<str:proposal>/<str:line>/", intentions.answer_line, name="answer_line"
    ),
    path("intentions/<str:code>/<str:year>/<int:intention_id>/", intentions.write, name="change_intention"),
    path("intentions/<str:code>/<str:year>/<int:intention_id>/<str:move>/", intentions.move, name="move_intention"),
    path("<str:code>/opening/", library.opening, name="opening"),
    path("<str:code>/public/", library.publish, name="publish"),
]
