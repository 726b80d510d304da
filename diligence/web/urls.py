# ruff: noqa: E501 - one address a line reads as a table
"""Addresses of the pages of this app, one a line, by area."""

from django.urls import URLPattern, URLResolver, path

from diligence.web.views import (
    answers,
    board,
    deals,
    delegation,
    evidence,
    evidence_requests,
    invitations,
    mailbox,
    previews,
    reading,
    reviews,
    room_terms,
    rooms,
    team,
    tokens,
    uploads,
    workbooks,
)

app_name = "diligence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", rooms.home, name="home"),
    # The firm: the pipeline
    path("board/", board.board, name="board"),
    path("deals/", board.deal_table, name="deal_table"),
    path("deals/new/", deals.deal_create, name="deal_create"),
    # The firm: a deal
    path("deals/<uuid:pk>/", deals.deal_detail, name="deal_detail"),
    path("deals/<uuid:pk>/activity/", deals.deal_activity, name="deal_activity"),
    path("deals/<uuid:pk>/edit/", deals.deal_edit, name="deal_edit"),
    path("deals/<uuid:pk>/invite/", team.founder_invite, name="founder_invite"),
    path("deals/<uuid:pk>/invite/<uuid:invitation>/", team.invitation_revoke, name="invitation_revoke"),
    path("deals/<uuid:pk>/move/", board.deal_move, name="deal_move"),
    path("deals/<uuid:pk>/notes/", team.note_write, name="note_write"),
    path("deals/<uuid:pk>/notes/<uuid:note>/", team.note_edit, name="note_edit"),
    path("deals/<uuid:pk>/room/<uuid:member>/", team.room_member_remove, name="room_member_remove"),
    path("deals/<uuid:pk>/team/", team.member_add, name="member_add"),
    path("deals/<uuid:pk>/team/<uuid:member>/", team.member_remove, name="member_remove"),
    # The firm: evidence of a deal
    path("deals/<uuid:pk>/evidence/", evidence.deal_evidence, name="deal_evidence"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/", evidence.deal_evidence_item, name="deal_evidence_item"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/share/", evidence.deal_evidence_share, name="deal_evidence_share"),
    path("deals/<uuid:pk>/evidence/<uuid:item>/withdraw/", evidence.deal_evidence_withdraw, name="deal_evidence_item_withdraw"),
    path("deals/<uuid:pk>/room-settings/", room_terms.room_settings, name="room_settings"),
    path("deals/<uuid:pk>/requests/", evidence_requests.deal_requests, name="deal_requests"),
    path("deals/<uuid:pk>/requests/<uuid:asked>/withdraw/", evidence_requests.request_withdraw, name="request_withdraw"),
    # The firm: questionnaires
    path("deals/<uuid:pk>/questionnaires/", reviews.deal_questionnaires, name="deal_questionnaires"),
    path("questionnaires/<uuid:pk>/", reviews.questionnaire_review, name="questionnaire_review"),
    path("questionnaires/<uuid:pk>/accept/", reviews.answers_accept, name="answers_accept"),
    path("questionnaires/<uuid:pk>/<slug:question>/ask-back/", reviews.answer_ask_back, name="answer_ask_back"),
    path("questionnaires/<uuid:pk>/<slug:question>/reply/", reviews.answer_reply, name="answer_reply"),
    # The firm: mails, one's own tokens
    path("mail/", mailbox.mailbox, name="mailbox"),
    path("mail/<uuid:pk>/", mailbox.mail, name="mailbox_mail"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    # The startup: the invitation, the room, its evidence
    path("invitation/<str:secret>/", invitations.invitation, name="invitation"),
    path("room/", rooms.room_list, name="room_list"),
    path("room/<uuid:deal>/", rooms.room_home, name="room_home"),
    path("room/<uuid:deal>/people/", delegation.room_people_page, name="room_people"),
    path("room/<uuid:deal>/people/<uuid:member>/", delegation.room_person, name="room_person"),
    path("room/<uuid:deal>/people/invitations/<uuid:invitation>/revoke/", delegation.colleague_revoke, name="colleague_revoke"),
    path("room/<uuid:deal>/evidence/", evidence.room_evidence, name="room_evidence"),
    path("room/<uuid:deal>/evidence/<uuid:item>/", evidence.room_evidence_item, name="room_evidence_item"),
    path("room/<uuid:deal>/evidence/<uuid:item>/withdraw/", evidence.room_evidence_withdraw, name="room_evidence_item_withdraw"),
    path("room/<uuid:deal>/terms/", room_terms.room_terms, name="room_terms"),
    path("room/<uuid:deal>/requests/<uuid:asked>/", evidence_requests.room_request, name="room_request"),
    # The startup: a questionnaire. A section's address comes last, because it could be any word.
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/", answers.questionnaire, name="room_questionnaire"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/answer/<slug:question>/", answers.answer, name="answer_save"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/answer/<slug:question>/evidence/", answers.answer_evidence, name="answer_evidence"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/missing/", answers.missing, name="answer_missing"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/submit/", answers.submit, name="answer_submit"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/workbook/", workbooks.workbook_upload, name="workbook_upload"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/workbook/download/", workbooks.workbook_download, name="workbook_download"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/workbook/<uuid:imported>/", workbooks.workbook_import, name="workbook_import"),
    path("room/<uuid:deal>/questionnaire/<uuid:pk>/<slug:section>/", answers.section, name="answer_section"),
    # Both sides
    path("uploads/<uuid:deal>/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:deal>/<uuid:upload>/", uploads.upload, name="upload"),
    path("evidence/<uuid:version>/pages/<int:number>/", previews.picture, name="evidence_picture"),
    path("evidence/<uuid:version>/preview/", previews.preview, name="evidence_preview"),
    path("evidence/<uuid:version>/download/", evidence.download, name="evidence_download"),
    path("evidence/<uuid:version>/read/", reading.evidence_read, name="evidence_read"),
]  # fmt: skip
