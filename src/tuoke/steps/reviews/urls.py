from __future__ import annotations

from django.urls import path

from tuoke.steps.reviews.views import pages, parts

app_name = "reviews"
urlpatterns = [
    path("<int:pk>/review/", pages.page, name="page"),
    path("<int:pk>/review/open/", pages.open_review, name="open"),
    path("<int:pk>/review/export/<str:kind>/", pages.export, name="export"),
    path("reviews/<int:pk>/hold/", pages.hold, name="hold"),
    path("reviews/<int:pk>/cost/", pages.cost, name="cost"),
    path("reviews/<int:pk>/ask/", pages.ask, name="ask"),
    path("reviews/<int:pk>/finish/", pages.finish, name="finish"),
    path("reviews/<int:pk>/reopen/", pages.reopen, name="reopen"),
    path("reviews/<int:pk>/part/", parts.add, name="add_part"),
    path("reviews/<int:pk>/problem/", parts.add_problem, name="add_problem"),
    path("reviews/parts/<int:pk>/", parts.write, name="write"),
    path("reviews/parts/<int:pk>/unask/", pages.unask, name="unask"),
    path("reviews/problems/<int:pk>/", parts.edit_problem, name="edit_problem"),
    path("reviews/problems/<int:pk>/withdraw/", parts.withdraw_problem, name="withdraw_problem"),
    path("reviews/problems/<int:pk>/restore/", parts.restore_problem, name="restore_problem"),
]
