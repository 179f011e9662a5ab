from tuoke.spine.customers.actions import repointer
from tuoke.steps.discovery.interviews.models import Answer, Participant

repoint = repointer((Participant, "contact"), (Answer, "contact"))
"""Handed down by config.wiring: who was there and who said it go along when two contacts become one."""
