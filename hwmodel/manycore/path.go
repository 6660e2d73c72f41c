package manycore

// path is the way of a message through the mesh: first along x, then along y.
type path struct {
	hops    [directions]int64
	energy  float64 // J, of all hops
	latency float64 // s, of all hops without congestion
}

func (p *path) length() int64 { return p.hops[North] + p.hops[East] + p.hops[South] + p.hops[West] }

// path returns the way between two cores. Hops cost what the tile that sends the message says, by
// direction.
func (c *Chip) path(from, to int) (p path) {
	a, b := &c.Tiles[c.Cores[from].Tile], &c.Tiles[c.Cores[to].Tile]
	p.hops[East], p.hops[West] = max(int64(b.X-a.X), 0), max(int64(a.X-b.X), 0)
	p.hops[North], p.hops[South] = max(int64(b.Y-a.Y), 0), max(int64(a.Y-b.Y), 0)
	for d := range directions {
		p.energy += float64(float64(p.hops[d]) * a.Hop[d].Energy.amount())
		p.latency += float64(float64(p.hops[d]) * a.Hop[d].Latency.amount())
	}
	return p
}

// port is one way out of a tile, and the buffer that belongs to it: in one of the four directions, or to
// a core.
type port struct{ x, y, exit int }

// ports lists the buffers that a message between two cores passes: the exit of its own core at the first
// tile, and at every later tile, the last included, the direction in which it came.
func (c *Chip) ports(list []port, from, to int) []port {
	a, b := &c.Tiles[c.Cores[from].Tile], &c.Tiles[c.Cores[to].Tile]
	at := port{a.X, a.Y, directions + c.Cores[from].Offset}
	list = append(list, at)
	for at.x != b.X {
		if at.x < b.X {
			at.x, at.exit = at.x+1, int(East)
		} else {
			at.x, at.exit = at.x-1, int(West)
		}
		list = append(list, at)
	}
	for at.y != b.Y {
		if at.y < b.Y {
			at.y, at.exit = at.y+1, int(North)
		} else {
			at.y, at.exit = at.y-1, int(South)
		}
		list = append(list, at)
	}
	return list
}
