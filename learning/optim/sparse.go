package optim

import (
	"errors"
	"fmt"
	"slices"
)

// SparseMode says what happens to an entry in a step in which it has no gradient.
type SparseMode uint8

const (
	// Exact gives what [Adan] gives with a gradient of zero: the entry moves on with its momentum.
	// The silent steps are made up when the entry is next touched, one by one, in the same order and
	// arithmetic, and hence to the same bits.
	Exact SparseMode = iota
	// Frozen leaves the entry, its moments and its counter as they are. It is another algorithm,
	// which costs nothing in silence.
	Frozen
)

// String returns "exact" or "frozen".
func (m SparseMode) String() string {
	switch m {
	case Exact:
		return "exact"
	case Frozen:
		return "frozen"
	}
	return fmt.Sprintf("sparse mode(%d)", uint8(m))
}

// Sparse is [Adan] for one parameter of which only a few entries have a gradient in a step, such as
// synapses whose neurons spiked or embeddings that occurred in a batch. Work follows the entries with
// gradients.
type Sparse[F Real] struct {
	config  Adan
	mode    SparseMode
	name    string
	value   []F
	words   [][]F   // m, v, n, g as in Adan
	done    []int64 // Exact: steps made up for an entry; Frozen: steps of the entry
	updates []int64 // gradients that an entry has had
	steps   []int64 // one number, to be shown as a column
	// history holds the scalars of the steps after base, for entries that have to make them up.
	history []adanScalars[F]
	base    int64
	silent  [1]F // the gradient of a silent step
	frozen  frozenScalars[F]
}

// frozenScalars are the scalars computed last in mode Frozen: entries that are touched together, such
// as the components of an embedding, mostly share their counter.
type frozenScalars[F Real] struct {
	adanScalars[F]
	step   int64 // 0: none
	factor float64
}

// BuildSparse makes a sparse optimiser for a parameter; the gradient of p is not used.
func BuildSparse[F Real](c Adan, mode SparseMode, p *Param[F]) (*Sparse[F], error) {
	list := []error{c.Validate()}
	if mode > Frozen {
		list = append(list, fmt.Errorf("optim: %s, want exact (0) or frozen (1)", mode))
	}
	if p == nil || len(p.Value) == 0 {
		list = append(list, errors.New("optim: the parameter has no values"))
	}
	if err := errors.Join(list...); err != nil {
		return nil, err
	}
	n := len(p.Value)
	return &Sparse[F]{
		config: c, mode: mode, name: p.Name, value: p.Value,
		words: newTensor(p, len(c.Words())).words,
		done:  make([]int64, n), updates: make([]int64, n), steps: make([]int64, 1),
	}, nil
}

// Step makes one update in which the listed entries, in ascending order, have the given gradients and
// all others none. Where the options limit the norm, the gradients are overwritten by the clipped ones.
// In mode Exact, CatchUp has to come before the gradient is computed from the entries. An error leaves
// everything as it was.
func (s *Sparse[F]) Step(index []uint32, grad []F, factor float64) error {
	if err := s.check(index, grad, factor); err != nil {
		return err
	}
	if s.config.MaxNorm > 0 {
		c, err := clipping(s.config, s.config).factor(addSquares(0, grad))
		if err != nil {
			return fmt.Errorf("%w in parameter %q", err, s.name)
		}
		if c < 1 {
			scale(grad, F(c))
		}
	}
	if s.mode == Exact {
		s.CatchUp(index)
		s.history = append(s.history, newAdanScalars[F](s.config, s.steps[0]+1, factor))
	}
	s.steps[0]++
	for k, i := range index {
		s.done[i]++
		if s.mode == Exact {
			s.apply(&s.history[len(s.history)-1], int(i), grad[k:k+1])
			continue
		}
		if s.frozen.step != s.done[i] || s.frozen.factor != factor {
			s.frozen = frozenScalars[F]{newAdanScalars[F](s.config, s.done[i], factor), s.done[i], factor}
		}
		s.apply(&s.frozen.adanScalars, int(i), grad[k:k+1])
	}
	return nil
}

