"""称呼: how somebody is addressed, where name and position tell it. A wrong address is worse than none."""

from __future__ import annotations

import re

_COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
        "东门",
        "西门",
        "第五",
    ]
)
_SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄麴家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉"
    "宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧"
    "殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋"
    "楚闫法汝鄢涂钦商牟佘佴伯赏墨哈谯笪年爱阳佟言福代仝占操邸揭肖付苟覃蹇亓初候兰厚原苑郇朴丘仇尧丛"
)
_TITLES = (
    ("董事长", "董事长"), ("总裁", "总"), ("总经理", "总"), ("总工程师", "总工"), ("总工", "总工"), ("总监", "总监"), ("总", "总"),
    ("创始人", "总"), ("经理", "经理"), ("主任", "主任"), ("主管", "主管"), ("厂长", "厂长"), ("校长", "校长"), ("院长", "院长"),
    ("园长", "园长"), ("处长", "处长"), ("科长", "科长"), ("部长", "部长"), ("局长", "局长"), ("所长", "所长"), ("站长", "站长"),
    ("店长", "店长"), ("行长", "行长"), ("队长", "队长"), ("组长", "组长"), ("班长", "班长"), ("馆长", "馆长"), ("教授", "教授"),
    ("工程师", "工"), ("架构师", "工"), ("技师", "工"), ("教师", "老师"), ("老师", "老师"), ("医生", "医生"), ("医师", "医生"),
    ("会计", "会计"), ("律师", "律师"), ("老板", "老板"),
)  # fmt: skip
"""What a position ends with → what is put behind the surname; the longer ending first where one contains the other."""
_ENGLISH = frozenset({"CEO", "CTO", "CFO", "COO", "CIO", "CMO", "CHO", "CRO", "CPO", "CSO", "VP", "SVP", "EVP"})
_ADDRESSES = (*(said for _, said in _TITLES), "女士", "先生", "小姐", "董", "师傅", "书记")
_HAN = re.compile("[\u4e00-\u9fff]+")
_BRACKETED = re.compile(r"[（(【\[].*?[)）】\]]")
_SEVERAL = re.compile(r"[/／、,，;；|&+ 　]|兼")


def address_of(name: str, position: str) -> str:
    """陈总, 欧阳经理; as it is where the name already is an address (陈工, 李女士). Blank where it can't be told."""
    name = name.strip()
    surname = surname_of(name)
    if not surname:
        return ""
    if name[len(surname) :] in _ADDRESSES:
        return name
    title = "" if len(name) > len(surname) + 2 or len(name) == len(surname) else title_of(position)
    return surname + title if title else ""


def surname_of(name: str) -> str:
    """The surname of a Chinese name; blank for anything else (English names, 前台, a department)."""
    if not _HAN.fullmatch(name) or len(name) < 2:
        return ""
    if name[:2] in _COMPOUND:
        return name[:2]
    return name[0] if name[0] in _SINGLE else ""


def title_of(position: str) -> str:
    """What a position is called behind a surname: 副总经理 → 总, 信息中心主任 → 主任. An assistant has his chief's word in his
    own, and isn't called by it."""
    for piece in _SEVERAL.split(_BRACKETED.sub("", position)):
        if piece.strip().upper() in _ENGLISH:
            return "总"
        for ending, said in _TITLES:
            if piece.endswith(ending):
                return said
    return ""
