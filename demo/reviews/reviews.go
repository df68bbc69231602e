// Package reviews tells the end of the sample programme's story: two reviews of two months each, with the office's words in three
// languages. It is apart from package demo, since a review needs the figures of the book as it stands, and figures are tested
// with the sample.
package reviews

import (
	"context"
	"fmt"

	"kept/demo"
	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/review"
	"kept/schedule"
	"kept/store"
)

// publisher is the office that runs the sample programme.
const publisher = "stone-bridge"

// Of are the reviews of the sample programme as it stands on a day: of the two months before this one, published lately, and
// of the two before those, published a few days after them.
func Of(today string) []demo.Later {
	if !schedule.ValidDay(today) {
		return nil // Write refuses it
	}
	month := today[:8] + "01"
	second := review.Period{From: before(before(month)), To: schedule.AddDays(month, -1)}
	first := review.Period{From: before(before(second.From)), To: schedule.AddDays(second.From, -1)}
	return []demo.Later{
		later(1, first, schedule.AddDays(second.From, 5), openingWords),
		later(2, second, max(month, schedule.AddDays(today, -4)), openingWords, answersWords, nextWords),
	}
}

// before is the first day of the month before the one that begins on a day.
func before(month string) string { return schedule.AddDays(month, -1)[:8] + "01" }

// passage writes the words of one section, with references to the figures of the document.
type passage func(d *review.Document) review.Passage

func later(number int64, period review.Period, day string, words ...passage) demo.Later {
	key := fmt.Sprintf("review %d", number)
	return demo.Later{Day: day, Key: key, Draft: func(ctx context.Context, book *ledger.Book) (ledger.Draft, error) {
		var d *review.Document
		err := book.DB.Read(ctx, func(tx *store.Tx) error {
			head, err := ledger.ReadHead(tx)
			if err != nil {
				return err
			}
			d, err = review.Draft(&figures.At{Tx: tx, Size: head.Size, Day: head.Day}, period, nil)
			return err
		})
		if err != nil {
			return ledger.Draft{}, err
		}
		p := review.Publication{Number: number, Document: d}
		for _, write := range words {
			p.Words = append(p.Words, write(d))
		}
		return review.Publish("org:"+publisher, p, ledger.DerivedSalt("demo "+key))
	}}
}

// ref is a reference to a figure.
func ref(f review.Figure) string { return "{" + string(f.Name) + "}" }

func say(section, en, zh, ug string, figures ...any) review.Passage {
	in := map[string]string{}
	for lang, text := range map[string]string{"en": en, "zh-Hans": zh, "ug": ug} {
		in[lang] = fmt.Sprintf(text, figures...)
	}
	return review.Passage{Section: section, Text: locale.Wording{Original: "en", In: in}}
}

func openingWords(d *review.Document) review.Passage {
	return say("opening",
		"This is our account of {%[1]s} to {%[2]s}. Of %[3]s promises, %[4]s are reported done and %[5]s are overdue. About %[6]s of them no village was asked yet, so we cannot say whether they were kept.",
		"本次回顾的时期是{%[1]s}至{%[2]s}。共有%[3]s项承诺，其中报称完成的%[4]s项，逾期的%[5]s项。有%[6]s项尚未征询任何村，我们不能说是否兑现。",
		"بۇ {%[1]s} دىن {%[2]s} گىچە بولغان خۇلاسىمىز. جەمئىي %[3]s ۋەدىنىڭ %[4]s ى تاماملاندى دەپ مەلۇم قىلىندى، %[5]s ىنىڭ ۋاقتى ئۆتۈپ كەتتى. %[6]s ى توغرىسىدا ھېچبىر كەنتتىن سورالمىدى، شۇڭا ئورۇندالغان-ئورۇندالمىغانلىقىنى ئېيتالمايمىز.",
		d.From, d.To, ref(d.All.Promises), ref(d.All.Standings["reported-done"]), ref(d.All.Standings["overdue"]), ref(d.All.Says["not-asked"]))
}

func answersWords(d *review.Document) review.Passage {
	var owed, overdue string
	for _, o := range d.Answers.Offices {
		if o.Code == publisher {
			owed, overdue = ref(o.Owed), ref(o.Overdue)
		}
	}
	return say("answers",
		"We still owe the villages %[1]s answers, and %[2]s of them are late. Three Springs says that the promise of its wells was not kept; it has not heard from us yet.",
		"我们还欠各村%[1]s个答复，其中%[2]s个已经逾期。三泉村说水井的承诺没有兑现，我们还没有答复。",
		"بىز كەنتلەرگە يەنە %[1]s جاۋاب قەرزدار، ئۇلارنىڭ %[2]s ى كېچىكتى. ئۈچ بۇلاق قۇدۇق ۋەدىسى ئورۇندالمىدى دەيدۇ؛ ئۇ تېخى بىزدىن جاۋاب ئالمىدى.",
		owed, overdue)
}

func nextWords(d *review.Document) review.Passage {
	return say("next",
		"Until {%[1]s} another %[2]s promises come due, and %[3]s days of classes, accounts and other work that comes again.",
		"到{%[1]s}为止，还有%[2]s项承诺到期，另有%[3]s个按日程到期的日子。",
		"{%[1]s} گىچە يەنە %[2]s ۋەدىنىڭ، جەدۋەلدىكى %[3]s كۈننىڭ ۋاقتى كېلىدۇ.",
		d.Next.To, ref(d.Next.Promises), ref(d.Next.DueDays))
}
