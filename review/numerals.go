package review

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// # Chinese numbers
//
// Chinese writes numbers with characters that also stand inside ordinary words: 一起, 一定, 统一, 万一, 十分. A rule that refused every such
// character would make writing impossible, and one that refused none would let every figure in by the side door. So characters of
// numerals are a number
//
//   - where two or more stand together: 十二, 三百, 二〇二六;
//   - where one stands before a measure word, a unit, or 多, 几, 余 and such a word: 三口井, 两个村, 百余户, 八成, 三分之一; 一 alone means "a" more often
//     than "one", so it is a number only before a unit, before what is counted one by one (户 人 口 名), and before 半;
//   - behind 几, 数, 近, 约, 逾 and 上, if they are 十, 百, 千, 万 or 亿: 数百, 上千;
//
// and are none in the words of a list (千万不要, 四面八方, 千家万户), in the ordinals 第一, 第二 and 第三, and in days and months (九月三十日,
// 二〇二六年, 周三). What it misses and what it refuses too much is in TestWords, in real sentences.

// numeral are the characters of numerals. 〇 is one of them, and Unicode counts it among the numbers too.
const numeral = "一二三四五六七八九十百千万亿零〇两壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸廿卅"

// measures are words before which a numeral counts something; 一 does not.
var measures = strings.Fields(`个 口 家 名 次 位 件 条 座 所 项 只 头 匹 棵 株 台 套 辆 间 栋 幢 处 眼 村 镇 乡 县 组 批 场 期 轮 届 种 类 样 份 张 本 支 根 块 片 段 级 队 班 门 盏 把 双 对 副 笔 节 堂 季 茬 趟 顿 遍 倍
	天 日 周 星期 礼拜 年 岁 小时 钟头 刻 分钟 秒 代 人次 人份 户次 眼井 里地 百分 點 個 條 座 項 隻 頭 輛 間 棟 處 組 場 輪 屆 種 類 樣 張 塊 級 隊 門 雙 對 筆 節`)

// units are words before which 一 is a number too.
var units = strings.Fields(`户 戶 人 口 名 元 角 块钱 亩 畝 顷 公顷 公里 里路 米 厘米 毫米 平方 立方 吨 噸 公斤 千克 斤 克 升 瓦 千瓦 度电 % ％ ‰ 成 倍 分之 半 美元 人民币`)

// ordinary are words with characters of numerals that say no number.
var ordinary = strings.Fields(`千万不 千万别 千万要 千万注意 万一 万万 一一 一五一十 三三两两 七七八八 四面八方 五花八门 七嘴八舌 三心二意 千家万户 千方百计 千言万语 万水千山 乱七八糟 四通八达 五湖四海
	三番五次 三言两语 百姓 百年大计 千秋万代 一成不变 十全十美 一家人 一人一票 一年四季 一年到头 三农 两会 两岸 五保 一本正经 一口气 一口答应 一名不 一度 一级一级 四季 一元化 三天两头 百家争鸣 一次性 两口子 万里长城 万年历`)

// behindThese makes 十, 百, 千, 万 and 亿 a number by themselves.
const behindThese = "几数近约逾上成"

const tens = "十百千万亿"

// number is a number in a text, in characters.
type number struct {
	at, length int
	code       string
}

// numbers finds what is a number in a text.
func numbers(text []rune, lang string) (out []number) {
	dated := datesIn(text, lang)
	for i := 0; i < len(text); {
		r := text[i]
		switch {
		case dated[i]:
			i++
		case unicode.IsDigit(r) || unicode.Is(unicode.Nl, r) && r != '〇' || unicode.Is(unicode.No, r):
			j := i
			for j < len(text) && !dated[j] && (unicode.IsNumber(text[j]) || j > i && j+1 < len(text) && strings.ContainsRune(".,-/:٫٬", text[j]) && unicode.IsNumber(text[j+1])) {
				j++
			}
			out = append(out, number{i, j - i, MistakeDigit})
			i = j
		case isNumeral(r):
			j := i
			for j < len(text) && !dated[j] && (isNumeral(text[j]) || j > i && j+1 < len(text) && text[j] == '点' && isNumeral(text[j+1])) {
				j++
			}
			if from, to, ok := ordinaryAt(text, i); ok && from <= i {
				i = max(i+1, to) // the word, with whatever characters of numerals it has
				continue
			}
			if counts(text, i, j) {
				out = append(out, number{i, j - i, MistakeNumeral})
			}
			i = j
		default:
			i++
		}
	}
	return out
}

