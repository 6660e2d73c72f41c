package synapse

import (
	"fmt"

	"couplet/internal/rng"
)

// Gainer is a rule that multiplies the weights of its synapses: an average over 3×3 neurons has the gain 1/9.
type Gainer interface{ Gain() float64 }

func gain(r Rule) float64 {
	if g, ok := r.(Gainer); ok {
		return g.Gain()
	}
	return 1
}

// Numbered is a rule that knows a bound of its ordinals.
type Numbered interface {
	// Ordinals returns the number of ordinals: all are below it.
	Ordinals(sources, targets int) uint64
}

// StrengthOf returns the weight and the delay of the synapses that a rule makes with a synapse
// model: the model's, with the weight times the rule's gain.
func StrengthOf(r Rule, s Synapse) (weight, delayMs Value) {
	weight, delayMs = s.Strength()
	factor := gain(r)
	if factor == 1 {
		return weight, delayMs
	}
	switch w := weight.(type) {
	case Const:
		return Const(float64(w) * factor), delayMs
	case Listed:
		scaled := make(Listed, len(w))
		for i, x := range w {
			scaled[i] = x * factor
		}
		return scaled, delayMs
	}
	return Scaled{weight, factor}, delayMs
}

// Scaled is another value times a factor.
type Scaled struct {
	Value
	Factor float64
}

// Draw implements [Value].
func (s Scaled) Draw(k rng.Key, ordinal uint64) float64 {
	return float64(s.Value.Draw(k, ordinal) * s.Factor)
}

// Bounds implements [Value].
func (s Scaled) Bounds() (lo, hi float64) {
	lo, hi = s.Value.Bounds()
	if s.Factor == 0 {
		return 0, 0
	}
	lo, hi = float64(lo*s.Factor), float64(hi*s.Factor)
	return min(lo, hi), max(lo, hi)
}

// Validate implements [Value].
func (s Scaled) Validate() error {
	if s.Value == nil {
		return errNoValue
	}
	if err := finite("factor", s.Factor); err != nil {
		return err
	}
	return s.Value.Validate()
}

// CheckLists reports a list of weights or delays that does not have one value for each ordinal of
// the rule, and lists under rules whose ordinals are drawn rather than chosen.
func CheckLists(r Rule, s Synapse, sources, targets int) error {
	weight, delay := s.Strength()
	for _, v := range []struct {
		what  string
		value Value
	}{{"weights", weight}, {"delays", delay}} {
		list, ok := listIn(v.value)
		if !ok {
			continue
		}
		n, ok := r.(Numbered)
		if !ok {
			return fmt.Errorf("synapse: %s draws its synapses: it cannot take a list of %s", r.Name(), v.what)
		}
		if want := n.Ordinals(sources, targets); uint64(len(list)) != want {
			return fmt.Errorf("synapse: %s needs %d %s, the list has %d", r.Name(), want, v.what, len(list))
		}
	}
	return nil
}

// listIn finds the list inside a value that transforms another.
func listIn(v Value) (Listed, bool) {
	switch v := v.(type) {
	case Listed:
		return v, true
	case Rounded:
		return listIn(v.Value)
	case Scaled:
		return listIn(v.Value)
	}
	return nil, false
}
