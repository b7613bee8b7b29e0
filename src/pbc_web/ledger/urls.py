"""Addresses of contracts, reconciliations, differences and the ledger."""

from django.urls import path

from pbc_web.ledger.views import contracts, differences, journal, kept, reading

app_name = "ledger"
urlpatterns = [
    path("", reading.listing, name="listing"),
    path("reconcile/", reading.reconcile, name="reconcile"),
    path("pooled-lines/", kept.pooled_lines, name="pooled_lines"),
    path("pooled-lines/figure/", kept.pooled_figure, name="pooled_figure"),
    path("pooled-lines/download/<str:form>/", kept.pooled_file, name="pooled_file"),
    path("allocations/", kept.allocations, name="allocations"),
    path("allocations/figure/", kept.allocation_figure, name="allocation_figure"),
    path("allocations/download/<str:form>/", kept.allocation_file, name="allocation_file"),
    path("contracts/<str:year>/", contracts.register, name="contracts"),
    path("contracts/<str:year>/<str:code>/figure/", contracts.figure, name="contract_figure"),
    path("contracts/<str:year>/<str:code>/<str:hospital>/", contracts.contract, name="contract"),
    path("differences/", differences.listing, name="differences"),
    path("differences/<str:difference_id>/", differences.one, name="difference"),
    path("differences/<str:difference_id>/owner/", differences.own, name="own_difference"),
    path("differences/<str:difference_id>/state/", differences.move, name="move_difference"),
    path("differences/<str:difference_id>/words/", differences.write, name="write_difference"),
    path("<str:period>/<str:code>/", reading.position, name="position"),
    path("<str:period>/<str:code>/figure/", reading.figure, name="figure"),
    path("<str:period>/<str:code>/journal/<str:form>/", journal.journal, name="journal"),
    path("<str:period>/<str:code>/download/<str:form>/", journal.download, name="download"),
    path("<str:period>/<str:code>/<str:hospital>/", reading.hospital, name="hospital"),
]
