from tuoke.steps.targeting.forms.campaigns import CampaignForm, NoteForm
from tuoke.steps.targeting.forms.evidence import EvidenceForm, HistoryForm, OfferForm, SuggestionForm
from tuoke.steps.targeting.forms.profiles import (
    CompareForm,
    PainFormSet,
    ProfileForm,
    RestoreForm,
    TableForm,
    chosen_product,
    content_initial,
    fill_in,
    offered,
    pains_initial,
    pains_of,
)

__all__ = [
    "CampaignForm",
    "CompareForm",
    "EvidenceForm",
    "HistoryForm",
    "NoteForm",
    "OfferForm",
    "PainFormSet",
    "ProfileForm",
    "RestoreForm",
    "SuggestionForm",
    "TableForm",
    "chosen_product",
    "content_initial",
    "fill_in",
    "offered",
    "pains_initial",
    "pains_of",
]
