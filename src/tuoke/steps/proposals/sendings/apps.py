from django.apps import AppConfig


class SendingsConfig(AppConfig):
    name = "tuoke.steps.proposals.sendings"
    label = "sendings"
