"""What people type about an item, by its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Reason
from tuoke.base.ui.widgets import DateInput
from tuoke.spine.catalog.fields import LinesField, NamesField, TextField
from tuoke.spine.library import words
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import (
    NOTE_LIMIT,
    TAGS_OF,
    TITLE_LIMIT,
    Content,
    ItemDraft,
    ItemKind,
    Tags,
    parse,
    places_for,
    stored,
    tidied,
)


class FilledField(TextField):
    """Text with placeholders; 【客户名称】 and the like are read as 〔客户名称〕."""

    def to_python(self, value: Any) -> Any:
        return tidied(super().to_python(value) or "")


class ClauseTextField(TextField):
    """A clause's text: a contract fills more places than a call."""

    def to_python(self, value: Any) -> Any:
        return tidied(super().to_python(value) or "", places_for(ItemKind.CLAUSE))


class ClauseLinesField(LinesField):
    """Clauses, one a line."""

    def to_python(self, value: Any) -> Any:
        return tuple(tidied(line, places_for(ItemKind.CLAUSE)) for line in super().to_python(value))


class FilledLinesField(LinesField):
    """Lines with placeholders."""

    def to_python(self, value: Any) -> Any:
        return tuple(map(tidied, super().to_python(value)))


def _text(label: StrOrPromise, *, rows: int, placeholder: StrOrPromise = "", **kwargs: Any) -> FilledField:
    widget = forms.Textarea({"rows": rows, "placeholder": placeholder})
    return FilledField(label=label, required=False, widget=widget, **kwargs)


def _line(label: StrOrPromise, *, placeholder: StrOrPromise = "", **kwargs: Any) -> FilledField:
    widget = forms.TextInput({"placeholder": placeholder, "autocomplete": "off"})
    return FilledField(label=label, required=False, widget=widget, **kwargs)


class RefusableForm(forms.Form):
    def refuse(self, reasons: Iterable[Reason]) -> None:
        """Say each reason at the field that it names, else above the form."""
        for reason in reasons:
            where = str(reason.params.get("field") or "")
            self.add_error(where if where in self.fields else None, words.right(reason))


class ItemForm(RefusableForm):
    """Title, content and tags of an item. What belongs to the kind stands in the subclasses; rules judge, not this."""

    of: ItemKind
    title = TextField(label=_("标题"), required=False, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = tuple(name for name in words.PARTS[self.of] if name in self.fields)
        for name in TAGS_OF[self.of]:
            label, values = words.TAG_NAMES[name], words.TAG_VALUES[name]
            empty = _("请选择") if name == "dimension" else _("不限")
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", empty), *values.items()])
        title = self.fields["title"]
        title.widget.attrs["maxlength"] = TITLE_LIMIT
        if self.of in (ItemKind.QUESTION, ItemKind.PHRASE):
            title.help_text = _("空着就取内容的第一行。")
        self.fields["note"] = TextField(
            label=_("为什么改"),
            required=False,
            widget=forms.TextInput({"maxlength": NOTE_LIMIT, "placeholder": _("客户听不懂“整合”，改成“打通”")}),
            help_text=_("写进版本记录，同事看得到。"),
        )

    def part_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.parts]

    def tag_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in TAGS_OF[self.of]]

    @property
    def draft(self) -> ItemDraft:
        said = self.cleaned_data
        tags = Tags(**{name: said[name] for name in TAGS_OF[self.of]})
        content = parse(self.of, {name: said[name] for name in self.parts})
        return ItemDraft(content, title=said["title"], tags=tags)

    @classmethod
    def initial_of(cls, item: Item, content: Content) -> dict[str, Any]:
        tags = {name: getattr(item, name) for name in TAGS_OF[cls.of]}
        return {"title": item.title, **tags, **stored(content)}


