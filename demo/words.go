package demo

import "kept/locale"

// quiet is the note of a report that says all it has to say in numbers.
var quiet = locale.Wording{}

// Units and measures that several promises share.
var (
	kilometres = w("km", "公里", "كىلومېتىر")
	metres     = w("m", "米", "مېتىر")
	mu         = w("mu", "亩", "مو")
	minutes    = w("minutes", "分钟", "مىنۇت")
	villages   = w("villages", "个村", "كەنت")
	trees      = w("trees", "棵", "تۈپ")
	households = w("households", "户", "ئائىلە")
	pieces     = w("pieces", "件", "دانە")
)
