package manycore

import "fmt"

// Validate reports what keeps a chip that was not made by [Read] from being used, as [Problems].
func (c *Chip) Validate() error {
	var bad Problems
	at := Place{Path: fmt.Sprintf("chip %q", c.Name)}
	if c.Width < 1 || c.Width > maxSide || c.Height < 1 || c.Height > maxSide {
		bad.add(at, "a mesh of %d by %d tiles; valid: 1 to %d each way", c.Width, c.Height, maxSide)
	} else if len(c.Tiles) > c.Width*c.Height {
		bad.add(at, "%d tiles on a mesh of %d by %d", len(c.Tiles), c.Width, c.Height)
	}
	if len(c.Cores) < 1 || len(c.Cores) > maxCores {
		bad.add(at, "%d cores; valid: 1 to %d", len(c.Cores), maxCores)
	}
	cores := 0
	for i := range c.Tiles {
		t := &c.Tiles[i]
		if len(bad) == 0 && (t.X != i/c.Height || t.Y != i%c.Height) {
			bad.add(at, "tile %d is at (%d, %d); valid: (%d, %d), as tiles are numbered column by column", i, t.X, t.Y, i/c.Height, i%c.Height)
		}
		if t.First != cores || t.Cores < 0 || t.Cores > len(c.Cores)-cores {
			bad.add(at, "tile %d has cores %d to %d; valid: the next ones of %d, from %d", i, t.First, t.First+t.Cores-1, len(c.Cores), cores)
			return bad.err()
		}
		for k := range t.Cores {
			c.Cores[cores+k].validate(&bad, at, i, k)
		}
		cores += t.Cores
	}
	if cores != len(c.Cores) {
		bad.add(at, "%d of %d cores are in no tile", len(c.Cores)-cores, len(c.Cores))
	}
	return bad.err()
}

// validate checks one core.
func (k *Core) validate(bad *Problems, at Place, tile, offset int) {
	if k.Tile != tile || k.Offset != offset {
		bad.add(at, "core %d.%d says that it is %d.%d", tile, offset, k.Tile, k.Offset)
	}
	for _, s := range []struct {
		section string
		units   int
	}{{"axon_in", len(k.AxonIn)}, {"synapse", len(k.Synapses)}, {"dendrite", len(k.Dendrites)}, {"soma", len(k.Somas)}, {"axon_out", len(k.AxonOut)}} {
		if s.units == 0 {
			bad.add(at, "core %d.%d has no %s unit; valid: at least one in every section", tile, offset, s.section)
		}
	}
}
