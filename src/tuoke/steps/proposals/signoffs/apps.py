from django.apps import AppConfig


class SignoffsConfig(AppConfig):
    name = "tuoke.steps.proposals.signoffs"
    label = "signoffs"
