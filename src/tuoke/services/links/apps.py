from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "tuoke.services.links"
    label = "links"
