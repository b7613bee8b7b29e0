"""Addresses of statements."""

from django.urls import path

from pbc_web.statements.views import asking, figures, publishing, reading, records, year_books, year_ends

app_name = "statements"
urlpatterns = [
    path("", reading.listing, name="listing"),
    path("prepare/", publishing.months, name="months"),
    path("prepare/<str:month>/", publishing.month, name="month"),
    path("queries/", asking.log, name="queries"),
    path("queries/<int:query_id>/", asking.one, name="figure_query"),
    path("queries/<int:query_id>/withdraw/", asking.withdraw, name="withdraw_query"),
    path("year-ends/", year_ends.listing, name="year_ends"),
    path("year-ends/<str:year>/", year_ends.year, name="year_end"),
    path("year-ends/<str:year>/publish/", year_ends.publish, name="publish_position"),
    path("year-ends/<str:year>/close/", year_ends.close, name="close_year"),
    path("year-ends/<str:year>/pot/<str:code>/", year_ends.declare, name="declare_pot"),
    path("year-ends/<str:year>/books/<str:code>/", year_books.books, name="year_books"),
    path("year-ends/<str:year>/books/<str:code>/figure/", year_books.figure, name="year_figure"),
    path("year-ends/<str:year>/books/<str:code>/download/<str:form>/", year_books.download, name="year_books_file"),
    path("pots/<int:pot_id>/", year_ends.pot, name="pot"),
    path("pots/<int:pot_id>/<str:move>/", year_ends.move, name="move_pot"),
    path("<int:publication_id>/", reading.commissioner, name="commissioner"),
    path("<int:publication_id>/figure/", figures.sum_figure, name="sum_figure"),
    path("<int:publication_id>/group/<str:code>/", reading.group, name="group"),
    path("<int:publication_id>/region/", reading.region, name="region"),
    path("<int:publication_id>/hospital/", reading.hospital, name="hospital"),
    path("<int:publication_id>/readers/", reading.readers, name="readers"),
    path("<int:publication_id>/review/", publishing.review, name="review"),
    path("<int:publication_id>/comment/", publishing.comment, name="comment"),
    path("<int:publication_id>/publish/", publishing.publish_now, name="publish"),
    path("<int:publication_id>/withdraw/", publishing.withdraw_now, name="withdraw"),
    path("<int:publication_id>/practice/<str:code>/", reading.practice, name="practice"),
    path("<int:publication_id>/practice/<str:code>/read/", reading.acknowledge_now, name="acknowledge"),
    path("<int:publication_id>/practice/<str:code>/download/<str:form>/", figures.download_statement, name="download"),
    path("<int:publication_id>/practice/<str:code>/figure/", figures.figure, name="figure"),
    path("<int:publication_id>/practice/<str:code>/similar/", reading.similar, name="similar"),
    path("<int:publication_id>/practice/<str:code>/drill/", records.drill, name="drill"),
    path("<int:publication_id>/practice/<str:code>/records/", records.records, name="records"),
    path("<int:publication_id>/practice/<str:code>/records/file/", records.download_records, name="records_file"),
    path("<int:publication_id>/practice/<str:code>/query/", asking.query, name="query"),
]
