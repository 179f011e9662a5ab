from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tuoke.doors.portal"
    label = "portal"
