"""``python -m tests.architecture.draw_matrix``: what is true now, in the form of ``access_matrix.yaml``, to be read before it is kept.

Runs as a test in disguise, on a database of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

METHODS = {
    "get": {
        "list", "detail", "timeline", "export", "board", "new", "duplicates", "edit", "template", "show", "columns", "check", "run",
        "rows", "rejects", "needs", "panel", "import", "plan", "index", "campaign", "campaign_new", "campaign_edit", "profile",
        "profile_new", "profile_edit", "profile_import", "profile_export", "history", "step", "today", "search",
        "organisation", "gallery", "healthz", "account_login", "account_logout", "account_change_password", "account_inactive",
        "panel_deal", "panel_lead", "panel_customer", "advance", "finish", "convert", "analysis", "summary", "goal", "records",
        "split", "products", "product", "product_new", "product_edit", "competitors", "competitor", "competitor_new",
        "competitor_edit", "sources", "source", "source_new", "source_edit", "cost_edit", "mine", "waiting", "ask", "allocate",
        "add_need", "profile_versions", "profile_version", "profile_restore", "rules", "assignment", "assignment_new",
        "assignment_edit", "assign_rules", "assign_import", "assign_customer", "return_customer", "pool_customers", "bulk_run",
        "export_file", "export_download", "sources_export", "view_edit", "referrers", "referred", "rescoring", "tier", "customer_score", "review",
        "compare", "merge", "similar", "facts_lead", "facts_customer", "leads", "count", "statement_edit",
        "send", "export_as", "version", "customer", "map", "person", "criteria", "process", "criterion_edit", "known", "deal",
        "scenes", "outline", "bank", "hold", "edit_question", "take_need", "entry", "lead", "kind", "export_scripts", "item",
        "variant", "care", "versions", "feed", "mails", "mail", "notices", "bell", "open", "download", "qr", "company",
        "company_logo", "topics", "write",
    }
}  # fmt: skip


POSTED = {"library:review", "discovery:merge"}
"""Names that another room gives to a page."""


@pytest.mark.django_db
def test_draw(company, playbook, now):
    from tests.architecture import test_access as access
    from tests.architecture.test_views import ROUTES
    from tests.architecture.world import make_world

    world = make_world(company, now)
    rows: dict[str, dict[str, str]] = {}
    for actor in access.ACTORS:
        for name in ROUTES:
            method = "get" if name.split(":")[-1] in METHODS["get"] and name not in POSTED else "post"
            client = access.client_of(actor, company)
            answer = access.ask(client, name, world, method=method)
            rows.setdefault(name, {"method": method})[actor] = access.outcome(answer)
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, row in rows.items():
        groups.setdefault(tuple(row[a] for a in access.ACTORS), []).append(name)
    lines = []
    for number, (outcomes, names) in enumerate(groups.items()):
        said = ", ".join(
            f'{a}: "{o}"' if o.isdigit() else f"{a}: {o}" for a, o in zip(access.ACTORS, outcomes, strict=True)
        )
        for index, name in enumerate(names):
            anchor = f"&group{number} {{{said}}}" if index == 0 else ""
            start = f'"{name}": {{method: {rows[name]["method"]}, <<: '
            lines.append(start + (anchor or f"*group{number}") + "}")
    Path(sys.argv[-1] if sys.argv[-1].endswith(".yaml") else "/tmp/matrix.yaml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:randomly", __file__]))
