from __future__ import annotations

from django.urls import path

from tuoke.doors.portal import views

app_name = "portal"
urlpatterns = [
    path("<str:token>/", views.open_link, name="open"),
    path("<str:token>/<slug:kind>/", views.download, name="download"),
]