class ScriptForm(ItemForm):
    of = ItemKind.SCRIPT
    who = FilledLinesField(
        label=_("一、我是谁"), rows=4,
        placeholder=_("您好〔称呼〕，我是〔我方公司〕的〔我的姓名〕，专门服务〔行业〕企业"),
        help_text=_("一行一句。第一句就说清楚您是谁、为什么找他。"),
    )  # fmt: skip
    what = FilledLinesField(
        label=_("二、能为你解决什么问题"), rows=6,
        placeholder=_("我们帮〔同行案例〕解决过对账慢的问题，〔案例结果〕"),
        help_text=_("说他的问题和同行的结果，不报价、不念产品清单。"),
    )  # fmt: skip
    learn = FilledLinesField(
        label=_("三、希望知晓什么信息"), rows=6,
        placeholder=_("目前这块是用什么方式在做？"),
        help_text=_("开放式的问题，三到五个；最后一句约下一次。"),
    )  # fmt: skip


class OpeningForm(ItemForm):
    of = ItemKind.OPENING
    text = _text(
        _("开场白"), rows=5, placeholder=_("关注到〔客户名称〕〔近况日期〕〔近况〕，同行在这个阶段常遇到……"),
        help_text=_("两三句话：他的近况 → 同行在这时常遇到的问题 → 一个好回答的问题。"),
    )  # fmt: skip


class QuestionForm(ItemForm):
    of = ItemKind.QUESTION
    text = _text(
        _("问题"), rows=3, placeholder=_("目前从接单到排产主要靠什么方式？"), help_text=_("问法本身，口语化。")
    )
    probes = FilledLinesField(
        label=_("追问"),
        rows=4,
        placeholder=_("最近一次出问题是什么时候？"),
        help_text=_("一行一个，客户答得笼统时用。"),
    )
    listen_for = _text(
        _("听什么"),
        rows=3,
        placeholder=_("有没有提到具体数字、谁在抱怨、已经试过什么"),
        help_text=_("好的回答里会有什么。"),
    )


class CaseForm(ItemForm):
    of = ItemKind.CASE
    customer = _line(_("客户"), placeholder=_("华东某汽车零部件企业"))
    may_name = forms.BooleanField(
        label=_("可以对外具名"), required=False, help_text=_("客户书面同意过才勾；没勾时，对外只说“一家某行业客户”。")
    )
    situation = _text(_("原来的情况"), rows=3)
    action = _text(_("我们做了什么"), rows=3)
    result = _text(_("结果"), rows=3)
    figures = FilledLinesField(
        label=_("数字"), rows=4, placeholder=_("月结从 6 天缩短到 2 天"), help_text=_("一行一个，带单位和前后对比。")
    )
    quote = _text(_("客户的话"), rows=2, help_text=_("原话，不要改写。"))
    source = _line(_("依据"), placeholder=_("2026 年 5 月验收报告"), help_text=_("谁能证明这些数字。"))
    dated_on = forms.DateField(label=_("日期"), required=False, widget=DateInput)
    measures = FilledLinesField(
        label=_("前后对比"),
        rows=3,
        placeholder=_("换线准备：42 分钟 → 29 分钟"),
        help_text=_("一行一个，写成“指标：前 → 后”；方案里的数字能不能成立，按这里算。"),
    )


class MailForm(ItemForm):
    of = ItemKind.MAIL
    subject = _line(_("主题"), placeholder=_("〔称呼〕，关于〔客户名称〕〔痛点〕的两个做法"))
    body = _text(_("正文"), rows=12, help_text=_("纯文字；落款用〔我的姓名〕〔我的电话〕。"))


class PhraseForm(ItemForm):
    of = ItemKind.PHRASE
    text = _text(_("常用语"), rows=2, placeholder=_("目前靠 Excel 手工汇总，每周一次"))
    field = forms.ChoiceField(
        label=_("用在哪一栏"), choices=list(words.PHRASE_FIELDS.items()), help_text=_("通话台里的哪一栏会提示它。")
    )


