package demo

var classroomScene = scene{"classroom", w(
	"A classroom in the evening: a board with a sum on it, a lamp, empty benches",
	"晚上的教室：黑板上写着算式，一盏灯，几条空凳",
	"كەچتىكى سىنىپ: ھېساب مىسالى يېزىلغان دوسكا، بىر چىراغ، قۇرۇق ئورۇندۇقلار"),
	func(c *canvas) {
		c.rect(wall, 0, 0, width, 350)
		c.rect(wallDim, 0, 300, width, 50)
		c.rect(earth, 0, 350, width, 130)
		for x := -100; x < width; x += 90 { // floor boards
			c.line(earthDim, 2, point{x + 60, 350}, point{x - 30, 480})
		}
		c.rect(wood, 170, 70, 380, 200)
		c.rect(0x2f4a40, 182, 82, 356, 176)
		// 7 + 5 = 12
		chalk := func(points ...point) { c.path(paper, 6, points...) }
		chalk(point{214, 130}, point{250, 130}, point{228, 196})
		chalk(point{278, 166}, point{314, 166})
		chalk(point{296, 148}, point{296, 184})
		chalk(point{374, 130}, point{344, 130}, point{342, 158}, point{366, 160}, point{374, 178}, point{362, 196}, point{338, 194})
		chalk(point{402, 156}, point{434, 156})
		chalk(point{402, 174}, point{434, 174})
		chalk(point{458, 142}, point{470, 130}, point{470, 196})
		chalk(point{490, 140}, point{506, 130}, point{518, 144}, point{490, 194}, point{522, 194})
		c.line(lakeLit, 3, point{206, 226}, point{514, 226})
		c.rect(iron, 40, 70, 90, 110) // the window, dark outside
		c.rect(0x31414f, 46, 76, 78, 98)
		c.rect(wood, 83, 76, 4, 98)
		c.rect(wood, 46, 123, 78, 4)
		c.disc(paper, 106, 96, 7)
		c.rect(iron, 632, 0, 3, 66) // the lamp
		c.oval(sand, 634, 108, 40, 40)
		c.shape(green, point{602, 100}, point{618, 66}, point{650, 66}, point{666, 100})
		c.oval(paper, 634, 103, 17, 10)
		for _, x := range []int{60, 290, 520} {
			c.rect(woodDim, x+14, 372, 9, 50)
			c.rect(woodDim, x+122, 372, 9, 50)
			c.rect(wood, x, 360, 146, 14)
			c.rect(paper, x+40, 354, 34, 6)
			c.rect(red, x+84, 352, 24, 8)
			c.rect(woodDim, x+30, 446, 8, 34)
			c.rect(woodDim, x+112, 446, 8, 34)
			c.rect(wood, x+10, 438, 130, 11)
		}
	}}

var boardScene = scene{"board", w(
	"A notice board under a small roof, three sheets of accounts pinned to it",
	"带小屋檐的公告栏，贴着三张账目",
	"كىچىك ئۆگزىلىك ئېلان تاختىسى، ئۈستىگە ئۈچ ۋاراق ھېسابات چاپلانغان"),
	func(c *canvas) {
		c.landscape(sky, 290)
		c.poplar(70, 330, 170)
		c.poplar(660, 334, 150)
		c.rect(woodDim, 170, 120, 16, 310)
		c.rect(woodDim, 534, 120, 16, 310)
		c.rect(wood, 150, 130, 420, 210)
		c.rect(sand, 164, 144, 392, 182)
		c.shape(brick, point{120, 132}, point{360, 62}, point{600, 132}, point{600, 144}, point{120, 144})
		c.shape(red, point{120, 132}, point{360, 62}, point{600, 132})
		for i := range 3 {
			x := 182 + 124*i
			c.rect(earthDim, x+4, 164, 108, 146)
			c.rect(paper, x, 160, 108, 146)
			c.disc(red, x+54, 166, 5)
			c.rect(iron, x+14, 178, 60, 5)
			for line := range 7 {
				c.rect(stone, x+14, 196+14*line, 46-(line*7)%19, 4)
				c.rect(stoneDim, x+74, 196+14*line, 22, 4)
			}
			c.rect(iron, x+14, 292, 82, 3)
		}
		c.oval(grassDim, 178, 432, 40, 8)
		c.oval(grassDim, 542, 432, 40, 8)
	}}

var seedDrillScene = scene{"seed drill", w(
	"A seed drill in a field, straight rows of fresh earth behind it",
	"田里的一台播种机，后面是整齐的新播垄",
	"ئېتىزدىكى ئۇرۇق سېپىش ماشىنىسى، ئارقىسىدا تۈز چۆنەكلەر"),
	func(c *canvas) {
		c.landscape(skyWarm, 230)
		c.rect(earth, 0, 250, width, 230)
		for i := -9; i <= 9; i++ { // furrows that meet at the horizon
			c.shape(earthDim, point{360 + 8*i, 250}, point{362 + 8*i, 250}, point{360 + 84*i + 16, 480}, point{360 + 84*i - 16, 480})
		}
		c.rect(grass, 0, 236, width, 16)
		c.rect(iron, 176, 318, 368, 14)
		c.shape(green, point{190, 236}, point{530, 236}, point{506, 306}, point{214, 306})
		c.rect(grassDim, 182, 226, 356, 12)
		c.rect(paper, 320, 256, 80, 26)
		c.rect(leaf, 356, 262, 6, 16)
		c.oval(leaf, 366, 264, 8, 4)
		for x := 220; x <= 500; x += 40 {
			c.line(ironLit, 6, point{x, 306}, point{x - 6, 372})
			c.shape(iron, point{x - 16, 366}, point{x + 4, 366}, point{x - 10, 394})
		}
		for _, x := range []int{158, 562} {
			c.disc(iron, x, 340, 56)
			c.disc(earth, x, 340, 44)
			c.rect(ironLit, x-3, 298, 6, 84)
			c.rect(ironLit, x-42, 337, 84, 6)
			c.disc(red, x, 340, 10)
		}
		c.path(iron, 8, point{360, 324}, point{360, 420}, point{360, 460})
		c.disc(iron, 360, 458, 8)
	}}

var saplingsScene = scene{"saplings", w(
	"Rows of young apple trees, each tied to a stake, with a water furrow between",
	"一行行苹果幼树绑着支桩，行间有灌水沟",
	"قوزۇققا باغلانغان ياش ئالما كۆچەتلىرىنىڭ قاتارلىرى، ئارىسىدا سۇ ئېرىقى"),
	func(c *canvas) {
		c.landscape(sky, 240)
		c.rect(grassLit, 0, 250, width, 230)
		c.shape(earthDim, point{354, 250}, point{364, 250}, point{430, 480}, point{280, 480})
		c.shape(lakeLit, point{357, 250}, point{361, 250}, point{392, 480}, point{318, 480})
		for row := range 6 {
			y := 268 + row*(row+1)*7
			size := 26 + row*15
			for _, side := range []int{-3, -2, -1, 1, 2, 3} {
				x := 358 + side*(40+row*23) - 6*row*sign(side)
				c.oval(earth, x, y, size/4, size/14+1)
				c.rect(sand, x+size/8, y-size*3/4, max(size/18, 1), size*3/4)
				c.rect(wood, x-1, y-size/2, max(size/16, 2), size/2)
				c.oval(leaf, x, y-size*3/4, size/4, size*3/10)
				c.oval(grassDim, x-size/14, y-size*4/5, size/8, size/6)
			}
		}
	}}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}
