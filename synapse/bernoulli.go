package synapse

import (
	"fmt"

	"couplet/internal/det"
)

// Bernoulli makes a synapse from every source to every target with probability P, independently.
// The synapse from source s to target t has the ordinal t·Sources + s.
type Bernoulli struct {
	P float64 // probability of each synapse
	// NoSelf leaves out the synapses from a neuron to itself (autapses). Source and target must then be
	// one population.
	NoSelf bool
}

// Name implements [Rule].
func (Bernoulli) Name() string { return "pairwise_bernoulli" }

// Validate implements [Rule].
func (r Bernoulli) Validate(sources, targets int) error {
	if err := validateSizes(r.Name(), sources, targets); err != nil {
		return err
	}
	if !(r.P >= 0 && r.P <= 1) {
		return fmt.Errorf("synapse: %s: probability %g must be in [0, 1]", r.Name(), r.P)
	}
	return validateSelf(r.Name(), r.NoSelf, sources, targets)
}

// Expect implements [Rule].
func (r Bernoulli) Expect(sources, targets int) float64 {
	return r.P * float64(candidates(sources, r.NoSelf)) * float64(targets)
}

// MaxInDegree implements [Rule].
func (r Bernoulli) MaxInDegree(sources, _ int) int {
	if r.P == 0 {
		return 0
	}
	return candidates(sources, r.NoSelf)
}

// Visit implements [Rule]. It draws no number for the pairs that are not connected: the number of
// sources passed over before the next connected one is geometric, P(n >= k) = (1-P)^k, which is that of an
// exponential number with mean 1 divided by -ln(1-P) and rounded down.
func (r Bernoulli) Visit(w Wiring, lo, hi int, visit func(source, target uint32, ordinal uint64)) {
	if r.P <= 0 {
		return
	}
	rate := negLog1m(r.P)
	n := candidates(w.Sources, r.NoSelf)
	for target := lo; target < hi; target++ {
		key := w.Key.Sub(uint64(target))
		row := uint64(target) * uint64(w.Sources)
		next := 0
		for draw := uint64(0); next < n; draw++ {
			if r.P < 1 {
				pass := key.Exponential(draw) / rate
				if pass >= float64(n-next) {
					break
				}
				next += int(pass)
			}
			source := next
			if r.NoSelf && source >= target {
				source++
			}
			visit(uint32(source), uint32(target), row+uint64(source))
			next++
		}
	}
}

// negLog1m is -ln(1-p), with the series p + p²/2 + p³/3 + … where 1-p would lose the digits of p.
func negLog1m(p float64) float64 {
	if p < 0x1p-20 {
		return float64(p * (1 + float64(p*(0.5+float64(p/3)))))
	}
	return -det.Log(1 - p)
}
