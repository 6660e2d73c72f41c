package manycore

import "fmt"

// Check holds a mapping against everything that a chip limits and returns it with what it uses. The parts
// must cover every neuron of the description that is on the chip, once.
//
// The error is [Problems] if the description or the mapping makes no sense, and a [*LimitError] that
// names population, core and limit if it does not fit. In the second case the placement is returned too,
// so that its table can be shown.
func Check(c *Chip, d *Description, parts []Part) (*Placement, error) {
	l, err := c.mapped(d, parts)
	if err != nil {
		return nil, err
	}
	s := l.takeSurvey()
	return s.placement(), s.bad.err()
}

// mapped puts a network on the chip, after a check that chip, network and mapping make sense.
func (c *Chip) mapped(d *Description, parts []Part) (*layout, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	l := newLayout(c, d)
	return l, l.put(parts)
}

// placement is the survey's result as plain data.
func (s *survey) placement() *Placement {
	p := &Placement{Network: s.d.Name, Chip: s.chip.Name, Parts: s.parts, Cores: s.cores, WorstCase: s.worstCase}
	tile := -1
	for _, u := range s.cores {
		if t := s.chip.Cores[u.Core].Tile; t != tile {
			tile = t
			p.Tiles++
		}
	}
	p.index()
	return p
}

func decayDetail(d, nearest, steps float64) string {
	return fmt.Sprintf("decay %g is not a multiple of 1/%.0f; the nearest one is %.0f/%.0f = %g", d, steps, nearest, steps, nearest/steps)
}
