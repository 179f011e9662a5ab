from __future__ import annotations

from django.urls import path

from tuoke.steps.negotiation.signals.views import closings, signs

app_name = "signals"
urlpatterns = [
    path("<int:pk>/signals/", signs.page, name="deal"),
    path("<int:pk>/signals/panel/", signs.panel, name="panel"),
    path("<int:pk>/signals/tick/", signs.tick, name="tick"),
    path("<int:pk>/signals/propose/", closings.propose, name="propose"),
    path("signals/<int:pk>/confirm/", signs.confirm, name="confirm"),
    path("signals/<int:pk>/dismiss/", signs.dismiss, name="dismiss"),
    path("signals/<int:pk>/reopen/", signs.reopen, name="reopen"),
    path("closings/<int:pk>/answer/", closings.answer, name="answer"),
    path("closings/<int:pk>/withdraw/", closings.withdraw, name="withdraw"),
    path("closings/<int:pk>/restore/", closings.restore, name="restore"),
]
