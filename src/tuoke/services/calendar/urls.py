from __future__ import annotations

from django.urls import path

from tuoke.services.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.index, name="index"),
    path("set/", views.set_days, name="set"),
    path("clear/", views.clear_days, name="clear"),
]
