from __future__ import annotations

from django.urls import path

from tuoke.steps.discovery.interviews.views import answers, deals, interviews, outlines, questions

app_name = "interviews"
urlpatterns = [
    path("deals/<int:pk>/", deals.page, name="deal"),
    path("deals/<int:pk>/panel/", deals.panel, name="panel"),
    path("deals/<int:pk>/scenes/", deals.scenes, name="scenes"),
    path("deals/<int:pk>/new/", outlines.new, name="new"),
    path("<int:pk>/", outlines.page, name="outline"),
    path("<int:pk>/edit/", outlines.edit, name="edit"),
    path("<int:pk>/withdraw/", outlines.withdraw, name="withdraw"),
    path("<int:pk>/restore/", outlines.restore, name="restore"),
    path("<int:pk>/topics/", outlines.topics, name="topics"),
    path("<int:pk>/export/<str:kind>/", outlines.export, name="export"),
    path("<int:pk>/bank/", questions.bank, name="bank"),
    path("<int:pk>/suggest/", questions.suggest, name="suggest"),
    path("<int:pk>/pick/", questions.pick, name="pick"),
    path("<int:pk>/order/", questions.order, name="order"),
    path("<int:pk>/questions/add/", questions.add, name="add_question"),
    path("questions/<int:pk>/edit/", questions.edit, name="edit_question"),
    path("questions/<int:pk>/move/", questions.move, name="move_question"),
    path("questions/<int:pk>/remove/", questions.remove, name="remove_question"),
    path("questions/<int:pk>/restore/", questions.restore, name="restore_question"),
    path("questions/<int:pk>/share/", questions.share, name="share_question"),
    path("<int:pk>/begin/", interviews.begin, name="begin"),
    path("<int:pk>/hold/", interviews.hold, name="hold"),
    path("<int:pk>/bring-in/", interviews.bring_in, name="bring_in"),
    path("<int:pk>/notes/", interviews.notes, name="notes"),
    path("<int:pk>/finish/", interviews.finish, name="finish"),
    path("<int:pk>/review/", interviews.review, name="review"),
    path("<int:pk>/carry/", interviews.carry, name="carry"),
    path("questions/<int:pk>/answer/", answers.answer, name="answer"),
    path("answers/<int:pk>/edit/", answers.correct, name="correct"),
    path("answers/<int:pk>/remove/", answers.remove, name="remove_answer"),
    path("answers/<int:pk>/restore/", answers.restore, name="restore_answer"),
    path("answers/<int:pk>/need/", answers.take, name="take_need"),
]
