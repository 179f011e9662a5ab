from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    name = "tuoke.spine.playbook"
    label = "playbook"
