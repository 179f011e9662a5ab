"""Plain vocabulary of the market: segments, products and whom they fit, competitors, lead sources and their cost."""

from tuoke.spine.catalog.rules.campaigns import NAME_LIMIT, CampaignPlan, Offer, sound_offer, sound_plan
from tuoke.spine.catalog.rules.fit import Aspect, Fit, Fitting, fit_of
from tuoke.spine.catalog.rules.offers import (
    LINE_LIMIT,
    LINES_LIMIT,
    CompetitorDraft,
    PainHelp,
    ProductDraft,
    ProductFits,
    sound_competitor,
    sound_product,
)
from tuoke.spine.catalog.rules.saying import said_amounts, said_counts, said_yuan
from tuoke.spine.catalog.rules.segments import INDUSTRIES, Market, Motion, Scale, Segment
from tuoke.spine.catalog.rules.sources import (
    DEPTH_LIMIT,
    SOURCE_TREE,
    CostDraft,
    below,
    in_cents,
    lineage,
    share_of,
    sound_cost,
    sound_source_name,
)

__all__ = [
    "DEPTH_LIMIT",
    "INDUSTRIES",
    "LINES_LIMIT",
    "LINE_LIMIT",
    "NAME_LIMIT",
    "SOURCE_TREE",
    "Aspect",
    "CampaignPlan",
    "CompetitorDraft",
    "CostDraft",
    "Fit",
    "Fitting",
    "Market",
    "Motion",
    "Offer",
    "PainHelp",
    "ProductDraft",
    "ProductFits",
    "Scale",
    "Segment",
    "below",
    "fit_of",
    "in_cents",
    "lineage",
    "said_amounts",
    "said_counts",
    "said_yuan",
    "share_of",
    "sound_competitor",
    "sound_cost",
    "sound_offer",
    "sound_plan",
    "sound_product",
    "sound_source_name",
]
