from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "tuoke.spine.catalog"
    label = "catalog"
