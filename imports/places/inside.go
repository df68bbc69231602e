package places

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"kept/locale"
)

// point is longitude, latitude.
type point [2]float64

// ring is a closed line. The first of a polygon is its outside, the others are holes.
type ring []point

// inside is a point of the geometry, as a position: a point itself, or one inside the largest area. Products and sums are
// taken apart by conversions, so that every machine gives the same point.
func (g *geometry) inside() (string, *locale.Error) {
	switch g.Type {
	case "Point":
		var raw []float64
		if json.Unmarshal(g.Coordinates, &raw) != nil {
			break
		}
		if len(raw) == 0 {
			return "", nil // a place that nobody has put on the map yet
		}
		p, ok := pointOf(raw)
		if !ok {
			break
		}
		return p.position()
	case "Polygon":
		var raw [][][]float64
		if json.Unmarshal(g.Coordinates, &raw) == nil {
			return within([][][][]float64{raw})
		}
	case "MultiPolygon":
		var raw [][][][]float64
		if json.Unmarshal(g.Coordinates, &raw) == nil {
			return within(raw)
		}
	}
	return "", fault("places-file.geometry", "Text", short(g.Type))
}

func pointOf(raw []float64) (point, bool) {
	if len(raw) < 2 {
		return point{}, false
	}
	p := point{raw[0], raw[1]}
	return p, p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}

// position writes a point with five decimals.
func (p point) position() (string, *locale.Error) {
	if p == (point{}) {
		return "", fault("places-file.zero-position")
	}
	write := func(n float64) string {
		s := strconv.FormatFloat(n, 'f', 5, 64)
		if isZero(s) {
			return "0.00000"
		}
		return s
	}
	return write(p[1]) + " " + write(p[0]), nil
}

// within is a point inside the largest of some polygons.
func within(raw [][][][]float64) (string, *locale.Error) {
	var best []ring
	largest := -1.0
	for _, polygon := range raw {
		var rings []ring
		for _, line := range polygon {
			r := make(ring, 0, len(line))
			for _, xy := range line {
				p, ok := pointOf(xy)
				if !ok {
					return "", fault("places-file.geometry", "Text", "Polygon")
				}
				r = append(r, p)
			}
			rings = append(rings, r)
		}
		if len(rings) == 0 || len(rings[0]) == 0 {
			continue
		}
		if area, _ := rings[0].area(); max(area, -area) > largest {
			best, largest = rings, max(area, -area)
		}
	}
	if best == nil {
		return "", nil
	}
	return pick(best).position()
}

// area is twice the area of a ring, negative if it runs clockwise, and its centre.
func (r ring) area() (float64, point) {
	var sum, x, y float64
	origin := r[0] // near numbers are multiplied, not far ones
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		ax, ay, bx, by := a[0]-origin[0], a[1]-origin[1], b[0]-origin[0], b[1]-origin[1]
		cross := float64(ax*by) - float64(bx*ay)
		sum += cross
		x += float64((ax + bx) * cross)
		y += float64((ay + by) * cross)
	}
	if sum == 0 {
		return 0, origin
	}
	return sum, point{float64(x/(3*sum)) + origin[0], float64(y/(3*sum)) + origin[1]}
}

// pick is the centre of an area if it lies inside, else the middle of the widest part at half its height.
func pick(rings []ring) point {
	area, centre := rings[0].area()
	if area == 0 {
		return rings[0][0] // a line, or less
	}
	if contains(rings, centre) {
		return centre
	}
	low, high := rings[0][0][1], rings[0][0][1]
	for _, p := range rings[0] {
		low, high = min(low, p[1]), max(high, p[1])
	}
	y := low + float64((high-low)/2)
	xs := crossings(rings, y)
	best, width := rings[0][0], -1.0
	for i := 0; i+1 < len(xs); i += 2 {
		if w := xs[i+1] - xs[i]; w > width {
			best, width = point{xs[i] + float64(w/2), y}, w
		}
	}
	return best
}

// contains says whether a point lies inside: west of it lies an odd number of lines.
func contains(rings []ring, p point) bool {
	n := 0
	for _, x := range crossings(rings, p[1]) {
		if x < p[0] {
			n++
		}
	}
	return n%2 == 1
}

// crossings are where the lines of all rings cross a latitude, from west to east.
func crossings(rings []ring, y float64) (xs []float64) {
	for _, r := range rings {
		for i := range r {
			a, b := r[i], r[(i+1)%len(r)]
			if (a[1] <= y) != (b[1] <= y) {
				xs = append(xs, a[0]+float64(float64((y-a[1])/(b[1]-a[1]))*(b[0]-a[0])))
			}
		}
	}
	slices.SortFunc(xs, cmp.Compare)
	return xs
}
