from django.apps import AppConfig


class KickoffConfig(AppConfig):
    name = "tuoke.steps.contracts.kickoff"
    label = "kickoff"
