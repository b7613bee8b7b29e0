"""Addresses of the library of decided proposals, and of what anyone may read."""

from django.urls import path

from pbc_web.business_cases.views import library, public

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/download/<str:form>/", library.library_file, name="library_file"),
    path("library/<str:code>/", library.library_entry, name="library_entry"),
    path("library/<str:code>/start/", library.start_from, name="start_from"),
    path("public/<str:code>/", public.public_decisions, name="public_decisions"),
    path("public/<str:code>/<str:name>.csv", public.public_file, name="public_file"),
    path("<str:code>/opening/", library.opening, name="opening"),
    path("<str:code>/public/", library.publish, name="publish"),
]
