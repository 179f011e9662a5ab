from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.rivals import views

app_name = "rivals"
urlpatterns = [
    path("<int:pk>/rivals/", views.page, name="page"),
    path("<int:pk>/rivals/add/", views.add, name="add"),
    path("<int:pk>/rivals/export/<str:kind>/", views.export, name="export"),
    path("rivals/<int:pk>/edit/", views.edit, name="edit"),
    path("rivals/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("rivals/<int:pk>/restore/", views.restore, name="restore"),
    path("rivals/<int:pk>/criteria/<int:criterion>/", views.mark, name="mark"),
]
