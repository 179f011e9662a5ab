from django.apps import AppConfig


class MailsConfig(AppConfig):
    name = "tuoke.steps.outreach.mails"
    label = "mails"
