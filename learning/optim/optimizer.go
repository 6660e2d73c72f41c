package optim

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Optimizer moves parameters along their gradients.
type Optimizer[F Real] interface {
	// Step makes one update of all parameters from their gradients. The learning rates are those of
	// the options times factor, which is the value of a [Schedule] and 1 without one. An error leaves
	// everything as it was.
	Step(factor float64) error
	// Restart forgets what was learnt about the gradients, such as momentum, and keeps the parameters.
	Restart()
	// Columns lists the complete state. The slices are the optimiser's own: to keep them, copy them
	// before the next step.
	Columns() []Column
	// Restore sets the state to what Columns gave, of an optimiser that was built in the same way. An
	// error leaves everything as it was.
	Restore(columns []Column) error
}

// Ahead is implemented by optimisers whose parameters are not the iterate of the method but a point
// ahead of it, at which the next gradient is taken.
type Ahead[F Real] interface {
	// Iterate returns the iterate that belongs to a parameter. The slice is the optimiser's own. It is
	// nil for a parameter that has not been updated yet, whose value is the iterate.
	Iterate(p *Param[F]) []F
}

// Build makes an optimiser for groups of parameters. It reports all errors of the description
// together.
func Build[F Real](c Config, groups ...Group[F]) (Optimizer[F], error) {
	if c == nil {
		return nil, errors.New("optim: no optimiser is described (nil)")
	}
	if err := errors.Join(c.Validate(), checkGroups(c, groups)); err != nil {
		return nil, err
	}
	e := &engine[F]{steps: make([]int64, len(groups)), words: c.Words()}
	for _, g := range groups {
		options := c
		if g.Config != nil {
			options = g.Config
		}
		r, err := newRule[F](options)
		if err != nil {
			return nil, err
		}
		e.rules = append(e.rules, r)
		e.last = append(e.last, len(e.tensors)+len(g.Params))
		for _, p := range g.Params {
			e.tensors = append(e.tensors, newTensor(p, len(e.words)))
		}
		e.clip = clipping(c, options)
	}
	e.updates = make([]int64, len(e.tensors))
	if _, ok := c.(Nesterov); ok {
		return &aheadEngine[F]{e}, nil
	}
	return e, nil
}

func checkGroups[F Real](c Config, groups []Group[F]) error {
	var list []error
	report := func(format string, a ...any) { list = append(list, fmt.Errorf("optim: "+format, a...)) }
	names := map[string]bool{}
	starts := map[*F]string{}
	for i, g := range groups {
		where := fmt.Sprintf("group %d %q", i, g.Name)
		if g.Config != nil {
			if have, want := reflect.TypeOf(g.Config), reflect.TypeOf(c); have != want {
				report("%s: options of %s, want those of %s", where, g.Config.Name(), c.Name())
			} else if err := g.Config.Validate(); err != nil {
				list = append(list, fmt.Errorf("%w (in %s)", err, where))
			} else if have, want := g.Config.Words(), c.Words(); !slices.Equal(have, want) {
				report("%s: it remembers %v, want %v as the optimiser: use or do without momentum in all groups", where, have, want)
			} else if maxNorm(g.Config) != maxNorm(c) {
				report("%s: max_grad_norm %g, want that of the optimiser, %g: one factor clips all groups", where, maxNorm(g.Config), maxNorm(c))
			}
		}
		for k, p := range g.Params {
			switch {
			case p == nil:
				report("%s: parameter %d is nil", where, k)
			case p.Name == "":
				report("%s: parameter %d has no name", where, k)
			case names[p.Name]:
				report("%s: parameter %q: the name is taken, want another", where, p.Name)
			case len(p.Value) == 0:
				report("%s: parameter %q has no values", where, p.Name)
			case starts[&p.Value[0]] != "":
				report("%s: parameter %q shares its values with %q, which would be updated twice", where, p.Name, starts[&p.Value[0]])
			default:
				names[p.Name], starts[&p.Value[0]] = true, p.Name
			}
		}
	}
	if len(names) == 0 && len(list) == 0 {
		report("no parameters to optimise")
	}
	return errors.Join(list...)
}

// rule is the update of one group.
type rule[F Real] interface {
	// begin computes what all parameters share in a step of the group, counted from 1 since the last
	// restart.
	begin(step int64, factor float64)
	// update moves one parameter that has had so many updates before.
	update(t *tensor[F], updates int64)
	// restart forgets the moments of a parameter and returns how many updates it counts as having had.
	restart(t *tensor[F], updates int64) int64
}

