from __future__ import annotations

from django.urls import path

from tuoke.steps.discovery import views

app_name = "discovery"
urlpatterns = [
    path("<int:pk>/needs/", views.page, name="needs"),
    path("<int:pk>/needs/panel/", views.panel, name="panel"),
    path("<int:pk>/needs/add/", views.add, name="add"),
    path("<int:pk>/needs/adopt/", views.adopt, name="adopt"),
    path("<int:pk>/needs/export/", views.export, name="export"),
    path("needs/import/", views.import_, name="import"),
    path("needs/<int:pk>/edit/", views.edit, name="edit"),
    path("needs/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("needs/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("needs/<int:pk>/restore/", views.restore, name="restore"),
]
