from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "tuoke.steps.contracts.teams"
    label = "teams"
