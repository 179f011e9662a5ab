from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "tuoke.steps.proposals.offers"
    label = "offers"
