"""The gallery's examples: each is drawn from the very call that is printed under it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    call: str


EXAMPLES = (
    Example("path", '{% path steps label="销售流程" %}'),
    Example(
        "stat",
        """<div class="stats">
  {% money won as won_text %}{% stat "本月签约" won_text note="目标 ¥300 万" %}
  {% stat "在途商机" "24" note="较上周 +3" tone="good" href="#stat" %}
  {% stat "逾期" "2" note="最久 3 天" tone="bad" %}
  {% stat "赢率" "46%" note="n = 132" %}
</div>""",
    ),
    Example(
        "button",
        """<div class="line">
  {% button "推进到 谈判促成" tone="primary" icon="player-play" %}
  {% button "记录跟进" icon="message" %}
  {% button "看板" href="#button" icon="layout-kanban" %}
  {% button "删除" tone="danger" icon="trash" %}
  {% button "取消" tone="quiet" %}
  {% button "小" size="small" %}
  {% button "筛选" icon="filter" bare=True %}
  {% menu label="更多操作" %}<a class="menu-item" href="#button">{% icon "edit" %}编辑</a>{% post_button "转给同事" url="#" icon="users" menu=True %}{% endmenu %}
  {% menu label="改期" tone="plain" size="small" %}<a class="menu-item" href="#button">明天</a><a class="menu-item" href="#button">下周一</a>{% endmenu %}
</div>""",
    ),
    Example("button why", '{% button "推进到 谈判促成" tone="primary" why="还差 2 项：价值测算没有客户数据" %}'),
    Example("copy_button", '{% copy_button "复制地址" text="https://example.com/p/abc" %}'),
    Example("post_button", '{% post_button "认领" url="#" tone="primary" icon="user-check" name="version" value=3 %}'),
    Example(
        "badge",
        '<div class="line">{% for tone in tones %}{% badge tone tone=tone %}{% endfor %}</div>',
    ),
    Example(
        "avatar, icon, kbd",
        '<div class="line">{% avatar "王芳" %} {% avatar "李强" %} {% avatar "陈静" size="small" %}'
        ' {% icon "target-arrow" %} {% icon "flame" size="small" %} {% kbd "g" %} {% kbd "t" %}</div>',
    ),
    Example(
        "money, day, moment, count_limit",
        '<div class="line">{% money won %} · {% money small %} · {% money huge %} · {% money unknown %} · '
        "{% day tomorrow %} · {% day next_week %} · {% day unknown %} · {% moment now %} · {% count_limit 12345 %}</div>",
    ),
    Example(
        "progress",
        '<div class="meter-label"><span>王芳</span><span class="number">61%</span></div>'
        '{% progress 61 label="王芳 的目标完成率" %}',
    ),
    Example(
        "card, facts",
        """{% button "编辑" href="#card" size="small" icon="edit" as tools %}
{% card title="客户与决策链" count=3 tools=tools %}
  {% facts %}
    {% fact "决策人" %}技术总监 {% badge "已接触" tone="green" %}{% endfact %}
    {% fact "行业" %}智能制造{% endfact %}
    {% fact "预算" %}{% money won %}{% endfact %}
    {% fact "竞品" %}{% endfact %}
  {% endfacts %}
{% endcard %}""",
    ),
    Example(
        "facts wide",
        """{% facts wide=True %}
  {% fact "负责人" %}{% avatar "王芳" size="small" %} 王芳{% endfact %}
  {% fact "来源" %}行业展会{% endfact %}
  {% fact "预计签约" %}{% day next_week %}{% endfact %}
{% endfacts %}""",
    ),
    Example("once", '<form method="post" action="#once">{% once %}{% button "保存一次" kind="button" %}</form>'),
    Example("chart", "{% chart growth %}{% chart rates %}{% chart trend %}"),
    Example("reasons", "{% reasons lines %}"),
    Example(
        "timeline_item",
        """<ol class="timeline">
  {% timeline_item title="会议 · 推进" who="王芳" when=now icon="users" tone="blue" %}<p>确认了两项刚性需求，对方要一份带数据的价值测算。</p>{% endtimeline_item %}
  {% timeline_item title="方案 v2 已打开" when=yesterday icon="eye" tone="green" %}{% endtimeline_item %}
  {% timeline_item title="进入 方案呈现" who="系统" when=last_week icon="route" %}{% endtimeline_item %}
