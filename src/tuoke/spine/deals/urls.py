from __future__ import annotations

from django.urls import path

from tuoke.spine.deals.changeovers import views as changeovers
from tuoke.spine.deals.duties import views as duties
from tuoke.spine.deals.views import editing, lists, pages, verbs

app_name = "deals"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("board/", lists.board, name="board"),
    path("new/", editing.new, name="new"),
    path("changeovers/", changeovers.index, name="changeovers"),
    path("changeovers/<int:pk>/", changeovers.detail, name="changeover"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/timeline/", pages.timeline, name="timeline"),
    path("<int:pk>/rooms/", pages.rooms, name="rooms"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/move/", lists.move, name="move"),
    path("<int:pk>/advance/", pages.advance, name="advance"),
    path("<int:pk>/finish/", pages.finish, name="finish"),
    path("<int:pk>/waive/", pages.waive, name="waive"),
    path("<int:pk>/tick/", pages.tick, name="tick"),
    path("<int:pk>/untick/", pages.untick, name="untick"),
    path("<int:pk>/back/", verbs.move_back, name="move_back"),
    path("<int:pk>/pause/", verbs.pause, name="pause"),
    path("<int:pk>/resume/", pages.resume, name="resume"),
    path("<int:pk>/won/", verbs.won, name="won"),
    path("<int:pk>/lost/", verbs.lost, name="lost"),
    path("<int:pk>/void/", verbs.void, name="void"),
    path("<int:pk>/reopen/", verbs.reopen, name="reopen"),
    path("<int:pk>/transfer/", verbs.transfer, name="transfer"),
    path("<int:pk>/version/", verbs.change_version, name="change_version"),
    path("<int:pk>/co-owner/", verbs.share_credit, name="share_credit"),
    path("<int:pk>/duties/", duties.page, name="duties"),
    path("<int:pk>/duties/lay-out/", duties.lay_out, name="duties_lay_out"),
    path("<int:pk>/duties/new/", duties.add, name="duty_add"),
    path("duties/<int:pk>/", duties.edit, name="duty_edit"),
    path("duties/<int:pk>/deliver/", duties.deliver, name="duty_deliver"),
    path("duties/<int:pk>/accept/", duties.accept, name="duty_accept"),
    path("duties/<int:pk>/send-back/", duties.send_back, name="duty_send_back"),
    path("duties/<int:pk>/withdraw/", duties.withdraw, name="duty_withdraw"),
    path("duties/<int:pk>/restore/", duties.restore, name="duty_restore"),
    path("<int:pk>/members/", verbs.join, name="join"),
    path("<int:pk>/members/<int:user_pk>/leave/", verbs.leave, name="leave"),
]
