from __future__ import annotations

from django.urls import path

from tuoke.steps.targeting.views import campaigns, history, profiles, versions

app_name = "targeting"
urlpatterns = [
    path("", campaigns.index, name="index"),
    path("campaigns/new/", campaigns.new_campaign, name="campaign_new"),
    path("campaigns/<int:campaign>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign>/edit/", campaigns.edit_campaign, name="campaign_edit"),
    path("campaigns/<int:campaign>/start/", campaigns.start, name="campaign_start"),
    path("campaigns/<int:campaign>/tick/", campaigns.tick, name="campaign_tick"),
    path("campaigns/<int:campaign>/untick/", campaigns.untick, name="campaign_untick"),
    path("profiles/new/", profiles.new_profile, name="profile_new"),
    path("profiles/import/", profiles.import_profile, name="profile_import"),
    path("profiles/<int:pk>/", profiles.profile, name="profile"),
    path("profiles/<int:pk>/edit/", profiles.edit_profile, name="profile_edit"),
    path("profiles/<int:pk>/default/", profiles.make_default, name="profile_default"),
    path("profiles/<int:pk>/export/", profiles.export_profile, name="profile_export"),
    path("profiles/<int:pk>/accept/", history.accept, name="profile_accept"),
    path("profiles/<int:pk>/take/", history.take, name="profile_take"),
    path("profiles/<int:pk>/versions/", versions.versions, name="profile_versions"),
    path("profiles/<int:pk>/versions/<int:number>/", versions.version, name="profile_version"),
    path("profiles/<int:pk>/versions/<int:number>/restore/", versions.restore, name="profile_restore"),
    path("history/", history.history, name="history"),
    path("history/import/", history.import_history, name="history_import"),
]
