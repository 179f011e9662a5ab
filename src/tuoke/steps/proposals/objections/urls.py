from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.objections.views import board, moving, writing

app_name = "objections"
urlpatterns = [
    path("<int:pk>/objections/", board.page, name="deal"),
    path("<int:pk>/objections/export/<str:kind>/", board.export, name="export"),
    path("<int:pk>/objections/add/", writing.add, name="add"),
    path("<int:pk>/objections/predicted/<str:rule>/prepare/", writing.prepare, name="prepare"),
    path("<int:pk>/objections/predicted/<str:rule>/dismiss/", moving.dismiss_predicted, name="dismiss_predicted"),
    path("objections/<int:pk>/edit/", writing.edit, name="edit"),
    path("objections/<int:pk>/raise/", moving.raise_, name="raise"),
    path("objections/<int:pk>/answer/", moving.answer, name="answer"),
    path("objections/<int:pk>/settle/", moving.settle, name="settle"),
    path("objections/<int:pk>/dismiss/", moving.dismiss, name="dismiss"),
    path("objections/<int:pk>/take-back/", moving.take_back, name="take_back"),
    path("objections/<int:pk>/withdraw/", moving.withdraw, name="withdraw"),
    path("objections/<int:pk>/restore/", moving.restore, name="restore"),
]
