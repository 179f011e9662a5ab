from __future__ import annotations

from django.urls import path

from tuoke.services.links import views

app_name = "links"
urlpatterns = [
    path("<uuid:public_id>/", views.show, name="show"),
    path("<uuid:public_id>/qr/", views.qr, name="qr"),
    path("<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
