"""Addresses of deliveries: each workspace has its own, opened to its own people; the register of feeds is of both."""

from functools import partial

from django.urls import URLPattern, include, path

from pbc_web.deliveries.sides import ANALYSIS, BOOKS, Side
from pbc_web.deliveries.views import feeds, files, headings
from pbc_web.shell.access import entitled


def addresses_of(side: Side) -> list[URLPattern]:
    """This returns the addresses of a workspace."""
    sees, sends, decides, keeps = map(entitled, (side.may_see, side.may_send, side.may_decide, side.may_see_maps))
    return [
        path("", sees(partial(files.overview, side=side)), name="overview"),
        path("upload/", sends(partial(files.upload, side=side)), name="upload"),
        path("<int:delivery_id>/", sees(partial(files.delivery, side=side)), name="delivery"),
        path("<int:delivery_id>/faults.csv", sees(partial(files.faults, side=side)), name="faults"),
        path("<int:delivery_id>/accept/", decides(partial(files.accept, side=side)), name="accept"),
        path("<int:delivery_id>/reject/", decides(partial(files.reject, side=side)), name="reject"),
        path("<int:delivery_id>/headings/", decides(partial(headings.match, side=side)), name="headings"),
        path("take-in/", decides(partial(files.take_in, side=side)), name="take_in"),
        path("maps/", keeps(partial(headings.listing, side=side)), name="maps"),
        path("maps/<int:map_id>.yaml", keeps(partial(headings.text, side=side)), name="map_text"),
        path("maps/<int:map_id>/end/", decides(partial(headings.end, side=side)), name="end_map"),
    ]


app_name = "deliveries"
urlpatterns = [
    *addresses_of(ANALYSIS),
    path("books/", include((addresses_of(BOOKS), "books"))),
    path("feeds/", feeds.listing, name="feeds"),
    path("feeds/new/", feeds.new, name="new_feed"),
    path("feeds/<int:feed_id>/", feeds.feed, name="feed"),
    path("feeds/<int:feed_id>/renew/", feeds.renew, name="renew_feed"),
    path("feeds/<int:feed_id>/end/", feeds.end, name="end_feed"),
]
