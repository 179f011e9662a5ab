from __future__ import annotations

from django.urls import path

from tuoke.steps.contracts.teams.views import bookings, rhythms, team

app_name = "teams"
urlpatterns = [
    path("bookings/", bookings.mine, name="bookings"),
    path("bookings/<int:pk>/agree/", bookings.agree, name="agree"),
    path("bookings/<int:pk>/decline/", bookings.decline, name="decline"),
    path("bookings/<int:pk>/release/", bookings.release, name="release"),
    path("<int:pk>/team/", team.page, name="page"),
    path("<int:pk>/team/add/<str:side>/", team.add, name="add"),
    path("<int:pk>/team/introduce/", team.introduce, name="introduce"),
    path("<int:pk>/team/share/", team.share, name="share"),
    path("<int:pk>/team/book/", bookings.book, name="book"),
    path("<int:pk>/team/rhythm/", rhythms.start, name="start_rhythm"),
    path("team/<int:pk>/edit/", team.edit, name="edit"),
    path("team/<int:pk>/withdraw/", team.withdraw, name="withdraw"),
    path("team/<int:pk>/restore/", team.restore, name="restore"),
    path("introductions/<int:pk>/withdraw/", team.unintroduce, name="unintroduce"),
    path("plan-shares/<int:pk>/withdraw/", team.unshare, name="unshare"),
    path("rhythms/<int:pk>/edit/", rhythms.edit, name="edit_rhythm"),
    path("rhythms/<int:pk>/end/", rhythms.end, name="end_rhythm"),
    path("rhythms/<int:pk>/resume/", rhythms.resume, name="resume"),
]
