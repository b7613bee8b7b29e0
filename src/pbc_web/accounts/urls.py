"""Addresses of people's own accounts, and of bringing people in."""

from django.urls import include, path

from pbc_web.accounts import views
from pbc_web.accounts.views import cis2

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/role/", views.choose_role, name="choose_role"),
    path("account/extend-session/", views.extend_session, name="extend_session"),
    path("account/stop-viewing-as/", views.stop_viewing_as, name="stop_viewing_as"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("account/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/own-data/", views.own_data, name="own_data"),
    path("account/cis2/sign-in/", cis2.sign_in, name="cis2_sign_in"),
    path("account/cis2/callback/", cis2.callback, name="cis2_callback"),
    path("account/cis2/link/", cis2.link, name="cis2_link"),
    path("account/cis2/unlink/", cis2.unlink, name="cis2_unlink"),
    path("account/cis2/signed-out/", cis2.signed_out_there, name="cis2_signed_out_there"),
    path("account/", include("pbc_web.accounts.library_addresses")),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("people/", views.people, name="people"),
    path("people/<str:code>/", views.people_of, name="people_of"),
    path("people/<str:code>/invite/", views.invite, name="invite"),
    path("people/invitations/<int:invitation_id>/resend/", views.resend_invitation, name="resend_invitation"),
    path("people/invitations/<int:invitation_id>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("appointments/<int:appointment_id>/", views.appointment, name="appointment"),
    path("appointments/<int:appointment_id>/end/", views.end, name="end_appointment"),
    path("appointments/<int:appointment_id>/renew/", views.renew, name="renew_appointment"),
    path("appointments/<int:appointment_id>/cover/", views.cover, name="arrange_cover"),
    path("administration/people/", views.everybody, name="everybody"),
    path("administration/people/<uuid:number>/erase/", views.erase, name="erase_person"),
    path("administration/view-as/<int:appointment_id>/", views.view_as, name="view_as"),
]
