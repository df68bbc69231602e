package demo

import (
	"bytes"
	"fmt"

	"kept/photo"
	"kept/spool"
)

// latrineScene came with a report that nobody has passed yet.
var latrineScene = scene{"latrines", w(
	"Three small brick houses in a row, the last without a door, a pit with bricks beside it",
	"一排三座砖砌小屋，最后一座还没有门，旁边有砌了砖的坑",
	"بىر قاتار ئۈچ كىچىك خىش ئۆي، ئاخىرقىسىنىڭ ئىشىكى يوق، يېنىدا خىش تىزىلغان ئورەك"),
	func(c *canvas) {
		c.landscape(skyWarm, 250)
		c.poplar(62, 268, 130)
		c.poplar(668, 262, 110)
		c.rect(sand, 0, 390, 720, 90)
		for i := range 3 {
			x := 90 + 150*i
			c.rect(brick, x, 240, 100, 150)
			for row := range 7 {
				c.rect(wallDim, x, 258+20*row, 100, 1)
			}
			c.shape(iron, point{x - 12, 244}, point{x + 112, 226}, point{x + 112, 236}, point{x - 12, 254})
			c.rect(ironLit, x+84, 186, 8, 48)
			c.rect(iron, x+81, 180, 14, 8)
			if i < 2 {
				c.rect(green, x+30, 290, 40, 100)
				c.rect(paper, x+62, 338, 4, 8)
			} else {
				c.rect(woodDim, x+30, 290, 40, 100)
			}
		}
		c.oval(earth, 612, 416, 74, 24)
		c.oval(earthDim, 612, 412, 60, 17)
		c.oval(woodDim, 612, 414, 48, 12)
		for i := range 5 {
			c.rect(brick, 540+20*i, 444-i%2*12, 18, 11)
		}
	}}

// Waiting puts into the spool the pictures of those reports that nobody has passed, as they would have arrived with them. A picture
// that has arrived stays as it is.
func Waiting(to *spool.Spool, today string) error {
	s := tell(today)
	for _, r := range s.reports {
		if r.looked {
			continue
		}
		for _, sc := range r.scenes {
			body, err := sc.png()
			if err != nil {
				return err
			}
			clean, err := photo.Filter(bytes.NewReader(body), photo.Usual)
			if err != nil {
				return fmt.Errorf("demo: the picture %s: %w", sc.name, err)
			}
			final, err := photo.Remake(clean)
			if err != nil {
				return fmt.Errorf("demo: the picture %s: %w", sc.name, err)
			}
			if err := to.Put(Name, r.id, sc.id(r.key), final.Body); err != nil {
				return err
			}
		}
	}
	return nil
}
