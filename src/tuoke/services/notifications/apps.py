from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tuoke.services.notifications"
    label = "notifications"
