"""Every address of the web, from the apps' own lists."""

from django.urls import include, path

urlpatterns = [
    path("", include("pbc_web.home.urls")),
    path("", include("pbc_web.shell.urls")),
    path("", include("pbc_web.api.urls")),
    path("", include("pbc_web.accounts.urls")),
    path("organisations/", include("pbc_web.organisations.urls")),
    path("notices/", include("pbc_web.notices.urls")),
    path("runs/", include("pbc_web.runs.urls")),
    path("budgets/", include("pbc_web.budgets.urls")),
    path("statements/", include("pbc_web.statements.urls")),
    path("ledger/", include("pbc_web.ledger.urls")),
    path("interests/", include("pbc_web.governance.urls")),
    path("proposals/", include("pbc_web.business_cases.urls")),
    path("mobilisation/", include("pbc_web.mobilisation.urls")),
    path("panels/", include("pbc_web.panels.urls")),
    path("reinvestment/", include("pbc_web.reinvestment.urls")),
    path("deliveries/", include("pbc_web.deliveries.urls")),
    path("audit/", include("pbc_web.audit.urls")),
]

handler400 = "pbc_web.shell.faults.bad_request"
handler403 = "pbc_web.shell.faults.not_entitled"
handler404 = "pbc_web.shell.faults.not_found"
handler500 = "pbc_web.shell.faults.broken"
