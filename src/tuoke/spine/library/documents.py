"""《初次沟通脚本模板》 as a document to be handed out (S3.2). Chinese whatever the language of the screen: it is one of the
process's own documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import translation

from tuoke.services.documents.rules import Bullets, Document, Part, Section, Text
from tuoke.spine.library.models import KIND_NAMES, Item, ItemVersion
from tuoke.spine.library.rules import ItemKind, ScriptContent, fill, places_of
from tuoke.spine.library.words import CODES, PARTS, said, said_tags, topic_name

TITLE = "初次沟通脚本模板"
LANGUAGE = "zh-hans"
NUMBERED = {"who": "一、我是谁", "what": "二、能为你解决什么问题", "learn": "三、希望知晓什么信息"}
PACING = "首次沟通控制在 15–20 分钟；以倾听和提问为主，不报价。"


def script_document(version: ItemVersion, facts: Mapping[str, str] | None = None) -> Document:
    """One script in its three parts, ``facts`` in their places; what is missing stays as 〔…〕 and is listed at the end."""
    with translation.override(LANGUAGE):
        item, content = version.item, _script(version)
        filled = {name: _filled(getattr(content, name), facts) for name in NUMBERED}
        missing = places_of(line for lines in filled.values() for line in lines)
        return Document(
            title=TITLE,
            subtitle=item.title,
            facts=_facts(item, version),
            sections=(
                *(Section(NUMBERED[name], _lines(lines)) for name, lines in filled.items()),
                *((Section("使用前先填", (Text("、".join(missing)),)),) if missing else ()),
            ),
            footer=f"{TITLE} · {item.title} · 第 {version.number} 版",
        )


def scripts_document(versions: Iterable[ItemVersion], *, today: date) -> Document:
    """Every script, one behind the other."""
    with translation.override(LANGUAGE):
        return Document(
            title=TITLE,
            facts=(("导出日期", today),),
            sections=tuple(_section(version) for version in versions) or (Section("话术", empty="还没有话术。"),),
            footer=TITLE,
        )


def kind_document(kind: ItemKind, versions: Iterable[ItemVersion], *, today: date) -> Document:
    """What is in use of one kind, one behind the other, each with all its parts, whom it is for and who answers for it."""
    with translation.override(LANGUAGE):
        title = f"资料库·{KIND_NAMES[kind]}"
        sections = tuple(_whole(version) for version in versions)
        return Document(
            title=title,
            facts=(("导出日期", today), ("条数", len(sections))),
            sections=sections or (Section(str(KIND_NAMES[kind]), empty="还没有内容。"),),
            footer=title,
        )


def _whole(version: ItemVersion) -> Section:
    item, content = version.item, version.parsed
    tags = "、".join(value for _name, _label, value in said_tags(item.tags))
    owner = item.owner.name if item.owner else "未定"
    drawer = topic_name(item.kind, item.topic)
    example = "虚构示例，不能对客户使用" if item.is_example else ""
    head = " · ".join(
        filter(
            None, [f"第 {version.number} 版", str(drawer), f"适用：{tags}" if tags else "", f"负责人：{owner}", example]
        )
    )
    parts: list[Part] = [Text(head, quiet=True)]
    for name, label in PARTS[ItemKind(item.kind)].items():
        value = getattr(content, name)
        if value in ("", (), None, False) or name in ("part", "kind", "signal", "proofs"):
            continue
        parts.append(Text(str(label)))
        parts += _lines(value) if isinstance(value, tuple) and name not in CODES else (Text(said(name, value)),)
    return Section(item.title, tuple(parts))


def _section(version: ItemVersion) -> Section:
    content, tags = _script(version), "、".join(value for _name, _label, value in said_tags(version.item.tags))
    parts: list[Part] = [Text(f"第 {version.number} 版" + (f" · 适用：{tags}" if tags else ""), quiet=True)]
    for name, heading in NUMBERED.items():
        parts += [Text(heading), *_lines(getattr(content, name))]
    return Section(version.item.title, tuple(parts))


def _facts(item: Item, version: ItemVersion) -> tuple[tuple[str, str | date | None], ...]:
    tags = tuple((str(label), value) for _name, label, value in said_tags(item.tags))
    return (
        ("版本", f"第 {version.number} 版"),
        *(tags or (("适用", "所有客户"),)),
        ("负责人", item.owner.name if item.owner else "未定"),
        ("复核日期", item.review_by or "未定"),
        ("沟通节奏", PACING),
    )


def _filled(lines: Sequence[str], facts: Mapping[str, str] | None) -> tuple[str, ...]:
    return tuple(fill(line, facts or {}).text for line in lines)


def _lines(lines: Sequence[str]) -> tuple[Part, ...]:
    return (Bullets(tuple(lines)),) if lines else ()


def _script(version: ItemVersion) -> ScriptContent:
    content = version.parsed
    if not isinstance(content, ScriptContent):
        raise TypeError(f"{version}: not a script")
    return content
