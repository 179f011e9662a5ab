from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.sendings.views import files, meetings, sending

app_name = "sendings"
urlpatterns = [
    path("<int:pk>/proposal/sendings/", sending.page, name="page"),
    path("<int:pk>/proposal/send/", sending.send, name="send"),
    path("<int:pk>/proposal/claims/ask/", sending.ask, name="ask"),
    path("<int:pk>/proposal/present/", meetings.present, name="present"),
    path("<int:pk>/proposal/draft/<slug:kind>/", files.draft, name="draft"),
    path("proposal/sendings/<int:pk>/", sending.one, name="one"),
    path("proposal/sendings/<int:pk>/retry/", sending.retry, name="retry"),
    path("proposal/sendings/<int:pk>/cancel/", sending.cancel, name="cancel"),
    path("proposal/remarks/<int:pk>/answer/", sending.answer, name="answer"),
    path("proposal/presentations/<int:pk>/withdraw/", meetings.withdraw, name="withdraw"),
    path("proposal/presentations/<int:pk>/restore/", meetings.restore, name="restore"),
    path("proposal/papers/<int:pk>/<slug:kind>/", files.version, name="paper"),
]
