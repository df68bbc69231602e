package demo

var roadScene = scene{"road", w(
	"A gravel road that ends at a heap of gravel; beyond it a narrow track goes on",
	"砂石路修到一堆砂石处为止，前面仍是窄土路",
	"شېغىل يول بىر دۆۋە شېغىلغىچە كەلگەن، ئۇنىڭدىن نېرىسى تار چىغىر يول"),
	func(c *canvas) {
		c.landscape(skyWarm, 240)
		c.tree(110, 300, 120)
		c.tree(654, 288, 90)
		c.shape(earth, append(curve(point{424, 290}, point{470, 262}, point{396, 240}), curve(point{404, 240}, point{490, 264}, point{452, 294})...)...)
		c.shape(stoneDim, append(curve(point{80, 480}, point{300, 400}, point{384, 286}), curve(point{486, 290}, point{540, 400}, point{640, 480})...)...)
		c.shape(stoneLit, append(curve(point{112, 480}, point{318, 400}, point{394, 286}), curve(point{476, 290}, point{516, 400}, point{604, 480})...)...)
		for i := range 40 { // pebbles
			x, y := 260+(i*97)%250, 330+(i*61)%146
			c.oval(stone, x, y, 3+i%3, 2)
		}
		c.shape(stoneDim, append(curve(point{470, 322}, point{548, 180}, point{632, 322}), point{470, 322})...)
		c.shape(stone, append(curve(point{470, 322}, point{536, 200}, point{586, 322}), point{470, 322})...)
		for _, x := range []int{378, 492} {
			c.rect(red, x, 262, 6, 28)
			c.rect(paper, x, 270, 6, 8)
		}
	}}

var rollerScene = scene{"roller", w(
	"A road roller standing still beside the road, its side plate taken off",
	"停在路边的压路机，侧板已拆下",
	"يول بويىدا توختاپ تۇرغان يول تەكشىلەش ماشىنىسى، يان قاپقىقى ئېلىۋېتىلگەن"),
	func(c *canvas) {
		c.landscape(sky, 260)
		c.shape(stoneLit, append(curve(point{0, 410}, point{380, 372}, point{720, 420}), point{720, 480}, point{0, 480})...)
		c.rect(iron, 226, 322, 250, 26)
		c.rect(red, 318, 252, 150, 78)
		c.rect(woodDim, 340, 270, 74, 46)
		for i := range 3 {
			c.rect(ironLit, 352+20*i, 278, 10, 32)
		}
		c.rect(iron, 232, 176, 118, 9)
		c.rect(iron, 240, 184, 7, 140)
		c.rect(iron, 336, 184, 7, 72)
		c.rect(woodDim, 262, 288, 46, 12)
		c.rect(iron, 440, 210, 9, 44)
		c.disc(iron, 232, 362, 58)
		c.disc(ironLit, 232, 362, 46)
		c.disc(iron, 232, 362, 12)
		// The drum in its fork.
		c.disc(stoneDim, 492, 352, 70)
		c.disc(stone, 492, 352, 64)
		c.disc(stoneDim, 492, 352, 22)
		c.path(iron, 13, point{420, 318}, point{492, 318}, point{492, 352})
		c.disc(iron, 492, 352, 11)
		c.shape(red, point{590, 436}, point{664, 428}, point{678, 446}, point{600, 456})
	}}