func (s *Sparse[F]) check(index []uint32, grad []F, factor float64) error {
	switch {
	case !finite(factor) || factor < 0:
		return fmt.Errorf("optim: factor of the learning rate %g, want a finite number of at least 0", factor)
	case len(index) != len(grad):
		return fmt.Errorf("optim: parameter %q: %d entries with %d gradients", s.name, len(index), len(grad))
	}
	for k, i := range index {
		if int(i) >= len(s.value) {
			return fmt.Errorf("optim: parameter %q: entry %d, want below %d", s.name, i, len(s.value))
		}
		if k > 0 && i <= index[k-1] {
			return fmt.Errorf("optim: parameter %q: entry %d after %d, want ascending order without repeats", s.name, i, index[k-1])
		}
	}
	return nil
}

// apply makes one step of one entry.
func (s *Sparse[F]) apply(scalars *adanScalars[F], i int, grad []F) {
	entry := [...][]F{s.words[0][i : i+1], s.words[1][i : i+1], s.words[2][i : i+1], s.words[3][i : i+1]}
	scalars.apply(s.updates[i] == 0, s.value[i:i+1], grad, entry[:])
	s.updates[i]++
}

// CatchUp makes up the silent steps of the listed entries, so that their values are those of now. It
// does nothing in mode Frozen and for entries out of range.
func (s *Sparse[F]) CatchUp(index []uint32) {
	if s.mode == Frozen {
		return
	}
	for _, i := range index {
		if int(i) < len(s.value) {
			s.makeUp(int(i))
		}
	}
}

func (s *Sparse[F]) makeUp(i int) {
	for ; s.done[i] < s.steps[0]; s.done[i]++ {
		s.silent[0] = 0
		s.apply(&s.history[s.done[i]-s.base], i, s.silent[:])
	}
}

// Flush brings all entries to now and forgets the learning rates of the steps so far. Between two
// calls mode Exact keeps the scalars of every step, about 100 bytes each; once per epoch is enough.
func (s *Sparse[F]) Flush() {
	if s.mode == Frozen {
		return
	}
	for i := range s.value {
		s.makeUp(i)
	}
	s.history, s.base = s.history[:0], s.steps[0]
}

// Restart is [Optimizer.Restart]: after it counters and moments are zero, and the next gradient takes
// the place of the last.
func (s *Sparse[F]) Restart() {
	s.Flush()
	for _, w := range s.words[:3] {
		clear(w)
	}
	clear(s.done)
	s.steps[0], s.base = 0, 0
}

// Columns is [Optimizer.Columns]. It flushes first.
func (s *Sparse[F]) Columns() []Column {
	s.Flush()
	list := []Column{{Name: stepsColumn, I64: s.steps}, {Name: updatesColumn, I64: s.updates}, {Name: s.name + "/done", I64: s.done}}
	for k, w := range s.config.Words() {
		list = append(list, column(s.name+"/"+w, s.words[k]))
	}
	return list
}

// Restore is [Optimizer.Restore].
func (s *Sparse[F]) Restore(columns []Column) error {
	live := s.Columns()
	if s.mode == Exact && len(columns) == len(live) {
		if err := inStep(columns[0], columns[2]); err != nil {
			return err
		}
	}
	if err := restore(live, columns); err != nil {
		return err
	}
	s.history, s.base = s.history[:0], s.steps[0]
	return nil
}

// inStep refuses a saved state in which an entry still has silent steps to make up: Columns never
// gives one, and the scalars of those steps are not part of the state.
func inStep(steps, done Column) error {
	if len(steps.I64) != 1 {
		return nil // restore finds the words for it
	}
	if i := slices.IndexFunc(done.I64, func(n int64) bool { return n != steps.I64[0] }); i >= 0 {
		return fmt.Errorf("optim: restore: entry %d stands at step %d, want %d", i, done.I64[i], steps.I64[0])
	}
	return nil
}
