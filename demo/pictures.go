package demo

import (
	"kept/ledger"
	"kept/locale"
)

// scene is a picture of work, and what it shows in words. No scene has people in it.
type scene struct {
	name  string
	shows locale.Wording
	draw  func(*canvas)
}

// id is the id by which a report names the picture before anyone has looked at it.
func (sc scene) id(report string) string {
	return ledger.DeriveID("demo picture " + sc.name + " of " + report)
}

// png is the picture's final bytes.
func (sc scene) png() ([]byte, error) {
	c := newCanvas()
	sc.draw(c)
	return c.png()
}

// The colours of the valley.
const (
	sky      = 0xd8e4e6
	skyWarm  = 0xece3d2
	cloud    = 0xeaf0ef
	farHill  = 0xa9bdb6
	nearHill = 0x869f8c
	grass    = 0x9fb37c
	grassLit = 0xb5c48d
	grassDim = 0x87a06b
	earth    = 0xb79a73
	earthDim = 0x96795a
	sand     = 0xd3bf97
	wood     = 0x7a5a3a
	woodDim  = 0x5b4229
	iron     = 0x3f4b52
	ironLit  = 0x6d7c84
	stone    = 0xa7a9a3
	stoneLit = 0xc6c7c0
	stoneDim = 0x84877f
	wall     = 0xe6dcc6
	wallDim  = 0xcfc2a6
	brick    = 0xa9674d
	lake     = 0x6f9fb0
	lakeLit  = 0x9cc0ca
	green    = 0x3f7a5e
	red      = 0xb4513c
	paper    = 0xf7f3e6
	leaf     = 0x5f8a4a
	shade    = 0x6c8258
)

var scenes = []scene{rigScene, firstPumpScene, threeWellsScene, apronScene, fromTheRoadScene, roadScene, rollerScene,
	classroomScene, boardScene, seedDrillScene, tapsScene, trenchScene, footBridgeScene, schoolRoofScene, grainStoreScene,
	saplingsScene, latrineScene}

// landscape draws sky, clouds and two rows of hills down to a meadow.
func (c *canvas) landscape(air int, horizon int) {
	c.rect(air, 0, 0, width, height)
	c.cloud(140, 80)
	c.cloud(520, 56)
	far := append([]point{{0, horizon}}, curve(point{0, horizon - 90}, point{110, horizon - 210}, point{250, horizon - 70})...)
	far = append(far, curve(point{250, horizon - 70}, point{400, horizon - 230}, point{560, horizon - 80})...)
	far = append(far, curve(point{560, horizon - 80}, point{650, horizon - 170}, point{720, horizon - 110})...)
	c.shape(farHill, append(far, point{720, horizon})...)
	near := append([]point{{0, horizon}}, curve(point{0, horizon - 30}, point{160, horizon - 110}, point{340, horizon - 14})...)
	near = append(near, curve(point{340, horizon - 14}, point{520, horizon - 100}, point{720, horizon - 34})...)
	c.shape(nearHill, append(near, point{720, horizon})...)
	c.rect(grass, 0, horizon, width, height-horizon)
}

func (c *canvas) cloud(x, y int) {
	c.oval(cloud, x, y, 54, 13)
	c.oval(cloud, x+34, y+10, 60, 12)
}

// tree draws a tree that stands at x, y.
func (c *canvas) tree(x, y, size int) {
	c.rect(wood, x-size/14, y-size/2, max(size/7, 2), size/2)
	c.oval(leaf, x, y-size*3/4, size*2/5, size*2/5)
	c.oval(grassDim, x-size/9, y-size*5/6, size/4, size/4)
}

// poplar draws a slim tree.
func (c *canvas) poplar(x, y, size int) {
	c.rect(wood, x-2, y-size/4, 5, size/4)
	c.oval(shade, x, y-size*3/5, size/8, size*2/5)
	c.oval(leaf, x-size/28, y-size*3/5, size/11, size*3/8)
}

// house draws a house with a gable roof, its left lower corner at x, y.
func (c *canvas) house(x, y, w, h, roof int) {
	c.rect(wall, x, y-h, w, h)
	c.rect(wallDim, x+w*2/3, y-h, w-w*2/3, h)
	c.shape(roof, point{x - w/10, y - h}, point{x + w/2, y - h - h*2/3}, point{x + w + w/10, y - h})
	c.rect(woodDim, x+w/8, y-h*2/3, w/6, h*2/3)
	c.rect(iron, x+w*2/5, y-h*2/3, w/6, h/4)
}

// pump draws a hand pump that stands at x, y.
func (c *canvas) pump(x, y, size int) {
	u := func(n int) int { return n * size / 100 }
	c.rect(iron, x-u(16), y-u(8), u(32), u(8))
	c.rect(green, x-u(9), y-u(70), u(18), u(64))
	c.rect(grassDim, x-u(9), y-u(70), u(5), u(64))
	c.rect(iron, x-u(13), y-u(84), u(26), u(16))
	c.path(iron, max(u(7), 2), point{x - u(2), y - u(80)}, point{x + u(40), y - u(104)}, point{x + u(62), y - u(98)})
	c.path(green, max(u(9), 2), point{x - u(4), y - u(52)}, point{x - u(34), y - u(52)}, point{x - u(40), y - u(42)})
	c.disc(ironLit, x+u(1), y-u(78), max(u(4), 1))
}

// bucket draws a bucket that stands at x, y.
func (c *canvas) bucket(x, y, size int) {
	c.shape(stoneDim, point{x - size/2, y - size}, point{x + size/2, y - size}, point{x + size*3/8, y}, point{x - size*3/8, y})
	c.oval(lakeLit, x, y-size, size/2, size/7)
}
