"""Addresses of budgets."""

from django.urls import path

from pbc_web.budgets.views import decisions, delegations, drafts, neighbourhoods, offers, queries, rounds

app_name = "budgets"
FILE = "<str:kind>"
urlpatterns = [
    path("", rounds.listing, name="listing"),
    path("not-known/", neighbourhoods.not_known, name="not_known"),
    path("neighbourhoods/", neighbourhoods.neighbourhood_start, name="neighbourhood_start"),
    path("neighbourhoods/<int:plan_id>/places/", neighbourhoods.neighbourhood_places, name="neighbourhood_places"),
    path("neighbourhoods/<int:plan_id>/pots/", neighbourhoods.neighbourhood_pots, name="neighbourhood_pots"),
    path("neighbourhoods/<int:plan_id>/check/", neighbourhoods.neighbourhood_check, name="neighbourhood_check"),
    path("neighbourhoods/<int:plan_id>/", neighbourhoods.neighbourhood_result, name="neighbourhood_result"),
    path(f"neighbourhoods/<int:plan_id>/file.{FILE}", neighbourhoods.neighbourhood_file, name="neighbourhood_file"),
    path("new/", rounds.new_round, name="new_round"),
    path("<int:round_id>/", rounds.round_page, name="round"),
    path("<int:round_id>/waits-for/<slug:kind>/", rounds.dependency, name="dependency"),
    path("<int:round_id>/support/", rounds.support, name="support"),
    path("<int:round_id>/delegation/", delegations.delegation, name="delegation"),
    path("delegations/<int:delegation_id>/judge/", delegations.judge_delegation, name="judge_delegation"),
    path("delegations/<int:delegation_id>/end/", delegations.end_delegation, name="end_delegation"),
    path("<int:round_id>/escalate/", rounds.escalate, name="escalate"),
    path("<int:round_id>/drafts/new/", drafts.new_draft, name="new_draft"),
    path("<int:round_id>/drafts/compare/", drafts.compare, name="compare"),
    path("drafts/<int:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<int:draft_id>/changes/<str:practice_code>/", drafts.draft_changes, name="draft_changes"),
    path(f"drafts/<int:draft_id>/file.{FILE}", drafts.draft_file, name="draft_file"),
    path("drafts/<int:draft_id>/issue/", offers.issue, name="issue"),
    path("drafts/<int:draft_id>/issue/check/", offers.issue_check, name="issue_check"),
    path("offers/<int:offer_id>/", offers.offer, name="offer"),
    path("offers/<int:offer_id>/receive/", offers.receive, name="receive"),
    path("offers/<int:offer_id>/make-firm/", offers.make_firm, name="make_firm"),
    path("offers/<int:offer_id>/withdraw/", offers.withdraw, name="withdraw"),
    path("offers/<int:offer_id>/accept/", offers.accept, name="accept"),
    path("offers/<int:offer_id>/accepted/", offers.accepted, name="accepted"),
    path(f"offers/<int:offer_id>/file.{FILE}", offers.offer_file, name="offer_file"),
    path("offers/<int:offer_id>/ask/", queries.ask, name="ask"),
    path("queries/<int:query_id>/answer/", queries.answer, name="answer"),
    path("queries/<int:query_id>/further/", queries.follow_up, name="follow_up"),
    path("queries/<int:query_id>/close/", queries.close, name="close"),
    path("<int:round_id>/decisions/", decisions.decisions, name="decisions"),
    path("<int:round_id>/decisions/propose/", decisions.propose, name="propose"),
    path("<int:round_id>/decisions/propose/<slug:kind>/", decisions.propose_kind, name="propose_kind"),
    path("<int:round_id>/decisions/propose/<slug:kind>/check/", decisions.propose_check, name="propose_check"),
    path("decisions/<int:decision_id>/", decisions.decision, name="decision"),
    path("decisions/<int:decision_id>/judge/", decisions.judge, name="judge"),
    path("decisions/<int:decision_id>/take-up/", decisions.take_up, name="take_up"),
    path("<int:round_id>/practices/<str:practice_code>/", decisions.versions, name="versions"),
    path(f"<int:round_id>/practices/<str:practice_code>/file.{FILE}", decisions.versions_file, name="versions_file"),
]