def _choice(label: StrOrPromise, choices: Mapping[str, StrOrPromise], *, empty: StrOrPromise) -> forms.ChoiceField:
    said = [("", empty), *choices.items()]
    return forms.ChoiceField(label=label, required=False, choices=said)


class BlockForm(ItemForm):
    of = ItemKind.BLOCK
    part = _choice(_("放在方案的哪一部分"), words.BLOCK_PARTS, empty=_("请选择"))
    text = _text(
        _("正文"),
        rows=10,
        placeholder=_("贵司目前〔现用方案〕，……"),
        help_text=_("写方法和结果；客户自己的数字、流程名和原话，用到方案里时再填。"),
    )
    need_types = forms.MultipleChoiceField(
        label=_("回应什么需求"),
        required=False,
        choices=list(words.NEED_TYPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("方案按客户的需求挑内容，就看这里；不选就是哪种需求都能用。"),
    )
    need_words = NamesField(
        label=_("需求里的说法"),
        placeholder=_("重复录入、对账、插单"),
        help_text=_("客户的需求里出现这些词，就推荐这一段；用顿号隔开。"),
    )
    priority = _choice(_("针对的优先级"), words.PRIORITIES, empty=_("不限"))


class ObjectionForm(ItemForm):
    of = ItemKind.OBJECTION
    objection = _text(_("客户怎么说"), rows=2, placeholder=_("“你们比另一家贵了两成。”"), help_text=_("客户的原话。"))
    meaning = _text(
        _("背后在担心什么"), rows=3, placeholder=_("不一定真嫌贵：可能是预算分档、要拿来压价、或看不出差别")
    )
    answer = _text(
        _("怎么回答"), rows=6, help_text=_("先认可，再说怎么做，最后给证据；做不到的直说，给替代办法和时间。")
    )
    probes = FilledLinesField(
        label=_("先问清楚"),
        rows=3,
        placeholder=_("您是和预算比，还是和另一家比？"),
        help_text=_("一行一个，回答之前先问。"),
    )
    proofs = forms.MultipleChoiceField(
        label=_("拿什么证明"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("案例优先，其次第三方数据和认证，最后才是我们自己的说法。"),
    )

    def __init__(self, *args: Any, proofs: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("类型"), choices=list(words.OBJECTION_KINDS.items()))
        field = self.fields["proofs"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(proofs)
        self.parts = tuple(name for name in words.PARTS[self.of] if name in self.fields)


class ClosingForm(ItemForm):
    of = ItemKind.CLOSING
    signal = _choice(_("成交信号"), words.SIGNALS, empty=_("任何信号都可以用"))
    proposal = _text(
        _("签约建议"),
        rows=4,
        placeholder=_("验收条款我今晚发您。周五下午签，您看合适吗？"),
        help_text=_("具体到哪天、先做哪一步、谁来对接，让决定变小。"),
    )
    extra = _line(
        _("附带给什么"), placeholder=_("加一次管理员培训"), help_text=_("有就写；给出去会记进让步清单。没有就空着。")
    )


class EvidenceForm(ItemForm):
    of = ItemKind.EVIDENCE
    statement = _text(_("证明什么"), rows=3, placeholder=_("平台通过第三方安全评估，范围含存储、传输和权限"))
    figures = FilledLinesField(
        label=_("数字"),
        rows=3,
        placeholder=_("同规模企业平均缩短交付 18%"),
        help_text=_("一行一个，带单位；方案里的数字靠它们成立。"),
    )
    source = _line(_("出处"), placeholder=_("某研究机构《2026 年装备制造数字化报告》第 14 页"))
    url = _line(_("链接"), placeholder="https://")
    dated_on = forms.DateField(label=_("日期"), required=False, widget=DateInput)
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=DateInput,
        help_text=_("过了这天，引用它的方案都会标出来。不会过期就空着。"),
    )  # fmt: skip
    may_name = forms.BooleanField(label=_("可以对外具名"), required=False, help_text=_("涉及客户时，书面同意过才勾。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("类型"), choices=list(words.EVIDENCE_KINDS.items()))
        self.parts = tuple(name for name in words.PARTS[self.of] if name in self.fields)


class ClauseForm(ItemForm):
    of = ItemKind.CLAUSE
    part = _choice(_("放在合同的哪一部分"), words.CLAUSE_PARTS, empty=_("请选择"))
    heading = TextField(
        label=_("条款标题"),
        required=False,
        widget=forms.TextInput({"placeholder": _("保密"), "autocomplete": "off"}),
        help_text=_("合同里这一条的标题；同一个标题有几种写法时，起草只取最合适的一种。"),
    )
    text = ClauseTextField(
        label=_("条款正文"),
        required=False,
        widget=forms.Textarea({"rows": 8, "placeholder": _("甲方应自〔签订日期〕起 5 个工作日内……")}),
        help_text=_("写清谁、做什么、到哪天、做不到怎么办；金额、天数和日期写数字。"),
    )
    use = _choice(_("怎么用"), words.CLAUSE_USES, empty=_("请选择"))
    values = LinesField(
        label=_("可谈的数值"),
        rows=3,
        placeholder=_("验收期限：10 个工作日"),
        help_text=_("一行一个，写成“名称：数值”；谈判时一眼看到哪些数能动。"),
    )
    alternatives = ClauseLinesField(
        label=_("可以换的说法"), rows=4, help_text=_("一行一种；客户不接受正文时，从这里换。")
    )
    advice = TextField(
        label=_("谈判提示"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("只给同事看：客户常怎么改、底线在哪、换什么。"),
    )


FORMS: Mapping[ItemKind, type[ItemForm]] = {
    form.of: form
    for form in (
        ScriptForm, OpeningForm, QuestionForm, CaseForm, MailForm, PhraseForm, BlockForm, ObjectionForm, ClosingForm,
        EvidenceForm, ClauseForm,
    )
}  # fmt: skip


class CareForm(RefusableForm):
    """Who answers for an item and when it is looked at again."""

    owner = forms.TypedChoiceField(label=_("负责人"), required=False, coerce=int, empty_value=None)
    review_by = forms.DateField(
        label=_("复核日期"), required=False, widget=DateInput,
        help_text=_("到那天会在负责人的“今日”里提醒：看看还好不好用。"),
    )  # fmt: skip

    def __init__(self, *args: Any, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.TypedChoiceField)
        people = {owner.pk: owner.name for owner in owners}
        field.choices = [("", _("还没有人")), *people.items()]

    @staticmethod
    def initial_of(item: Item) -> dict[str, Any]:
        return {"owner": item.owner_id, "review_by": item.review_by}


class OutdatedForm(RefusableForm):
    """不再成立，因为……"""

    reason = TextField(
        label=_("原因"),
        widget=forms.TextInput({"maxlength": NOTE_LIMIT, "placeholder": _("证书 10 月到期，续证还没下来")}),
        help_text=_("引用它的方案会标出来，负责的同事会收到提醒。"),
    )


class ReviewForm(RefusableForm):
    """还好用，下次复核在……"""

    review_by = forms.DateField(label=_("下次复核"), widget=DateInput)


class CompareForm(forms.Form):
    """Two versions, the older one first."""

    a = forms.TypedChoiceField(label=_("从"), coerce=int)
    b = forms.TypedChoiceField(label=_("到"), coerce=int)

    def __init__(self, *args: Any, numbers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, _("第 %(number)s 版") % {"number": number}) for number in numbers]
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = choices


def readable(said: Mapping[str, Any]) -> dict[str, str]:
    """Fields of a form as a conflict's notice shows them."""
    return {name: _readable(name, value) for name, value in said.items()}


def _readable(name: str, value: Any) -> str:
    if isinstance(value, list | tuple) and name not in words.CODES and name != "proofs":
        return "\n".join(map(str, value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value in (None, "", False, [], ()) else words.said(name, value)
