package simulate

import (
	"kept/locale"
	"kept/schedule"
)

// work is something that is promised once, by a day. Its title has a place for how much.
type work struct {
	task      string
	group     int
	title     locale.Wording
	name      locale.Wording // of its measure
	unit      locale.Wording
	low, high int
	tenths    bool // amounts are tenths of the unit
	down      bool // less is better: amounts are what remains
	cents     int  // US cents for one
}

// works are all there are.
var works = []work{
	{water, forWorks, words("%s wells with hand pumps", "手压泵水井%s眼", "قول پومپىلىق %s قۇدۇق"),
		words("Wells that give water", "出水的水井", "سۇ چىقىۋاتقان قۇدۇق"), words("wells", "眼井", "قۇدۇق"), 2, 16, false, false, 9_000_00},
	{water, forWorks, words("Water pipe, %s km", "引水管道，%s公里", "سۇ تۇرۇبىسى، %s كىلومېتىر"),
		words("Pipe laid", "已铺管道", "ياتقۇزۇلغان تۇرۇبا"), kilometres, 5, 60, true, false, 1_400_00},
	{water, forWorks, words("%s taps along the lane", "村道水龙头%s个", "كوچا بويىغا %s جۈمەك"),
		words("Taps that run", "出水的水龙头", "سۇ چىقىۋاتقان جۈمەك"), words("taps", "个", "جۈمەك"), 3, 20, false, false, 260_00},
	{water, forWorks, words("%s household latrines", "户用厕所%s座", "%s ئائىلە ھاجەتخانىسى"),
		words("Latrines in use", "投入使用的厕所", "ئىشلىتىلىۋاتقان ھاجەتخانا"), words("latrines", "座", "ھاجەتخانا"), 20, 120, false, false, 310_00},
	{water, forWorks, words("Canal lined with stone, %s km", "石砌渠道，%s公里", "تاش ياتقۇزۇلغان ئۆستەڭ، %s كىلومېتىر"),
		words("Canal lined", "已衬砌渠道", "تاش ياتقۇزۇلغان ئۆستەڭ"), kilometres, 5, 40, true, false, 2_100_00},
	{water, forWorks, words("Walk to water and back: at most %s minutes", "取水往返：最多%s分钟", "سۇغا بېرىپ كېلىش: كۆپ بولغاندا %s مىنۇت"),
		words("Walk to water and back", "取水往返步行时间", "سۇغا بېرىپ كېلىش ۋاقتى"), words("minutes", "分钟", "مىنۇت"), 6, 20, false, true, 800_00},
	{roads, forWorks, words("Gravel road, %s km", "砂石路，%s公里", "شېغىل يول، %s كىلومېتىر"),
		words("Road finished", "已修好的路", "پۈتكەن يول"), kilometres, 8, 90, true, false, 3_800_00},
	{roads, forWorks, words("Foot bridge, %s m", "人行桥，%s米", "پىيادىلەر كۆۋرۈكى، %s مېتىر"),
		words("Bridge deck laid", "已铺桥面", "ياتقۇزۇلغان كۆۋرۈك تاختىسى"), metres, 12, 60, false, false, 870_00},
	{roads, forWorks, words("Drain beside the road, %s m", "路边排水沟，%s米", "يول بويىدىكى سۇ چىقىرىش ئېرىقى، %s مېتىر"),
		words("Drain finished", "已建排水沟", "پۈتكەن ئېرىق"), metres, 200, 1800, false, false, 9_00},
	{buildings, forWorks, words("School roof, %s m²", "学校屋顶，%s平方米", "مەكتەپ ئۆگزىسى، %s كۋادرات مېتىر"),
		words("Roof renewed", "已换屋顶", "يېڭىلانغان ئۆگزە"), words("m²", "平方米", "كۋادرات مېتىر"), 180, 900, false, false, 64_00},
	{buildings, forWorks, words("Grain store for %s tonnes", "%s吨粮仓", "%s توننا ئاشلىق پاتىدىغان ئىسكىلات"),
		words("Room for grain", "可储粮食", "ئاشلىق ساقلاش سىغىمى"), words("tonnes", "吨", "توننا"), 40, 160, false, false, 420_00},
	{buildings, forWorks, words("Flood wall, %s m", "防洪墙，%s米", "كەلكۈن توسۇش تېمى، %s مېتىر"),
		words("Wall finished", "建成的墙", "پۈتكەن تام"), metres, 150, 1200, false, false, 130_00},
	{light, forWorks, words("%s solar lamps", "太阳能路灯%s盏", "%s قۇياش ئېنېرگىيەلىك چىراغ"),
		words("Lamps that burn at night", "夜间亮着的路灯", "كېچىدە يېنىۋاتقان چىراغ"), words("lamps", "盏", "چىراغ"), 8, 80, false, false, 350_00},
	{fields, forFields, words("A second harvest on %s mu", "%s亩田地增收第二季", "%s مو يەردىن ئىككىنچى قېتىم ھوسۇل ئېلىنىدۇ"),
		words("Fields with a second harvest", "收获第二季的田地", "ئىككىنچى قېتىم ھوسۇل بەرگەن ئېتىز"), mu, 60, 900, false, false, 45_00},
	{fields, forFields, words("%s mu of melons", "甜瓜%s亩", "%s مو قوغۇن"),
		words("Melons planted", "种下的甜瓜", "تېرىلغان قوغۇن"), mu, 40, 600, false, false, 80_00},
	{fields, forFields, words("%s apple trees", "苹果树%s棵", "%s تۈپ ئالما كۆچىتى"),
		words("Trees alive", "成活的树", "تۇتقان كۆچەت"), trees, 300, 4000, false, false, 3_20},
	{fields, forFields, words("Windbreak of %s poplars", "%s棵白杨防风林", "%s تۈپ تېرەكلىك ئىھاتە ئورمىنى"),
		words("Poplars planted", "已栽白杨", "تىكىلگەن تېرەك"), trees, 900, 14000, false, false, 90},
	{fields, forFields, words("%s greenhouses for winter vegetables", "冬菜大棚%s座", "قىشلىق كۆكتات ئۈچۈن %s پارنىك"),
		words("Greenhouses with a crop", "已种菜的大棚", "كۆكتات تېرىلغان پارنىك"), words("greenhouses", "座", "پارنىك"), 3, 24, false, false, 2_600_00},
	{animals, forFields, words("%s bee hives", "蜂箱%s个", "%s ھەرە ساندۇقى"),
		words("Hives with bees", "有蜂的蜂箱", "ھەرىسى بار ساندۇق"), words("hives", "个", "ساندۇق"), 10, 80, false, false, 140_00},
	{animals, forFields, words("%s animals vaccinated", "接种牲畜%s头", "%s تۇياق چارۋا ئەملىنىدۇ"),
		words("Animals vaccinated", "已接种牲畜", "ئەملەنگەن چارۋا"), words("animals", "头", "تۇياق"), 300, 5000, false, false, 1_10},
	{classes, forPeople, words("Reading room with %s books", "阅览室，图书%s册", "%s كىتابلىق قىرائەتخانا"),
		words("Books on the shelves", "上架图书", "جازىغا تىزىلغان كىتاب"), words("books", "册", "كىتاب"), 150, 900, false, false, 9_00},
	{benefits, forPeople, words("A guide to benefits, %s copies", "福利指南，%s册", "پاراۋانلىق قوللانمىسى، %s نۇسخا"),
		words("Copies given out", "已发放册数", "تارقىتىلغان نۇسخا"), words("copies", "册", "نۇسخا"), 200, 2000, false, false, 1_50},
	{benefits, forPeople, words("%s pairs of reading glasses, free of charge", "免费老花镜%s副", "ھەقسىز %s دانە ئوقۇش كۆزەينىكى"),
		words("Glasses given out", "已发放眼镜", "تارقىتىلغان كۆزەينەك"), words("pairs", "副", "دانە"), 40, 400, false, false, 6_00},
	{affairs, forPeople, words("%s notice boards under a roof", "带檐公告栏%s块", "ئۈستى يېپىق %s ئېلان تاختىسى"),
		words("Boards that stand", "已立公告栏", "تىكلەنگەن ئېلان تاختىسى"), words("boards", "块", "تاختا"), 2, 12, false, false, 120_00},
	{mutualAid, forPeople, words("The harvest brought in for %s households that lack hands", "为%s户缺劳力家庭收割",
		"ئەمگەك كۈچى يېتىشمەيدىغان %s ئائىلىنىڭ ھوسۇلى يىغىپ بېرىلىدۇ"),
		words("Households helped", "已帮助的户", "ياردەم قىلىنغان ئائىلە"), words("households", "户", "ئائىلە"), 8, 60, false, false, 25_00},
}

