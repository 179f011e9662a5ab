"""China's provinces, prefectures and the county-level cities that companies are named after; and how names begin with them."""

from __future__ import annotations

import re
from typing import NamedTuple

_MUNICIPALITIES = "北京 上海 天津 重庆 香港 澳门"
_PREFECTURES = {
    "河北": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安",
    "山西": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善",
    "辽宁": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛",
    "吉林": "长春 四平 辽源 通化 白山 松原 白城 延边",
    "黑龙江": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "江苏": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁",
    "浙江": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水",
    "安徽": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德",
    "江西": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 莱芜",
    "河南": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源",
    "湖北": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架",
    "湖南": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东": "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南": "海口 三亚 三沙 儋州 琼海 文昌 万宁",
    "四川": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山",
    "贵州": "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "云南": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆",
    "西藏": "拉萨 日喀则 昌都 林芝 山南 那曲",
    "陕西": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
    "青海": "西宁 海东 海北 黄南 果洛 玉树 海西",
    "宁夏": "银川 石嘴山 吴忠 固原 中卫",
    "新疆": "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 石河子",
    "台湾": "台北 高雄 台中 台南 新竹",
}
_COUNTY_CITIES = {
    "苏州": "昆山 张家港 常熟 太仓", "无锡": "江阴 宜兴", "常州": "溧阳", "南通": "如皋 启东 海安", "泰州": "靖江 泰兴",
    "镇江": "丹阳 句容", "盐城": "东台", "宁波": "慈溪 余姚", "温州": "乐清 瑞安", "嘉兴": "海宁 桐乡 平湖",
    "绍兴": "诸暨 嵊州", "金华": "义乌 东阳 永康 兰溪", "台州": "温岭 临海 玉环", "泉州": "晋江 石狮 南安",
    "福州": "福清", "青岛": "胶州 即墨 平度 莱西", "烟台": "龙口 招远 莱州 蓬莱", "潍坊": "寿光 诸城 高密 昌邑",
    "威海": "荣成 文登 乳山", "枣庄": "滕州", "泰安": "肥城 新泰", "济宁": "曲阜 邹城", "淄博": "桓台",
    "滨州": "邹平", "郑州": "新郑 巩义 登封", "许昌": "禹州 长葛", "长沙": "浏阳 宁乡", "株洲": "醴陵",
    "成都": "都江堰 简阳 彭州", "石家庄": "辛集", "保定": "涿州", "廊坊": "三河 霸州", "唐山": "迁安 遵化",
    "大连": "瓦房店 庄河", "揭阳": "普宁", "江门": "台山 开平", "肇庆": "四会", "宜昌": "宜都 枝江",
}  # fmt: skip
_GRADE = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|(?:[一-龥]{1,3}族){0,3}自治[州县]|省|市|地区|盟)(?=.)"
)
_COUNTY = re.compile(r"[一-龥]{1,3}?(?:新区|[区县])(?=..)(?!域)|[一-龥]{2,3}市(?=..)(?![场民值井政委])")
_NO_COUNTY = re.compile(r"(?:[社校小厂园地片库景山学军赛特]区|开发区|[城都超股门集菜上夜]市)$")
LONGEST = 5


class Place(NamedTuple):
    """Where a name says that its company is; blank where it doesn't. A city knows its province."""

    province: str = ""
    city: str = ""
    county: str = ""

    def contradicts(self, other: Place) -> bool:
        """Both say something, and not the same."""
        return any(one and another and one != another for one, another in zip(self, other, strict=True))


def _gazetteer() -> dict[str, Place]:
    found = {name: Place(name, name) for name in _MUNICIPALITIES.split()}
    for province, cities in _PREFECTURES.items():
        found[province] = Place(province)
        found |= {city: Place(province, city) for city in cities.split()}
    for city, towns in _COUNTY_CITIES.items():
        found |= {town: Place(found[city].province, city, town) for town in towns.split()}
    return found


PLACES = _gazetteer()


def split_place(text: str) -> tuple[str, Place, str]:
    """``广东省深圳市华辰`` → its canonical beginning ``深圳``, the place, and what follows: ``华辰``.

    The canonical beginning is the narrowest place that is named, without 省 and 市: it says the same as the longer
    spelling. A text that is a place and nothing else has no beginning. Counties are only taken with their grade
    (``历下区``), and only behind a city; they keep it.
    """
    place, said, rest = Place(), "", text
    while (found := _first(rest)) is not None:
        name, following = found
        more = PLACES[name]
        if place.contradicts(more) or len(following) < 2:
            break
        if place.county or (place.city and not more.county):  # 北京上海…: a name, not an address
            break
        place, said, rest = more, name, following
    if place.city and not place.county and (county := _COUNTY.match(rest)) and not _NO_COUNTY.search(county[0]):
        following = rest[county.end() :]
        place, said, rest = place._replace(county=county[0]), said + county[0], following
    return said, place, rest


def _first(text: str) -> tuple[str, str] | None:
    for length in range(LONGEST, 1, -1):
        name = text[:length]
        if name in PLACES:
            following = text[length:]
            grade = _GRADE.match(following)
            return name, following[grade.end() :] if grade else following
    return None
