from __future__ import annotations

from django.urls import path

from tuoke.steps.reviews.revisits.views import lists, plans, visits

app_name = "revisits"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("leaving/", lists.leaving, name="leaving"),
    path("rhythms/", lists.rhythms, name="rhythms"),
    path("customers/<int:pk>/", lists.customer, name="customer"),
    path("deals/<int:pk>/", plans.page, name="deal"),
    path("deals/<int:pk>/plan/", plans.plan, name="plan"),
    path("deals/<int:pk>/end/", plans.end, name="end"),
    path("deals/<int:pk>/resume/", plans.resume, name="resume"),
    path("deals/<int:pk>/record/", visits.extra, name="extra"),
    path("deals/<int:pk>/survey/", plans.survey, name="survey"),
    path("deals/<int:pk>/second/", plans.second, name="second"),
    path("<int:pk>/record/", visits.record, name="record"),
    path("<int:pk>/correct/", visits.correct, name="correct"),
    path("<int:pk>/postpone/", visits.postpone, name="postpone"),
    path("<int:pk>/skip/", visits.skip, name="skip"),
    path("<int:pk>/take-up/", visits.take_up, name="take_up"),
    path("<int:pk>/withdraw/", visits.withdraw, name="withdraw"),
    path("<int:pk>/restore/", visits.restore, name="restore"),
]
