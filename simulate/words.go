package simulate

import (
	"kept/locale"
	"kept/programme"
)

// words is a wording in the three languages; English is its original.
func words(en, zh, ug string) locale.Wording {
	return locale.Wording{Original: "en", In: map[string]string{"en": en, "zh-Hans": zh, "ug": ug}}
}

// word is a part of a name.
type word struct{ en, zh, ug string }

// apart tell places apart. The first are numerals, after which English has the plural.
var apart = []word{
	{"Three", "三", "ئۈچ"}, {"Twin", "双", "قوش"}, {"Seven", "七", "يەتتە"},
	{"Quiet", "静", "تىنچ"}, {"Old", "老", "كونا"}, {"Long", "长", "ئۇزۇن"}, {"Wide", "宽", "كەڭ"}, {"Clear", "清", "سۈزۈك"},
	{"Sunny", "阳", "ئاپتاپلىق"}, {"Stone", "石", "تاش"}, {"Willow", "柳", "سۆگەت"}, {"Pine", "松", "قارىغاي"}, {"Poplar", "杨", "تېرەك"},
	{"Mulberry", "桑", "ئۈجمە"}, {"Walnut", "核桃", "ياڭاق"}, {"Silver", "银", "كۈمۈش"}, {"Far", "远", "يىراق"}, {"Warm", "暖", "ئىللىق"},
	{"Cool", "凉", "سالقىن"}, {"Deer", "鹿", "بۇغا"}, {"Crane", "鹤", "تۇرنا"}, {"Swallow", "燕", "قارلىغاچ"}, {"Reed", "苇", "قومۇش"},
	{"Clover", "苜蓿", "بېدە"}, {"Hawk", "鹰", "قارچىغا"}, {"Rain", "雨", "يامغۇر"}, {"Dawn", "晨", "سەھەر"},
}

const numerals = 3

var landscapes = []word{
	{"Spring", "泉", "بۇلاق"}, {"Well", "井", "قۇدۇق"}, {"Ford", "渡", "كېچىك"}, {"Field", "田", "ئېتىز"}, {"Lake", "湖", "كۆل"},
	{"Gate", "门", "دەرۋازا"}, {"Orchard", "果园", "باغ"}, {"Bridge", "桥", "كۆۋرۈك"}, {"Meadow", "坪", "چىمەنلىك"}, {"Slope", "坡", "يانباغىر"},
	{"Ridge", "梁", "قىر"}, {"Valley", "谷", "ۋادى"}, {"Mill", "磨", "تۈگمەن"}, {"Terrace", "台", "سۇپا"}, {"Grove", "林", "ئورمان"},
	{"Rock", "岩", "قىيا"}, {"Stream", "溪", "ئېرىق"}, {"Hill", "丘", "دۆڭ"}, {"Pond", "塘", "كۆلچەك"}, {"Crossing", "口", "ئۆتكەل"},
}

var sides = []word{
	{}, {"Upper ", "上", "يۇقىرى "}, {"Lower ", "下", "تۆۋەن "}, {"East ", "东", "شەرقىي "}, {"West ", "西", "غەربىي "},
	{"North ", "北", "شىمالىي "}, {"South ", "南", "جەنۇبىي "},
}

var funds = [foundations]locale.Wording{
	words("River Fund", "河流基金", "دەريا فوندى"),
	words("Foundation for Fields", "田地基金会", "ئېتىز فوندى"),
	words("Open Hands Fund", "援手基金", "ياردەم قولى فوندى"),
	words("School and Well Fund", "学校与水井基金", "مەكتەپ ۋە قۇدۇق فوندى"),
}

var offices = [groups]locale.Wording{
	words(" Works Office", "工程所", " قۇرۇلۇش ئىدارىسى"),
	words(" Farm Office", "农业所", " يېزا ئىگىلىك ئىدارىسى"),
	words(" Village Affairs Office", "村务所", " كەنت ئىشلىرى ئىدارىسى"),
}

var teamNames = [groups]locale.Wording{
	words(" works team", "工程队", " قۇرۇلۇش ئەترىتى"),
	words(" field team", "农业队", " ئېتىز ئەترىتى"),
	words(" village team", "驻村队", " كەنت ئەترىتى"),
}

// The tasks, by their codes.
const (
	water     = "water"
	roads     = "roads"
	buildings = "public-works"
	light     = "light"
	fields    = "fields"
	animals   = "animals"
	classes   = "classes"
	benefits  = "benefits"
	affairs   = "village-affairs"
	mutualAid = "mutual-aid"
)

