package golden

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"couplet/sim"
)

// finalWeights are the expected weights of plastic connections at the end of a run.
type finalWeights struct {
	Count *whole
	Mean  *float64
	Std   *float64
	First []SynapseWeight `json:"first_500"`
}

// SynapseWeight is the weight of one synapse, its ends given by index in their populations.
type SynapseWeight struct {
	Source, Target uint32
	Weight         float64
}

// UnmarshalJSON reads the list [source, target, weight].
func (s *SynapseWeight) UnmarshalJSON(b []byte) error {
	var source, target whole
	if err := tuple(b, &source, &target, &s.Weight); err != nil {
		return err
	}
	if source < 0 || target < 0 || source > maxNeurons || target > maxNeurons {
		return fmt.Errorf("synapse from %d to %d has no valid index", source, target)
	}
	s.Source, s.Target = uint32(source), uint32(target)
	return nil
}

// PlasticProjection is the index in the network of the projection whose weights at the end of the
// run are known; -1 if there is none.
func (c *Case) PlasticProjection() int {
	if x, ok := c.expected.(*portableExpectation); ok && x.values.Final != nil {
		return slices.Index(c.Network.Projections, x.plastic)
	}
	return -1
}

// FinalTick is the last tick whose presynaptic spikes have acted on the final weights. NEST sends
// the spikes of one slice, as long as the shortest delay, at the beginning of the next one: those of
// the last slice of a run have not been sent.
func (c *Case) FinalTick() int64 {
	shortest := c.Ticks
	for _, p := range c.Network.Projections {
		_, delay := p.Synapse.Strength()
		lo, _ := delay.Bounds()
		shortest = min(shortest, inTicks(lo, c.Network.TickMs))
	}
	return (c.Ticks - 1) / shortest * shortest
}

// WeightsOf lists the entries of a log as weights of synapses.
func WeightsOf(l *sim.WeightLog) []SynapseWeight {
	list := make([]SynapseWeight, len(l.Weights))
	for i := range list {
		list[i] = SynapseWeight{l.Sources[i], l.Targets[i], l.Weights[i]}
	}
	return list
}

// CheckFinalWeights compares the weights of the plastic projection at the end of the whole run, in
// any order.
func (c *Case) CheckFinalWeights(have []SynapseWeight) error {
	x, ok := c.expected.(*portableExpectation)
	if !ok || x.values.Final == nil {
		return fmt.Errorf("golden: %s: no weights are known of the end of the run", c.Name)
	}
	if err := x.values.Final.check(have); err != nil {
		return fmt.Errorf("golden: %s: %w", c.Name, err)
	}
	return nil
}

func (f *finalWeights) check(have []SynapseWeight) error {
	have = slices.Clone(have)
	slices.SortStableFunc(have, func(a, b SynapseWeight) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Source, b.Source))
	})
	var bad reports
	if f.Count != nil && whole(len(have)) != *f.Count {
		bad.add("%d final weights, want %d", len(have), *f.Count)
	}
	mean, std := moments(have)
	if f.Mean != nil && !(math.Abs(mean-*f.Mean) <= WeightTolerance) {
		bad.add("mean final weight is %.12g, want %.12g", mean, *f.Mean)
	}
	if f.Std != nil && !(math.Abs(std-*f.Std) <= WeightTolerance) {
		bad.add("standard deviation of final weights is %.12g, want %.12g", std, *f.Std)
	}
	for i, want := range f.First {
		if i >= len(have) {
			break // the number differs, which is reported
		}
		if h := have[i]; h.Source != want.Source || h.Target != want.Target || !(math.Abs(h.Weight-want.Weight) <= WeightTolerance) {
			bad.add("final weight %d: %d->%d %.12g, want %d->%d %.12g", i, h.Source, h.Target, h.Weight, want.Source, want.Target, want.Weight)
		}
	}
	return bad.err()
}

// moments are mean and standard deviation (divisor n) of weights.
func moments(list []SynapseWeight) (mean, std float64) {
	n := float64(len(list))
	for _, s := range list {
		mean += s.Weight
	}
	mean /= n
	for _, s := range list {
		std += float64((s.Weight - mean) * (s.Weight - mean))
	}
	return mean, math.Sqrt(std / n)
}