</ol>""",
    ),
    Example(
        "notice",
        """{% notice %}需求清单已发给客户，等待确认。{% endnotice %}
{% notice tone="orange" title="这条线索明天收回公海" %}超过 7 天没有跟进。{% endnotice %}
{% notice tone="red" title="3 行不能导入" %}<ul><li>第 12 行 金额：不知道单位，请写明 元 或 万元</li></ul>{% endnotice %}
{% notice tone="green" %}导入完成：196 行。{% endnotice %}""",
    ),
    Example(
        "empty",
        """{% empty title="还没有线索" text="从展会名单、采购意向或 Excel 表格导入，或者先记下一条。" icon="users-group" %}
  {% button "导入线索" href="#empty" tone="primary" icon="upload" %}{% button "新建线索" href="#empty" %}
{% endempty %}""",
    ),
    Example("tabs", '{% tabs tabs label="客户" %}'),
    Example(
        "filter_bar, sort, cell, pager",
        """{% card flush=True %}
  {% filter_bar filters target="#gallery-list" %}
  <div class="scroll"><table class="table table-cards" id="gallery-list">
    <thead><tr><th scope="col">{% sort "商机" by="name" %}</th><th scope="col">客户</th><th scope="col">步骤</th><th scope="col" class="number">{% sort "金额" by="amount" %}</th><th scope="col">预计签约</th><th scope="col">负责人</th></tr></thead>
    <tbody data-rows>{% for row in rows %}<tr>
      <td><a class="row-link" href="#row">{{ row.name }}</a></td>{% cell row.customer css="quiet" %}<td>{% badge row.step tone=row.tone %}</td>
      <td class="number">{% money row.amount %}</td><td>{% day row.due %}</td><td class="nowrap">{% avatar row.owner size="small" %} {{ row.owner }}</td></tr>{% endfor %}</tbody>
  </table></div>
  {% pager next="c2" shown=4 total="10000+" %}
{% endcard %}""",
    ),
    Example(
        "board",
        """<div class="board" data-board tabindex="0" role="region" aria-label="商机看板">
  {% for column in columns %}
    <section class="board-column" aria-label="{{ column.name }}">
      <header class="board-head"><h2><span class="dot dot-{{ column.number }}"></span>{{ column.name }} {% badge column.cards|length %}<span class="quiet">{% money column.sum %}</span></h2></header>
      <ul class="board-cards" data-column="{{ column.key }}">
        {% for card in column.cards %}
          <li class="board-card{% if card.late %} is-late{% endif %}" data-move-url="#" data-version="1">
            {% menu label="移动到…" %}{% for other in columns %}{% post_button other.name url="#" name="to" value=other.key menu=True %}{% endfor %}{% endmenu %}
            <a class="board-card-title" href="#board">{{ card.name }}</a><div class="quiet small clip">{{ card.customer }}</div>
            <div class="board-card-foot"><span>{% money card.amount %}</span><span class="small {% if card.late %}bad{% else %}quiet{% endif %}">{% icon "clock" size="small" %} {% day card.due %}</span>{% avatar card.owner size="small" %}</div>
          </li>
        {% endfor %}
      </ul>
    </section>
  {% endfor %}
</div>""",
    ),
    Example(
        "field, form_errors",
        """<form class="card-body" method="post" action="#" novalidate>
  {% form_errors form %}
  <div class="form-grid">{% field form.company %}{% field form.phone %}{% field form.amount prefix="¥" suffix="元" %}{% field form.due %}{% field form.tier %}{% field form.channel %}{% field form.note %}{% field form.remind %}</div>
  <div class="form-actions">{% button "取消" href="#field" %}{% button "保存" tone="primary" %}</div>
</form>""",
    ),
    Example(
        "dialog",
        """{% button "改期" opens="gallery-dialog" kind="button" icon="calendar" %}
{% dialog id="gallery-dialog" title="改到哪天" %}<p>新的日期</p><div class="form-actions">{% button "取消" closes=True %}{% button "改期" tone="primary" %}</div>{% enddialog %}""",
    ),
    Example(
        "conflict",
        '{% include "ui/conflict.html" with rows=conflict who="李强" url="#conflict" %}',
    ),
)
