from __future__ import annotations

from django.urls import path

from tuoke.services.files import views

app_name = "files"
urlpatterns = [
    path("of/<slug:kind>/<str:subject>/", views.index, name="list"),
    path("of/<slug:kind>/<str:subject>/attach/", views.attach, name="attach"),
    path("<uuid:public_id>/", views.download, name="download"),
    path("<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:public_id>/restore/", views.restore, name="restore"),
]
