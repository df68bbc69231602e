package demo

var rigScene = scene{"rig", w(
	"A drilling rig on a slope, three lengths of pipe beside it",
	"山坡上的一台钻机，旁边放着三节钻管",
	"يانباغىردىكى بۇرغىلاش ماشىنىسى، يېنىدا ئۈچ تال تۇرۇبا"),
	func(c *canvas) {
		c.landscape(skyWarm, 290)
		c.shape(earth, append(curve(point{0, 400}, point{320, 320}, point{720, 380}), point{720, 480}, point{0, 480})...)
		c.shape(earthDim, append(curve(point{230, 392}, point{390, 356}, point{560, 396}), point{520, 420}, point{270, 420})...)
		// The mast: two legs with cross pieces, a wheel on top, the pipe in the middle.
		c.path(ironLit, 7, point{392, 392}, point{392, 60})
		c.path(red, 10, point{340, 396}, point{382, 70})
		c.path(red, 10, point{444, 396}, point{402, 70})
		for y := 110; y < 380; y += 54 {
			half := 12 + (y-70)*40/320
			c.path(red, 5, point{392 - half, y}, point{392 + half, y})
			c.path(red, 3, point{392 - half, y}, point{392 + half + 7, y + 54})
		}
		c.disc(iron, 392, 66, 17)
		c.disc(ironLit, 392, 66, 7)
		// The engine on its sledge.
		c.rect(iron, 462, 372, 150, 12)
		c.rect(green, 478, 318, 112, 54)
		c.rect(grassDim, 478, 318, 112, 12)
		c.rect(iron, 560, 286, 9, 34)
		c.disc(iron, 500, 386, 15)
		c.disc(iron, 590, 386, 15)
		c.path(iron, 3, point{478, 340}, point{402, 72})
		for i := range 3 {
			c.line(ironLit, 10, point{70, 416 + 17*i}, point{300, 408 + 17*i})
			c.disc(iron, 300, 408+17*i, 4)
		}
		for _, x := range []int{96, 180, 640} { // stakes that mark the places
			c.rect(wood, x, 352, 5, 34)
			c.rect(paper, x, 352, 18, 10)
		}
	}}

var firstPumpScene = scene{"first pump", w(
	"A hand pump in a meadow, a full bucket under its spout",
	"草地上的一台手压泵，出水口下放着一桶满水",
	"چىمەنلىكتىكى قول پومپا، جۈمىكىنىڭ ئاستىدا سۇ تولغان چېلەك"),
	func(c *canvas) {
		c.landscape(sky, 280)
		c.shape(grassLit, append(curve(point{0, 372}, point{360, 320}, point{720, 386}), point{720, 480}, point{0, 480})...)
		c.poplar(92, 316, 150)
		c.poplar(128, 322, 120)
		c.tree(640, 330, 110)
		c.oval(earth, 366, 410, 150, 30)
		c.pump(380, 410, 230)
		c.path(lakeLit, 6, point{287, 315}, point{284, 350}, point{284, 392})
		c.bucket(284, 424, 44)
	}}

var threeWellsScene = scene{"three wells", w(
	"Three pumps in a row along a field path, drill pipes stacked in front",
	"田间路旁一排三台泵，前面堆着钻管",
	"ئېتىز يولى بويىدا بىر قاتار ئۈچ پومپا، ئالدىدا دۆۋىلەپ قويۇلغان بۇرغا تۇرۇبىلىرى"),
	func(c *canvas) {
		c.landscape(sky, 260)
		c.shape(sand, append(curve(point{720, 290}, point{330, 300}, point{40, 480}), point{330, 480}, point{720, 312})...)
		c.shape(grassDim, point{0, 300}, point{250, 284}, point{0, 392})
		for i := range 6 { // furrows
			c.line(earth, 4, point{0, 312 + 14*i}, point{230 - 34*i, 288 + 6*i})
		}
		c.oval(stone, 620, 304, 34, 7)
		c.pump(620, 304, 66)
		c.oval(stone, 486, 344, 54, 11)
		c.pump(486, 344, 108)
		c.oval(stone, 290, 408, 86, 17)
		c.pump(290, 408, 176)
		for row := range 3 {
			for i := range 4 - row {
				x, y := 520+34*i+17*row, 444-28*row
				c.disc(iron, x, y, 16)
				c.disc(ironLit, x, y, 11)
				c.disc(woodDim, x, y, 7)
			}
		}
	}}

var apronScene = scene{"apron", w(
	"A hand pump on a new concrete apron, with a channel that leads the spilt water away",
	"新浇的水泥井台上立着手压泵，有水沟引走溢水",
	"يېڭى قۇيۇلغان سېمونت سۇپىدىكى قول پومپا، تۆكۈلگەن سۇنى ئېقىتىدىغان ئېرىقى بار"),
	func(c *canvas) {
		c.landscape(skyWarm, 250)
		c.house(70, 292, 120, 66, brick)
		c.tree(244, 296, 96)
		c.shape(stoneDim, point{150, 402}, point{262, 340}, point{560, 340}, point{640, 402}, point{640, 424}, point{150, 424})
		c.shape(stoneLit, point{150, 402}, point{262, 340}, point{560, 340}, point{640, 402})
		c.shape(stone, point{196, 394}, point{284, 348}, point{538, 348}, point{596, 394})
		c.shape(lake, point{212, 384}, point{256, 362}, point{302, 362}, point{268, 384})
		c.shape(stoneDim, point{0, 452}, point{184, 384}, point{212, 384}, point{40, 480}, point{0, 480})
		c.shape(lakeLit, point{0, 462}, point{192, 388}, point{206, 388}, point{24, 480}, point{0, 480})
		c.pump(414, 376, 250)
		c.path(lakeLit, 6, point{313, 272}, point{308, 310}, point{300, 366})
	}}

