from __future__ import annotations

from django.urls import path

from tuoke.spine.deals import views

app_name = "deals"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export/", views.export, name="export"),
    path("board/", views.board, name="board"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/timeline/", views.timeline, name="timeline"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/advance/", views.advance, name="advance"),
    path("<int:pk>/finish/", views.finish, name="finish"),
    path("<int:pk>/waive/", views.waive, name="waive"),
    path("<int:pk>/tick/", views.tick, name="tick"),
    path("<int:pk>/untick/", views.untick, name="untick"),
    path("<int:pk>/back/", views.move_back, name="move_back"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/won/", views.won, name="won"),
    path("<int:pk>/lost/", views.lost, name="lost"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/transfer/", views.transfer, name="transfer"),
    path("<int:pk>/members/", views.join, name="join"),
    path("<int:pk>/members/<int:user_pk>/leave/", views.leave, name="leave"),
]
