from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "tuoke.spine.deals"
    label = "deals"