var fromTheRoadScene = scene{"from the road", w(
	"The same well seen from the road, houses and poplars behind it",
	"从路上看同一眼井，后面是房屋和白杨",
	"ئاشۇ قۇدۇقنىڭ يولدىن كۆرۈنۈشى، ئارقىسىدا ئۆيلەر ۋە تېرەكلەر"),
	func(c *canvas) {
		c.landscape(skyWarm, 240)
		for i, x := range []int{60, 92, 128, 566, 604, 640, 676} {
			c.poplar(x, 272+i%3*4, 140-i%3*16)
		}
		c.house(178, 290, 110, 60, brick)
		c.house(316, 282, 88, 50, stoneDim)
		c.house(440, 290, 104, 58, brick)
		c.shape(grassLit, append(curve(point{0, 330}, point{360, 296}, point{720, 336}), point{720, 480}, point{0, 480})...)
		c.shape(sand, append(curve(point{0, 420}, point{380, 372}, point{720, 430}), point{720, 480}, point{0, 480})...)
		c.shape(earth, append(curve(point{0, 452}, point{380, 408}, point{720, 462}), point{720, 468}, point{380, 418}, point{0, 462})...)
		c.shape(stoneLit, point{330, 372}, point{364, 346}, point{452, 346}, point{486, 372})
		c.rect(stoneDim, 330, 372, 156, 7)
		c.pump(410, 364, 96)
		c.bucket(452, 370, 17)
	}}

var tapsScene = scene{"taps", w(
	"A covered spring of stone with three running taps over a trough",
	"石砌加盖的泉眼，三个水龙头流进水槽",
	"ئۈستى يېپىلغان تاش بۇلاق، ئۈچ جۈمەكتىن ئوقۇرغا سۇ ئېقىۋاتىدۇ"),
	func(c *canvas) {
		c.landscape(sky, 230)
		c.shape(grassDim, append(curve(point{0, 250}, point{420, 150}, point{720, 290}), point{720, 480}, point{0, 480})...)
		c.shape(stoneDim, point{150, 170}, point{360, 118}, point{570, 170})
		c.rect(stoneLit, 170, 170, 380, 190)
		for row := range 5 { // courses of stone
			y := 170 + 38*row
			c.rect(stone, 170, y+35, 380, 3)
			for x := 170 + row%2*32; x < 550; x += 64 {
				c.rect(stone, x, y, 3, 38)
			}
		}
		for _, x := range []int{246, 360, 474} {
			c.rect(lakeLit, x-3, 270, 7, 104)
			c.rect(iron, x-8, 244, 16, 12)
			c.rect(iron, x-5, 256, 10, 18)
			c.rect(red, x-12, 238, 24, 6)
		}
		c.shape(stoneDim, point{140, 372}, point{580, 372}, point{604, 440}, point{116, 440})
		c.shape(lake, point{156, 372}, point{564, 372}, point{572, 392}, point{148, 392})
	}}

var trenchScene = scene{"trench", w(
	"A trench across a meadow with a blue water pipe in it, earth heaped along one side",
	"横过草地的管沟，沟里铺着蓝色水管，一侧堆土",
	"چىمەنلىكتىن ئۆتكەن ئېرىق، ئىچىدە كۆك سۇ تۇرۇبىسى، بىر يېنىدا توپا دۆۋىسى"),
	func(c *canvas) {
		c.landscape(sky, 250)
		c.house(560, 280, 90, 52, brick)
		left := curve(point{470, 262}, point{380, 330}, point{120, 480})
		right := curve(point{340, 480}, point{440, 340}, point{484, 262})
		c.shape(earthDim, append(append([]point{}, left...), right...)...)
		c.shape(woodDim, append(curve(point{474, 268}, point{400, 334}, point{180, 480}), curve(point{300, 480}, point{424, 340}, point{482, 268})...)...)
		c.shape(lake, append(curve(point{477, 270}, point{408, 336}, point{222, 480}), curve(point{256, 480}, point{418, 338}, point{480, 270})...)...)
		for i, x := range []int{388, 430, 466, 494} {
			size := 62 - 14*i
			c.oval(earth, x+40-9*i, 452-54*i, size+26, size/2)
			c.oval(sand, x+30-9*i, 444-54*i, size, size/4)
		}
		c.line(wood, 5, point{92, 420}, point{168, 300}) // a spade left in the grass
		c.shape(ironLit, point{78, 424}, point{98, 410}, point{110, 420}, point{96, 448}, point{76, 450})
	}}
