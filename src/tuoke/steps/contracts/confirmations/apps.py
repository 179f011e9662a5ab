from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "tuoke.steps.contracts.confirmations"
    label = "confirmations"
