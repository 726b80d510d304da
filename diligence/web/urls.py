# ruff: noqa: E501 - one address a line reads as a table
"""Addresses of the pages of this app, one a line, by area."""

from django.urls import URLPattern, URLResolver, path

from diligence.web.views import answers, evidence, invitations, mailbox, rooms, tokens

app_name = "diligence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", rooms.home, name="home"),
    # The firm: evidence of a deal, one's own tokens, mails
    path("deals/<uuid:pk>/evidence/", evidence.deal_evidence, name="deal_evidence"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/", evidence.deal_evidence_item, name="deal_evidence_item"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/share/", evidence.deal_evidence_share, name="deal_evidence_share"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/withdraw/", evidence.deal_evidence_withdraw, name="deal_evidence_item_withdraw"),
    path("mail/", mailbox.mailbox, name="mailbox"),
    path("mail/<uuid:pk>/", mailbox.mail, name="mailbox_mail"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    # The startup: the invitation, the room, its evidence
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("room/", rooms.room_list, name="room_list"),
    path("room/<uuid:deal>/", rooms.room_home, name="room_home"),
    path("room/<uuid:deal>/evidence/", evidence.room_evidence, name="room_evidence"),
    path("room/<uuid:deal>/evidence/<uuid:item>/", evidence.room_evidence_item, name="room_evidence_item"),
    path("room/<uuid:deal>/evidence/<uuid:item>/withdraw/", evidence.room_evidence_withdraw, name="room_evidence_item_withdraw"),
    # The startup: a questionnaire. A section's address comes last, because it could be any word.
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/", answers.questionnaire, name="room_questionnaire"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/answer/<slug:question>/", answers.answer, name="answer_save"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/missing/", answers.missing, name="answer_missing"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/submit/", answers.submit, name="answer_submit"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/<slug:section>/", answers.section, name="answer_section"),
    # Both sides
    path("evidence/<uuid:version>/download/", evidence.download, name="evidence_download"),
]  # fmt: skip
