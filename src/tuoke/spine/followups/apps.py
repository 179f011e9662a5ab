from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "tuoke.spine.followups"
    label = "followups"
