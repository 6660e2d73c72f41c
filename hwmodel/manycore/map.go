package manycore

import "fmt"

// MapOptions choose between automatic mappings.
type MapOptions struct {
	Order Order
	// OwnCores starts every population on a new core; otherwise small populations share one.
	OwnCores bool
}

// Order is the order in which cores are filled.
type Order uint8

const (
	// ByNumber goes through the tiles column by column, always upwards.
	ByNumber Order = iota
	// Snake goes up one column of tiles and down the next, so that consecutive tiles are neighbours.
	Snake
)

// Map places the populations on the cores of a chip: in the order of the description, neuron by neuron, on
// the first core that has not been closed; a core is closed when the next neuron does not fit. What a
// neuron takes are its place, the memory of its synapses, an axon for every source that does not reach the
// core yet, and an axon for every core that it reaches itself.
//
// How many cores a neuron reaches depends on where its targets are, which may not be known yet. So the
// filling is repeated with the numbers found in the round before, until all cores keep their limit; a
// feed-forward network needs as many rounds as layers at most.
//
// The result has gone through [Check], which counts anew. The error is [Problems] if the description makes no sense,
// or a [*LimitError] that names the population that does not fit, the core and the limit. The same
// input gives the same mapping.
func Map(c *Chip, d *Description, o MapOptions) (*Placement, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if o.Order > Snake {
		return nil, Problems{{Message: fmt.Sprintf("unknown order %d of cores; valid: ByNumber, Snake", o.Order)}}
	}
	if err := c.holdDescription(d); err != nil {
		return nil, err
	}
	reach := make([]int64, newLayout(c, d).neurons())
	for {
		f := newFiller(c, d, o, reach)
		if v := f.fill(); v != nil {
			return nil, &LimitError{Chip: c.Name, List: []Violation{*v}}
		}
		l := newLayout(c, d)
		if err := l.put(f.parts); err != nil {
			return nil, err
		}
		s := l.takeSurvey()
		if !s.axonsOutExceed() || !raise(reach, s.reach) {
			return s.placement(), s.bad.err()
		}
	}
}

func (l *layout) neurons() int { return len(l.core) }

// axonsOutExceed tells whether a core has more outgoing axons than its limit.
func (s *survey) axonsOutExceed() bool {
	limit := s.chip.Limits.AxonsOutPerCore
	for i := range s.cores {
		if limit.Given() && s.cores[i].AxonsOut > limit.Value {
			return true
		}
	}
	return false
}

// raise brings an estimate up to what was found; false if it was not below. As an estimate only grows, and never
// beyond the number of cores, the rounds of Map come to an end.
func raise(estimate, found []int64) (raised bool) {
	for i, n := range found {
		if n > estimate[i] {
			estimate[i] = n
			raised = true
		}
	}
	return raised
}

// holdDescription checks what no placement can mend.
func (c *Chip) holdDescription(d *Description) error {
	bad := LimitError{Chip: c.Name}
	for i := range d.Projections {
		c.holdProjection(&d.Projections[i], bad.add)
	}
	for i := range d.Populations {
		c.holdDecays(&d.Populations[i], bad.add)
	}
	return bad.err()
}

// order returns the numbers of the cores in the order in which they are filled.
func (c *Chip) order(o Order) []int {
	list := make([]int, 0, len(c.Cores))
	for lo := 0; lo < len(c.Tiles); {
		hi := min(lo+c.Height, len(c.Tiles)) // a column of tiles
		for i := lo; i < hi; i++ {
			tile := &c.Tiles[i]
			if o == Snake && (lo/c.Height)%2 == 1 {
				tile = &c.Tiles[hi-1-(i-lo)]
			}
			for k := range tile.Cores {
				list = append(list, tile.First+k)
			}
		}
		lo = hi
	}
	return list
}
