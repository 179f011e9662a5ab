from __future__ import annotations

from django.urls import path

from tuoke.steps.targeting.resources.views import allocations, supplies

app_name = "resources"
urlpatterns = [
    path("", supplies.index, name="index"),
    path("new/", supplies.new, name="new"),
    path("mine/", allocations.mine, name="mine"),
    path("waiting/", allocations.waiting, name="waiting"),
    path("<int:pk>/", supplies.detail, name="detail"),
    path("<int:pk>/edit/", supplies.edit, name="edit"),
    path("<int:pk>/void/", supplies.void, name="void"),
    path("<int:pk>/restore/", supplies.restore, name="restore"),
    path("<int:pk>/ask/", allocations.ask, name="ask"),
    path("<int:pk>/allocate/", allocations.allocate, name="allocate"),
    path("allocations/<int:pk>/approve/", allocations.approve, name="approve"),
    path("allocations/<int:pk>/reject/", allocations.reject, name="reject"),
    path("allocations/<int:pk>/withdraw/", allocations.withdraw, name="withdraw"),
    path("allocations/<int:pk>/return/", allocations.give_back, name="give_back"),
    path("campaigns/<int:campaign>/none-needed/", allocations.none_needed, name="none_needed"),
    path("campaigns/<int:campaign>/some-needed/", allocations.some_needed, name="some_needed"),
]
