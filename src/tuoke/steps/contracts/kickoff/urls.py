from __future__ import annotations

from django.urls import URLPattern

app_name = "kickoff"
urlpatterns: list[URLPattern] = []
