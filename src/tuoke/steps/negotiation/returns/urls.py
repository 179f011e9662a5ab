from __future__ import annotations

from django.urls import path

from tuoke.steps.negotiation.returns.views import pages, sending, verbs

app_name = "returns"
urlpatterns = [
    path("<int:pk>/returns/", pages.page, name="page"),
    path("<int:pk>/returns/calculate/", pages.calculate, name="calculate"),
    path("<int:pk>/returns/keep/", pages.keep, name="keep"),
    path("returns/<int:pk>/", pages.show, name="show"),
    path("returns/<int:pk>/export/<str:kind>/", pages.export, name="export"),
    path("returns/<int:pk>/walk/", sending.walk, name="walk"),
    path("returns/<int:pk>/send/", sending.send, name="send"),
    path("returns/<int:pk>/withdraw/", verbs.withdraw, name="withdraw"),
    path("returns/<int:pk>/restore/", verbs.restore, name="restore"),
    path("returns/walks/<int:pk>/withdraw/", verbs.unwalk, name="unwalk"),
    path("returns/walks/<int:pk>/restore/", verbs.rewalk, name="rewalk"),
]
