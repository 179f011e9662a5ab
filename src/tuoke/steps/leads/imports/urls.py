from __future__ import annotations

from django.urls import path

from tuoke.steps.leads.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.start_page, name="list"),
    path("template/", views.template, name="template"),
    path("<uuid:public_id>/", views.show, name="show"),
    path("<uuid:public_id>/columns/", views.columns, name="columns"),
    path("<uuid:public_id>/sheet/", views.sheet, name="sheet"),
    path("<uuid:public_id>/check/", views.check, name="check"),
    path("<uuid:public_id>/start/", views.start, name="start"),
    path("<uuid:public_id>/run/", views.run, name="run"),
    path("<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:public_id>/resume/", views.resume, name="resume"),
    path("<uuid:public_id>/undo/", views.undo, name="undo"),
    path("<uuid:public_id>/leads/", views.leads, name="leads"),
    path("<uuid:public_id>/rows/<str:outcome>/", views.rows, name="rows"),
    path("<uuid:public_id>/rejects/", views.rejects, name="rejects"),
]
