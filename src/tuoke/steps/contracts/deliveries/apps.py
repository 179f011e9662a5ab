from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "tuoke.steps.contracts.deliveries"
    label = "deliveries"
