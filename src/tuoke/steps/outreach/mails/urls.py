from __future__ import annotations

from django.urls import path

from tuoke.steps.outreach.mails import views

app_name = "mails"
urlpatterns = [
    path("write/", views.write, name="write"),
    path("write/preview/", views.preview, name="preview"),
    path("write/lead/<int:pk>/", views.start, {"kind": "lead"}, name="lead"),
    path("write/customer/<int:pk>/", views.start, {"kind": "customer"}, name="customer"),
    path("write/deal/<int:pk>/", views.start, {"kind": "deal"}, name="deal"),
]
