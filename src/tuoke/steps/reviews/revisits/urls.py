from __future__ import annotations

from django.urls import URLPattern

app_name = "revisits"
urlpatterns: list[URLPattern] = []
