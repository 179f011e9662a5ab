from __future__ import annotations

from django.urls import path

from tuoke.insight import views

urlpatterns = [
    path("", views.today, name="today"),
    path("beside/", views.beside, name="today_beside"),
    path("search/", views.search, name="search"),
]
