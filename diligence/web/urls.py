"""Addresses of the pages of this app: the firm's first, then the founder's room."""

from django.urls import URLPattern, URLResolver, path

from diligence.web.views import board, deals, reviews, team

app_name = "diligence"
urlpatterns: list[URLPattern | URLResolver] = [
    # The pipeline
    path("", board.board, name="board"),
    path("deals/", board.deal_table, name="deal_table"),
    path("deals/new/", deals.deal_create, name="deal_create"),
    # A deal
    path("deals/<uuid:pk>/", deals.deal_detail, name="deal_detail"),
    path("deals/<uuid:pk>/edit/", deals.deal_edit, name="deal_edit"),
    path("deals/<uuid:pk>/move/", board.deal_move, name="deal_move"),
    path("deals/<uuid:pk>/activity/", deals.deal_activity, name="deal_activity"),
    path("deals/<uuid:pk>/team/", team.member_add, name="member_add"),
    path("deals/<uuid:pk>/team/<uuid:member>/", team.member_remove, name="member_remove"),
    path("deals/<uuid:pk>/invite/", team.founder_invite, name="founder_invite"),
    path(
        "deals/<uuid:pk>/invite/<uuid:invitation>/",
        team.invitation_revoke,
        name="invitation_revoke",
    ),
    path("deals/<uuid:pk>/room/<uuid:member>/", team.room_member_remove, name="room_member_remove"),
    path("deals/<uuid:pk>/notes/", team.note_write, name="note_write"),
    path("deals/<uuid:pk>/notes/<uuid:note>/", team.note_edit, name="note_edit"),
    # Its questionnaires
    path(
        "deals/<uuid:pk>/questionnaires/", reviews.deal_questionnaires, name="deal_questionnaires"
    ),
    path("questionnaires/<uuid:pk>/", reviews.questionnaire_review, name="questionnaire_review"),
    path("questionnaires/<uuid:pk>/accept/", reviews.answers_accept, name="answers_accept"),
    path(
        "questionnaires/<uuid:pk>/<slug:question>/ask-back/",
        reviews.answer_ask_back,
        name="answer_ask_back",
    ),
    path(
        "questionnaires/<uuid:pk>/<slug:question>/reply/",
        reviews.answer_reply,
        name="answer_reply",
    ),
]