func isNumeral(r rune) bool { return strings.ContainsRune(numeral, r) }

// ordinaryAt finds the word of the list that a character stands in.
func ordinaryAt(text []rune, at int) (from, to int, ok bool) {
	for _, w := range ordinary {
		word := []rune(w)
		for back := range word {
			from := at - back
			if from < 0 || from+len(word) > len(text) || !slices.Equal(text[from:from+len(word)], word) {
				continue
			}
			// 三千万不: a numeral before the word belongs to a number, not to the word.
			if from > 0 && isNumeral(text[from-1]) && isNumeral(word[0]) {
				continue
			}
			return from, from + len(word), true
		}
	}
	return 0, 0, false
}

// counts says whether a run of characters of numerals is a number.
func counts(text []rune, from, to int) bool {
	run := text[from:to]
	if len(run) > 1 {
		return true
	}
	if from > 0 {
		before := text[from-1]
		if before == '第' && strings.ContainsRune("一二三", run[0]) {
			return false
		}
		if strings.ContainsRune(behindThese, before) && strings.ContainsRune(tens, run[0]) {
			return true
		}
		if run[0] == '零' && strings.ContainsRune("为是", before) {
			return true
		}
		if strings.ContainsRune("周期拜", before) && to < len(text) && !startsWith(text[to:], measures) && !startsWith(text[to:], units) {
			return false // 周三, 星期三, 礼拜三
		}
	}
	rest := text[to:]
	if len(rest) > 0 && strings.ContainsRune("多几余來来", rest[0]) && (startsWith(rest[1:], measures) || startsWith(rest[1:], units)) {
		return true
	}
	if startsWith(rest, units) {
		return true
	}
	return run[0] != '一' && startsWith(rest, measures)
}

func startsWith(text []rune, words []string) bool {
	for _, w := range words {
		if word := []rune(w); len(word) <= len(text) && slices.Equal(text[:len(word)], word) {
			return true
		}
	}
	return false
}

// Parts of days.
const (
	year  = `(19|20|21|22)\d\d`
	month = `(1[0-2]|0?[1-9])`
	day   = `(3[01]|[12]\d|0?[1-9])`
	named = `(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)`
	han   = `[一二三四五六七八九十]`

	hanYear  = `[一二三四五六七八九〇零]{4}年`
	hanMonth = `(十[一二]|` + han + `)月(份|底|初|中|末|(三十一?|二?十` + han + `?|` + han + `)[日号])?`
)

// dates are the forms in which days and months are written, by the beginning of the language's tag; "" is of all languages.
var dates = map[string]*regexp.Regexp{
	"":   regexp.MustCompile(`(19|20|21|22)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`),
	"en": regexp.MustCompile(day + ` ` + named + `( ` + year + `)?|` + named + ` ` + day + `, ` + year + `|` + named + ` ` + year),
	"zh": regexp.MustCompile(year + `年(` + month + `月(` + day + `[日号])?)?|` + month + `月(` + day + `[日号])?|` +
		hanYear + `(` + hanMonth + `)?|` + hanMonth),
	"ug": regexp.MustCompile(year + `-يىل|` + month + `-ئاي|` + day + `-كۈن|` + day + `-` + ugMonths + `|` + year + `-يىلى`),
}

const ugMonths = `(يانۋار|فېۋرال|مارت|ئاپرېل|ماي|ئىيۇن|ئىيۇل|ئاۋغۇست|سېنتەبىر|ئۆكتەبىر|نويابىر|دېكابىر)`

// datesIn marks the characters of days and months. A form that stands beside another number is none: 12026-09-30.
func datesIn(text []rune, lang string) []bool {
	out := make([]bool, len(text))
	s := string(text)
	for of, form := range dates {
		if of != "" && lang != of && !strings.HasPrefix(lang, of+"-") {
			continue
		}
		for _, found := range form.FindAllStringIndex(s, -1) {
			from := len([]rune(s[:found[0]]))
			to := from + len([]rune(s[found[0]:found[1]]))
			if from > 0 && joined(text[from-1]) || to < len(text) && joined(text[to]) {
				continue
			}
			for i := from; i < to; i++ {
				out[i] = true
			}
		}
	}
	return out
}

// joined says whether a character would make another number of what stands beside it.
func joined(r rune) bool { return unicode.IsNumber(r) || isNumeral(r) }