var footBridgeScene = scene{"foot bridge", w(
	"A foot bridge with rails hangs over a river; a sign stands at its near end",
	"带栏杆的人行桥架在河上，桥头立着牌子",
	"دەريا ئۈستىدىكى رىشاتكىلىق پىيادىلەر كۆۋرۈكى، بېشىدا بىر تاختاي بار"),
	func(c *canvas) {
		c.landscape(sky, 240)
		c.shape(lake, append(curve(point{0, 330}, point{300, 300}, point{720, 330}), point{720, 480}, point{0, 480})...)
		for i := range 12 {
			c.rect(lakeLit, (i*173)%640, 352+(i*47)%116, 60+i%3*22, 3)
		}
		c.shape(grassDim, point{0, 300}, point{96, 306}, point{150, 380}, point{90, 480}, point{0, 480})
		c.shape(grassDim, point{720, 296}, point{630, 304}, point{582, 380}, point{640, 480}, point{720, 480})
		for _, x := range []int{132, 572} {
			c.rect(stoneDim, x, 180, 22, 240)
			c.rect(stone, x, 180, 8, 240)
		}
		c.path(iron, 5, append([]point{{40, 290}}, curve(point{142, 184}, point{362, 360}, point{582, 184})...)...)
		c.path(iron, 5, point{582, 184}, point{690, 288})
		for x := 170; x < 570; x += 28 {
			off := (x - 362) * (x - 362) / 560
			c.rect(iron, x, 272-off+12, 3, 306-(272-off+12))
		}
		c.rect(wood, 60, 304, 600, 14)
		c.rect(woodDim, 60, 314, 600, 5)
		c.rect(wood, 60, 272, 600, 5)
		c.rect(woodDim, 56, 240, 6, 70)
		c.rect(paper, 30, 214, 58, 34)
		c.path(red, 4, point{40, 242}, point{78, 220})
	}}

var schoolRoofScene = scene{"school roof", w(
	"A long school house with a new red roof; the old tiles lie stacked beside it",
	"长排校舍换上了红色新屋顶，旧瓦堆在一旁",
	"يېڭى قىزىل ئۆگزىلىك ئۇزۇن مەكتەپ ئۆيى، يېنىدا دۆۋىلەپ قويۇلغان كونا كاھىشلار"),
	func(c *canvas) {
		c.landscape(skyWarm, 270)
		c.tree(654, 330, 150)
		c.rect(wall, 96, 220, 480, 150)
		c.rect(wallDim, 96, 352, 480, 18)
		c.shape(red, point{70, 226}, point{150, 116}, point{522, 116}, point{602, 226})
		for x := 150; x <= 522; x += 31 { // seams of the roof
			foot := 70 + (x-150)*532/372
			c.line(brick, 3, point{x, 116}, point{foot, 226})
		}
		c.rect(brick, 70, 220, 532, 8)
		for i := range 4 {
			x := 130 + 76*i
			c.rect(lakeLit, x, 256, 48, 56)
			c.rect(wood, x+22, 256, 4, 56)
			c.rect(wood, x, 282, 48, 4)
		}
		c.rect(wood, 452, 262, 62, 108)
		c.disc(sand, 502, 318, 4)
		c.rect(sand, 0, 370, 720, 110)
		for row := range 4 {
			for i := range 5 - row {
				c.rect(brick, 586+20*i+10*row, 420-13*row, 18, 11)
			}
		}
	}}

var grainStoreScene = scene{"grain store", w(
	"The walls of a grain store under a canvas, sacks on a raised floor inside",
	"粮仓墙体上盖着篷布，里面架高的地板上放着粮袋",
	"برېزېنت يېپىلغان ئاشلىق ئىسكىلاتىنىڭ تاملىرى، ئىچىدىكى ئېگىز پولدا تاغارلار"),
	func(c *canvas) {
		c.landscape(sky, 270)
		c.rect(sand, 0, 380, 720, 100)
		c.rect(wallDim, 120, 200, 440, 190)
		for row := range 6 {
			y := 200 + 32*row
			c.rect(earth, 120, y, 440, 2)
			for x := 120 + row%2*28; x < 560; x += 56 {
				c.rect(earth, x, y, 2, 32)
			}
		}
		c.rect(woodDim, 250, 238, 180, 152)
		c.rect(wood, 250, 366, 180, 12)
		for row := range 3 {
			for i := range 4 - row {
				c.oval(sand, 278+42*i+21*row, 352-26*row, 23, 14)
				c.rect(earth, 277+42*i+21*row, 342-26*row, 2, 8)
			}
		}
		c.shape(green, append(curve(point{96, 206}, point{340, 110}, point{584, 206}), point{570, 226}, point{110, 226})...)
		for _, x := range []int{110, 570} {
			c.line(woodDim, 3, point{x, 222}, point{x + (x-340)/5, 400})
		}
	}}
