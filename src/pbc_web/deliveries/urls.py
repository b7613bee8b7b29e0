"""Addresses of deliveries."""

from django.urls import path

from pbc_web.deliveries.views import feeds, files, headings

app_name = "deliveries"
urlpatterns = [
    path("", files.overview, name="overview"),
    path("upload/", files.upload, name="upload"),
    path("<int:delivery_id>/", files.delivery, name="delivery"),
    path("<int:delivery_id>/faults.csv", files.faults, name="faults"),
    path("<int:delivery_id>/accept/", files.accept, name="accept"),
    path("<int:delivery_id>/reject/", files.reject, name="reject"),
    path("<int:delivery_id>/headings/", headings.match, name="headings"),
    path("take-in/", files.take_in, name="take_in"),
    path("feeds/", feeds.listing, name="feeds"),
    path("feeds/new/", feeds.new, name="new_feed"),
    path("feeds/<int:feed_id>/", feeds.feed, name="feed"),
    path("feeds/<int:feed_id>/renew/", feeds.renew, name="renew_feed"),
    path("feeds/<int:feed_id>/end/", feeds.end, name="end_feed"),
    path("maps/", headings.listing, name="maps"),
    path("maps/<int:map_id>.yaml", headings.text, name="map_text"),
    path("maps/<int:map_id>/end/", headings.end, name="end_map"),
]
