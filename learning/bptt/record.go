package bptt

import "couplet/learning/layer"

// record holds the values of a layer, batch × size, of every tick, or of the present one alone.
type record[F layer.Real] struct {
	size   int  // of one sample
	whole  bool // of every tick
	length int  // of a tick: samples × size
	values []F
}

// begin makes room. What the values are is not said.
func (r *record[F]) begin(samples, ticks int) {
	if r.size == 0 {
		return
	}
	r.length = samples * r.size
	if !r.whole {
		ticks = 1
	}
	r.values = grown(r.values, ticks*r.length)
}

// at returns the values of tick t, counted from 0.
func (r *record[F]) at(t int) []F {
	if !r.whole {
		t = 0
	}
	return r.values[t*r.length:][:r.length]
}

// perTick is how many values a tick adds for one sample.
func (r *record[F]) perTick() int {
	if r.whole {
		return r.size
	}
	return 0
}

// grown gives s so many values, and allocates only if it has never been as long.
func grown[F layer.Real](s []F, values int) []F {
	if cap(s) < values {
		return make([]F, values)
	}
	return s[:values]
}

// cleared is grown with all values zero.
func cleared[F layer.Real](s []F, values int) []F {
	s = grown(s, values)
	clear(s)
	return s
}
