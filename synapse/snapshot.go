package synapse

import "fmt"

// columnFinder takes the columns of a saved state and keeps the first error.
type columnFinder struct {
	saved []Column
	err   error
}

func (f *columnFinder) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("synapse: saved state: "+format, args...)
	}
}

func (f *columnFinder) column(name string) Column {
	for _, c := range f.saved {
		if c.Name == name {
			return c
		}
	}
	f.fail("column %q is missing", name)
	return Column{}
}

// ints returns a column of n whole numbers; n < 0 accepts any length.
func (f *columnFinder) ints(name string, n int) []int64 {
	c := f.column(name).I64
	if n >= 0 && len(c) != n {
		f.fail("column %q has %d whole numbers, want %d", name, len(c), n)
	}
	return c
}

// floats returns a column of n finite numbers.
func (f *columnFinder) floats(name string, n int) []float64 {
	c := f.column(name).F64
	if len(c) != n {
		f.fail("column %q has %d numbers, want %d", name, len(c), n)
	}
	for i, x := range c {
		if err := finite("value", x); err != nil {
			f.fail("column %q, entry %d: %g is not a finite number", name, i, x)
		}
	}
	return c
}

// save writes the history in compressed rows: the spikes of neuron i are the entries start[i] to
// start[i+1] of the other columns.
func (h *history) save() []Column {
	start := make([]int64, 1, len(h.spikes)+1)
	tick := make([]int64, 0, h.count)
	fast, slow := make([]float64, 0, h.count), []float64(nil)
	for _, list := range h.spikes {
		for _, s := range list {
			tick = append(tick, s.tick)
			fast = append(fast, s.fast)
			if h.slow != nil {
				slow = append(slow, s.slow)
			}
		}
		start = append(start, int64(len(tick)))
	}
	c := []Column{{Name: "post_start", I64: start}, {Name: "post_tick", I64: tick}, {Name: "post_fast", F64: fast}}
	if h.slow != nil {
		c = append(c, Column{Name: "post_slow", F64: slow})
	}
	return c
}

// restored returns the saved history of the same neurons; the finder keeps what is wrong with it.
func (h *history) restored(f *columnFinder) history {
	start, tick := f.ints("post_start", len(h.spikes)+1), f.ints("post_tick", -1)
	fast := f.floats("post_fast", len(tick))
	var slow []float64
	if h.slow != nil {
		slow = f.floats("post_slow", len(tick))
	}
	if f.err == nil {
		checkStarts(f, start, tick)
	}
	if f.err != nil {
		return history{}
	}
	r := newHistory(len(h.spikes), h.fast, h.slow)
	r.count = len(tick)
	for i := range r.spikes {
		for k := start[i]; k < start[i+1]; k++ {
			s := postSpike{tick: tick[k], fast: fast[k]}
			if h.slow != nil {
				s.slow = slow[k]
			}
			r.spikes[i] = append(r.spikes[i], s)
		}
	}
	return r
}

// checkStarts checks that the rows cover the entries in order and that each is sorted by tick.
func checkStarts(f *columnFinder, start, tick []int64) {
	if start[0] != 0 || start[len(start)-1] != int64(len(tick)) {
		f.fail("history rows cover [%d, %d), want [0, %d)", start[0], start[len(start)-1], len(tick))
		return
	}
	for i := range len(start) - 1 {
		if start[i+1] < start[i] {
			f.fail("history row %d ends before it starts", i)
			return
		}
	}
	for i := range len(start) - 1 {
		for k := start[i] + 1; k < start[i+1]; k++ {
			if tick[k] < tick[k-1] {
				f.fail("history of neuron %d is not in order of time (tick %d after %d)", i, tick[k], tick[k-1])
				return
			}
		}
	}
}
