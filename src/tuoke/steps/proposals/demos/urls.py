from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.demos import views

app_name = "demos"
urlpatterns = [
    path("<int:pk>/demos/", views.page, name="page"),
    path("<int:pk>/demos/plan/", views.plan, name="plan"),
    path("<int:pk>/demos/trial/", views.trial, name="trial"),
    path("demos/<int:pk>/held/", views.held, name="held"),
    path("demos/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("demos/<int:pk>/restore/", views.restore, name="restore"),
    path("trials/<int:pk>/extend/", views.extend, name="extend"),
    path("trials/<int:pk>/usage/", views.usage, name="usage"),
    path("trials/<int:pk>/end/", views.end, name="end"),
    path("trials/<int:pk>/reopen/", views.reopen, name="reopen"),
]