func newRule[F Real](c Config) (rule[F], error) {
	switch c := c.(type) {
	case SGD:
		return &sgdRule[F]{config: c}, nil
	case HeavyBall:
		return &heavyBallRule[F]{config: c}, nil
	case Nesterov:
		return &nesterovRule[F]{config: c}, nil
	case Adam:
		return &adamRule[F]{config: c}, nil
	case AdamW:
		return &adamRule[F]{config: Adam(c), decoupled: true}, nil
	case Adan:
		return &adanRule[F]{config: c}, nil
	case AdanPaper:
		return &adanPaperRule[F]{config: c}, nil
	}
	return nil, fmt.Errorf("optim: unknown optimiser %T; it is one of SGD, HeavyBall, Nesterov, Adam, AdamW, Adan and AdanPaper, by value", c)
}

// tensor is a parameter with its state.
type tensor[F Real] struct {
	*Param[F]
	words [][]F // one slice as long as Value for each word of the rule
}

func newTensor[F Real](p *Param[F], words int) *tensor[F] {
	t := &tensor[F]{Param: p, words: make([][]F, words)}
	for i := range t.words {
		t.words[i] = make([]F, len(p.Value))
	}
	return t
}

// forget zeroes all words of a parameter.
func (t *tensor[F]) forget() {
	for _, w := range t.words {
		clear(w)
	}
}

// engine runs a rule over groups of parameters: everything that the optimisers have in common.
type engine[F Real] struct {
	words   []string
	rules   []rule[F] // one per group
	last    []int     // one above the last tensor of each group
	tensors []*tensor[F]
	clip    clip
	steps   []int64 // of each group since its last restart, also those without gradients
	updates []int64 // of each tensor
}

func (e *engine[F]) Step(factor float64) error {
	if err := e.check(factor); err != nil {
		return err
	}
	if c, err := e.clipFactor(); err != nil {
		return err
	} else if c < 1 {
		for _, t := range e.tensors {
			scale(t.Grad, F(c))
		}
	}
	first := 0
	for g, r := range e.rules {
		e.steps[g]++
		r.begin(e.steps[g], factor)
		for i := first; i < e.last[g]; i++ {
			if t := e.tensors[i]; t.Grad != nil {
				r.update(t, e.updates[i])
				e.updates[i]++
			}
		}
		first = e.last[g]
	}
	return nil
}

// clipFactor is the factor of clipping that belongs to the optimiser, at most 1.
func (e *engine[F]) clipFactor() (float64, error) {
	if e.clip.maxNorm == 0 {
		return 1, nil
	}
	var sum float32
	for _, t := range e.tensors {
		sum = addSquares(sum, t.Grad)
	}
	c, err := e.clip.factor(sum)
	if err != nil {
		return 0, fmt.Errorf("%w%s", err, e.culprit())
	}
	return c, nil
}

// check refuses a step that cannot be made, before anything has changed.
func (e *engine[F]) check(factor float64) error {
	if !finite(factor) || factor < 0 {
		return fmt.Errorf("optim: factor of the learning rate %g, want a finite number of at least 0", factor)
	}
	for _, t := range e.tensors {
		if n := len(t.words); n > 0 && len(t.Value) != len(t.words[0]) {
			return fmt.Errorf("optim: parameter %q has %d values, it had %d when the optimiser was built", t.Name, len(t.Value), len(t.words[0]))
		}
		if t.Grad != nil && len(t.Grad) != len(t.Value) {
			return fmt.Errorf("optim: parameter %q has %d values and a gradient of %d", t.Name, len(t.Value), len(t.Grad))
		}
	}
	return nil
}

// culprit names the first parameter with a gradient that is not finite.
func (e *engine[F]) culprit() string {
	for _, t := range e.tensors {
		if i := notFinite(t.Grad); i >= 0 {
			return fmt.Sprintf(": gradient %g at index %d of parameter %q", t.Grad[i], i, t.Name)
		}
	}
	return ""
}

func (e *engine[F]) Restart() {
	first := 0
	for g, r := range e.rules {
		e.steps[g] = 0
		for i := first; i < e.last[g]; i++ {
			e.updates[i] = r.restart(e.tensors[i], e.updates[i])
		}
		first = e.last[g]
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
