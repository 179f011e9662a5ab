from __future__ import annotations

from django.urls import path

from tuoke.services.calendar import subscriptions, views

app_name = "calendar"
urlpatterns = [
    path("", views.index, name="index"),
    path("set/", views.set_days, name="set"),
    path("clear/", views.clear_days, name="clear"),
    path("mine/", subscriptions.mine, name="mine"),
    path("mine/renew/", subscriptions.renew, name="renew"),
    path("feed/<str:token>.ics", subscriptions.feed, name="feed"),
]
