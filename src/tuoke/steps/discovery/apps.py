from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "tuoke.steps.discovery"
    label = "discovery"
