from __future__ import annotations

from django.urls import path

from tuoke.steps.proposals.views import builder, proofs, sections, versions

app_name = "proposals"
urlpatterns = [
    path("<int:pk>/proposal/", builder.page, name="builder"),
    path("<int:pk>/proposal/begin/", builder.begin, name="begin"),
    path("<int:pk>/proposal/title/", builder.title, name="title"),
    path("<int:pk>/proposal/withdraw/", builder.withdraw, name="withdraw"),
    path("<int:pk>/proposal/add/", sections.add, name="add"),
    path("<int:pk>/proposal/blocks/", sections.blocks, name="blocks"),
    path("<int:pk>/proposal/take/<int:item>/", sections.take, name="take"),
    path("<int:pk>/proposal/order/", sections.reorder, name="order"),
    path("<int:pk>/proposal/preview/", versions.preview, name="preview"),
    path("<int:pk>/proposal/freeze/", versions.freeze, name="freeze"),
    path("proposals/<int:pk>/restore/", builder.restore, name="restore"),
    path("proposals/sections/<int:pk>/edit/", sections.edit, name="section_edit"),
    path("proposals/sections/<int:pk>/move/", sections.move, name="section_move"),
    path("proposals/sections/<int:pk>/withdraw/", sections.withdraw, name="section_withdraw"),
    path("proposals/sections/<int:pk>/restore/", sections.restore, name="section_restore"),
    path("proposals/sections/<int:pk>/proofs/", proofs.choose, name="proofs"),
    path("proposals/proofs/<int:pk>/withdraw/", proofs.withdraw, name="proof_withdraw"),
    path("proposals/proofs/<int:pk>/restore/", proofs.restore, name="proof_restore"),
    path("proposals/proofs/<int:pk>/renew/", proofs.renew, name="proof_renew"),
    path("proposals/versions/<int:pk>/", versions.version, name="version"),
]