// Units that several works share.
var (
	kilometres = words("km", "公里", "كىلومېتىر")
	metres     = words("m", "米", "مېتىر")
	mu         = words("mu", "亩", "مو")
	trees      = words("trees", "棵", "تۈپ")
)

// service is something that comes due again and again.
type service struct {
	task  string
	group int
	every string
	title locale.Wording
	name  locale.Wording // of its measure, if it has one
	unit  locale.Wording
	per   int // how much of its measure at each occurrence
	cents int // US cents for an occurrence
}

// services are all there are.
var services = []service{
	{task: classes, group: forPeople, every: schedule.Week, cents: 40_00, title: words("Evening class every week", "每周晚课", "ھەر ھەپتىدە كەچلىك دەرس")},
	{task: classes, group: forPeople, every: schedule.Week, cents: 55_00, title: words("Reading and writing, every week", "每周读写课", "ھەر ھەپتىدە ئوقۇش-يېزىش دەرسى")},
	{task: mutualAid, group: forFields, every: schedule.Week, cents: 15_00, title: words("Ploughing together, every week", "每周互助犁地", "ھەر ھەپتىدە ھەمكارلىشىپ يەر ھەيدەش")},
	{task: benefits, group: forPeople, every: schedule.Week, cents: 30_00,
		title: words("Help with applications for benefits, every week", "每周协助办理福利申请", "ھەر ھەپتىدە پاراۋانلىق ئىلتىماسىغا ياردەم")},
	{task: water, group: forWorks, every: schedule.Month, cents: 80_00,
		title: words("Water tested every month, result on the board", "每月检测水质，结果张贴", "سۇ ھەر ئايدا تەكشۈرۈلىدۇ، نەتىجىسى تاختىغا چاپلىنىدۇ")},
	{task: roads, group: forWorks, every: schedule.Month, cents: 210_00, title: words("Road levelled every month", "每月平整道路", "يول ھەر ئايدا تۈزلىنىدۇ")},
	{task: animals, group: forFields, every: schedule.Month, cents: 160_00, title: words("A vet in the village every month", "兽医每月进村", "مال دوختۇرى ھەر ئايدا كەنتكە كېلىدۇ"),
		name: words("Animals treated or vaccinated, in all", "累计诊治和接种牲畜", "داۋالانغان ۋە ئەملەنگەن چارۋا، جەمئىي"), unit: words("animals", "头", "تۇياق"), per: 35},
	{task: fields, group: forFields, every: schedule.Month, cents: 70_00, title: words("A covered market day every month", "每月一次有棚集市", "ھەر ئايدا ئۈستى يېپىق بازار كۈنى")},
	{task: benefits, group: forPeople, every: schedule.Month, cents: 240_00, title: words("A doctor in the village every month", "医生每月进村", "دوختۇر ھەر ئايدا كەنتكە كېلىدۇ")},
	{task: affairs, group: forPeople, every: schedule.Quarter, cents: 10_00, title: words("Village accounts on the board, each quarter", "每季度张贴村账", "ھەر پەسىلدە كەنت ھېساباتى تاختىغا چاپلىنىدۇ")},
	{task: affairs, group: forPeople, every: schedule.Quarter, cents: 20_00,
		title: words("A village meeting on the programme, each quarter", "每季度一次村民会议，通报项目", "ھەر پەسىلدە پروگرامما توغرىسىدا كەنت يىغىنى")},
	{task: classes, group: forPeople, every: schedule.Quarter, cents: 60_00, title: words("A talk on health, each quarter", "每季度健康讲座", "ھەر پەسىلدە ساغلاملىق سۆھبىتى")},
}
