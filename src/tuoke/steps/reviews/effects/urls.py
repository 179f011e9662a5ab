from __future__ import annotations

from django.urls import path

from tuoke.steps.reviews.effects import views

app_name = "effects"
urlpatterns = [path("", views.index, name="index")]
