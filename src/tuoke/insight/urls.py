from __future__ import annotations

from django.urls import path

from tuoke.insight import views

urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
]
