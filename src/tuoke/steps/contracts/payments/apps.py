from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tuoke.steps.contracts.payments"
    label = "payments"