var tasks = []programme.Task{
	{Code: water, Name: words("Water", "供水", "سۇ")},
	{Code: roads, Name: words("Roads", "道路", "يول")},
	{Code: buildings, Name: words("Public works", "公共工程", "ئاممىۋى قۇرۇلۇش")},
	{Code: light, Name: words("Light", "照明", "يورۇتۇش")},
	{Code: fields, Name: words("Fields", "田地", "ئېتىز")},
	{Code: animals, Name: words("Animals", "牲畜", "چارۋا")},
	{Code: classes, Name: words("Classes", "课堂", "دەرس")},
	{Code: benefits, Name: words("Access to benefits", "福利办理", "پاراۋانلىقتىن بەھرىمەن بولۇش")},
	{Code: affairs, Name: words("Village affairs", "村务", "كەنت ئىشلىرى")},
	{Code: mutualAid, Name: words("Mutual aid", "互助", "ئۆزئارا ياردەم")},
}

// notes are what teams write beside their numbers.
var notes = []locale.Wording{
	words("Work goes on as planned.", "工作按计划进行。", "خىزمەت پىلان بويىچە كېتىۋاتىدۇ."),
	words("Two days were lost to rain.", "下雨耽误了两天。", "يامغۇر سەۋەبىدىن ئىككى كۈن كېچىكتۇق."),
	words("The material came today.", "材料今天到了。", "ماتېرىيال بۈگۈن كەلدى."),
	words("The tractor is being repaired; a spare part is ordered.", "拖拉机在修，零件已订购。", "تراكتور رېمونت قىلىنىۋاتىدۇ، زاپچاس بۇيرۇتۇلدى."),
	words("The village meeting chose the place.", "村民会议选定了地点。", "كەنت يىغىنى ئورۇننى تاللىدى."),
	words("Half is done, the rest waits for the harvest.", "完成一半，其余等收割后再做。", "يېرىمى پۈتتى، قالغىنى ھوسۇل يىغىلغاندىن كېيىن قىلىنىدۇ."),
	words("The accounts of this work hang on the board.", "这项工作的账目已张贴。", "بۇ خىزمەتنىڭ ھېساباتى تاختىغا چاپلاندى."),
	words("The stones for the next part are there.", "下一段的石料已运到。", "كېيىنكى بۆلەكنىڭ تېشى توشۇپ كېلىندى."),
}

// notHeld are what they write when what was due was not held.
var notHeld = []locale.Wording{
	words("Not held: rain.", "没有进行：下雨。", "ئۆتكۈزۈلمىدى: يامغۇر ياغدى."),
	words("Not held: the road was under water.", "没有进行：道路被水淹。", "ئۆتكۈزۈلمىدى: يولنى سۇ باسقان."),
	words("Not held: everybody was at the harvest.", "没有进行：都在忙收割。", "ئۆتكۈزۈلمىدى: ھەممەيلەن ھوسۇل يىغىۋاتاتتى."),
}

// Reasons that offices give, by what they change.
var (
	lessReasons = []locale.Wording{
		words("The material became dearer; with the same money less can be done.", "材料涨价，同样的资金只能少做一些。",
			"ماتېرىيال قىممەتلەپ كەتتى؛ ئوخشاش پۇل بىلەن ئازراق ئىش قىلغىلى بولىدۇ."),
		words("The survey was mistaken about the ground.", "勘察对地质的判断有误。", "تەكشۈرۈشتە يەرنىڭ ئەھۋالى خاتا مۆلچەرلەنگەن."),
	}
	laterReasons = []locale.Wording{
		words("The ground froze early; the work goes on in spring.", "土地早冻，春天继续施工。", "يەر بالدۇر توڭلاپ قالدى، خىزمەت ئەتىيازدا داۋاملىشىدۇ."),
		words("The machine arrives later than agreed.", "机器比约定的晚到。", "ماشىنا كېلىشىلگەن ۋاقىتتىن كېچىكىپ كېلىدۇ."),
	}
	moreReasons = []locale.Wording{
		words("More money was found for the same work.", "同一项工作增加了资金。", "شۇ خىزمەتكە يەنە پۇل قوشۇلدى."),
		words("The village asked for a step to be named.", "村里要求写明一个步骤。", "كەنت بىر باسقۇچنىڭ ئېنىق يېزىلىشىنى تەلەپ قىلدى."),
	}
	endReasons = []locale.Wording{
		words("The place was given up after the flood.", "水灾后放弃了这个地点。", "كەلكۈندىن كېيىن بۇ ئورۇندىن ۋاز كېچىلدى."),
		words("Another programme is doing the same work.", "另一个项目正在做同样的工作。", "باشقا بىر پروگرامما شۇ ئىشنى قىلىۋاتىدۇ."),
	}
)

// halfWay is the one milestone that there is.
var halfWay = words("Half of it done", "完成一半", "يېرىمى پۈتتى")
