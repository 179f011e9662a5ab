from __future__ import annotations

from django.urls import path

from tuoke.steps.discovery.views import drafts, files, needs, sending

app_name = "discovery"
urlpatterns = [
    path("<int:pk>/needs/", needs.page, name="needs"),
    path("<int:pk>/needs/panel/", needs.panel, name="panel"),
    path("<int:pk>/needs/add/", needs.add, name="add"),
    path("<int:pk>/needs/adopt/", needs.adopt, name="adopt"),
    path("<int:pk>/needs/order/", needs.reorder, name="order"),
    path("<int:pk>/needs/send/", sending.send, name="send"),
    path("<int:pk>/needs/export/", files.export, name="export"),
    path("<int:pk>/needs/export/<slug:kind>/", files.export, name="export_as"),
    path("needs/of/<int:pk>/", needs.customer_panel, name="customer"),
    path("needs/import/", files.import_, name="import"),
    path("needs/<int:pk>/edit/", needs.edit, name="edit"),
    path("needs/<int:pk>/confirm/", needs.confirm, name="confirm"),
    path("needs/<int:pk>/withdraw/", needs.withdraw, name="withdraw"),
    path("needs/<int:pk>/restore/", needs.restore, name="restore"),
    path("needs/<int:pk>/move/", needs.move, name="move"),
    path("needs/<int:pk>/take/", drafts.take, name="take"),
    path("needs/<int:pk>/return/", drafts.return_, name="return"),
    path("needs/<int:pk>/merge/", drafts.merge, name="merge"),
    path("needs/versions/<int:pk>/", sending.version, name="version"),
    path("needs/versions/<int:pk>/resend/", sending.resend, name="resend"),
    path("needs/comments/<int:pk>/answer/", sending.answer, name="answer"),
]
