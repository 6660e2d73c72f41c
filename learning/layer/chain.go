package layer

import (
	"errors"
	"fmt"
	"slices"

	"couplet/internal/dense"
)

// Chain is the composition of maps, itself one map: what lies between the spikes of one layer and the
// membranes of the next, say a constant factor, an average pooling and a convolution.
//
// Any of the maps may have parameters. Accumulate feeds each of them its own share: the input as the
// maps before it transform it, the error as the maps after it send it back.
type Chain[F Real] struct {
	in, out []int
	params  []*Param[F]
	prepare []Prepared

	stages      []Map[F]
	first, last int   // the first and the last stage with parameters; first > last if there is none
	sizes       []int // sizes[i] is the number of values of a sample before stage i

	activity, errors [][]F // scratch, before each stage but the first
}

// NewChain makes the composition of one map or more, in the order in which activity passes through
// them. The shape after each map must be the one before the next, and the names of parameters must
// differ.
func NewChain[F Real](maps ...Map[F]) (*Chain[F], error) {
	if len(maps) == 0 {
		return nil, errors.New("layer: a chain needs at least one map")
	}
	c := &Chain[F]{in: maps[0].InShape(), out: maps[len(maps)-1].OutShape()}
	names := map[string]bool{}
	for i, m := range maps {
		if i > 0 && !slices.Equal(maps[i-1].OutShape(), m.InShape()) {
			return nil, fmt.Errorf("layer: map %d of a chain takes %v, but the one before gives %v",
				i, m.InShape(), maps[i-1].OutShape())
		}
		for _, p := range m.Params() {
			if names[p.Name] {
				return nil, fmt.Errorf("layer: two parameters of a chain have the same name (%s)", p.Name)
			}
			names[p.Name] = true
			c.params = append(c.params, p)
		}
		if p, ok := m.(Prepared); ok {
			c.prepare = append(c.prepare, p)
		}
	}
	c.setStages(maps)
	return c, nil
}

// setStages keeps the maps that do something: a change of shape is nothing to flat arrays.
func (c *Chain[F]) setStages(maps []Map[F]) {
	for _, m := range maps {
		if _, ok := m.(*Reshape[F]); !ok {
			c.stages = append(c.stages, m)
		}
	}
	if len(c.stages) == 0 {
		c.stages = maps[:1:1]
	}
	c.first, c.last = len(c.stages), -1
	for i, m := range c.stages {
		c.sizes = append(c.sizes, Size(m.InShape()))
		if len(m.Params()) > 0 {
			c.first, c.last = min(c.first, i), i
		}
	}
	c.activity = make([][]F, len(c.stages))
	c.errors = make([][]F, len(c.stages))
}

// Stages returns the maps that do something, in their order: all but changes of shape, or one of those if
// there is nothing else.
func (c *Chain[F]) Stages() []Map[F] { return slices.Clone(c.stages) }

// InShape returns the shape before the first map.
func (c *Chain[F]) InShape() []int { return c.in }

// OutShape returns the shape after the last map.
func (c *Chain[F]) OutShape() []int { return c.out }

// Params lists the parameters of all maps, in the order of the maps.
func (c *Chain[F]) Params() []*Param[F] { return c.params }

// Prepare prepares the maps that derive their weights.
func (c *Chain[F]) Prepare() {
	for _, p := range c.prepare {
		p.Prepare()
	}
}

// Finish turns gradients of derived weights into gradients of parameters.
func (c *Chain[F]) Finish() {
	for _, p := range c.prepare {
		p.Finish()
	}
}

// SetWorkspace has the work of all maps done in one workspace.
func (c *Chain[F]) SetWorkspace(ws *dense.Workspace[F]) {
	for _, m := range c.stages {
		SetWorkspace(m, ws)
	}
}

// Forward sets y to the activity x as all maps transform it.
func (c *Chain[F]) Forward(x, y []F, batch int) {
	last := len(c.stages) - 1
	c.stages[last].Forward(c.forwardTo(last, x, batch), y, batch)
}

// forwardTo runs the stages before the given one and returns the activity that reaches it.
func (c *Chain[F]) forwardTo(stage int, x []F, batch int) []F {
	for i := 1; i <= stage; i++ {
		c.activity[i] = grown(c.activity[i], batch*c.sizes[i])
		c.stages[i-1].Forward(x, c.activity[i], batch)
		x = c.activity[i]
	}
	return x
}

// Back sets gx to the errors gy as all maps, from the last to the first, send them back.
func (c *Chain[F]) Back(gy, gx []F, batch int) {
	for i := len(c.stages) - 1; i > 0; i-- {
		gy = c.backThrough(i, gy, batch)
	}
	c.stages[0].Back(gy, gx, batch)
}

// backThrough returns the errors before stage i, at least 1, from those after it.
func (c *Chain[F]) backThrough(i int, gy []F, batch int) []F {
	c.errors[i] = grown(c.errors[i], batch*c.sizes[i])
	c.stages[i].Back(gy, c.errors[i], batch)
	return c.errors[i]
}

// Accumulate adds the gradients of the parameters of all maps. No activity is computed beyond the last
// map with parameters, and no error before the first.
func (c *Chain[F]) Accumulate(x, gy []F, batch int) {
	if c.first > c.last {
		return
	}
	c.forwardTo(c.last, x, batch)
	for i := len(c.stages) - 1; ; i-- {
		if i <= c.last {
			c.stages[i].Accumulate(c.before(i, x), gy, batch)
		}
		if i == c.first {
			return
		}
		gy = c.backThrough(i, gy, batch)
	}
}

// before returns the activity before stage i, for the input x, after forwardTo.
func (c *Chain[F]) before(i int, x []F) []F {
	if i == 0 {
		return x
	}
	return c.activity[i]
}
