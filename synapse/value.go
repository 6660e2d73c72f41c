package synapse

import (
	"errors"
	"fmt"
	"math"

	"couplet/internal/det"
	"couplet/internal/rng"
)

// Value gives a weight or a delay to every synapse of a projection. A draw depends on the
// synapse's ordinal alone, so that it is the same for any number of workers.
type Value interface {
	// Draw returns the value of the synapse with this ordinal.
	Draw(k rng.Key, ordinal uint64) float64
	// Bounds returns the smallest and the largest value that Draw can give.
	Bounds() (lo, hi float64)
	// Validate says what is wrong with the value's own parameters.
	Validate() error
}

// Const is the same value for every synapse.
type Const float64

// Draw implements [Value].
func (c Const) Draw(rng.Key, uint64) float64 { return float64(c) }

// Bounds implements [Value].
func (c Const) Bounds() (lo, hi float64) { return float64(c), float64(c) }

// Validate implements [Value].
func (c Const) Validate() error { return finite("constant", float64(c)) }

// Listed gives synapse number i the value List[i]; the rule must be one whose
// ordinals are chosen, not drawn: an explicit list, one to one, all to all or a stencil ([CheckLists]).
type Listed []float64

// Draw implements [Value].
func (l Listed) Draw(_ rng.Key, ordinal uint64) float64 { return l[ordinal] }

// Bounds implements [Value]; those of an empty list are 0.
func (l Listed) Bounds() (lo, hi float64) {
	if len(l) == 0 {
		return 0, 0
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, x := range l {
		lo, hi = min(lo, x), max(hi, x)
	}
	return lo, hi
}

// Validate implements [Value].
func (l Listed) Validate() error {
	for i, x := range l {
		if err := finite(fmt.Sprintf("value %d", i), x); err != nil {
			return err
		}
	}
	return nil
}

// Uniform draws from [Lo, Hi).
type Uniform struct{ Lo, Hi float64 }

// Draw implements [Value].
func (u Uniform) Draw(k rng.Key, ordinal uint64) float64 {
	return u.Lo + float64((u.Hi-u.Lo)*k.Float64(ordinal))
}

// Bounds implements [Value].
func (u Uniform) Bounds() (lo, hi float64) { return u.Lo, u.Hi }

// Validate implements [Value].
func (u Uniform) Validate() error {
	if err := finite("lo", u.Lo); err != nil {
		return err
	}
	if err := finite("hi", u.Hi); err != nil {
		return err
	}
	if u.Lo > u.Hi {
		return invalid("uniform: lo %g must not exceed hi %g", u.Lo, u.Hi)
	}
	return nil
}

// Normal draws from a normal distribution, drawing again until the value lies in [Min, Max]. Zero
// Min and Max mean no clipping.
type Normal struct{ Mean, Std, Min, Max float64 }

// tail bounds a standard normal draw: a uniform number of 53 bits cannot lie farther out than 8.3
// standard deviations.
const tail = 8.5

// redraws bounds the search for a value inside the clipping range; Validate refuses ranges so far
// out that a draw could come near it.
const redraws = 1 << 16

// Draw implements [Value].
func (n Normal) Draw(k rng.Key, ordinal uint64) float64 {
	lo, hi := n.Bounds()
	sub := k.Sub(ordinal)
	for try := range uint64(redraws) {
		if x := n.Mean + float64(n.Std*sub.Normal(try)); x >= lo && x <= hi {
			return x
		}
	}
	return min(max(n.Mean, lo), hi)
}

// Bounds implements [Value].
func (n Normal) Bounds() (lo, hi float64) {
	if n.Min == 0 && n.Max == 0 {
		if n.Std == 0 {
			return n.Mean, n.Mean
		}
		return n.Mean - tail*n.Std, n.Mean + tail*n.Std
	}
	return n.Min, n.Max
}

// Validate implements [Value].
func (n Normal) Validate() error {
	if err := finite("mean", n.Mean); err != nil {
		return err
	}
	if !(n.Std >= 0) || math.IsInf(n.Std, 0) {
		return invalid("normal: std %g must be at least 0", n.Std)
	}
	lo, hi := n.Bounds()
	if lo > hi || math.IsNaN(lo) || math.IsNaN(hi) {
		return invalid("normal: min %g must not exceed max %g", n.Min, n.Max)
	}
	if n.Mean+3*n.Std < lo || n.Mean-3*n.Std > hi {
		return invalid("normal: the range [%g, %g] lies more than 3 std from the mean %g", lo, hi, n.Mean)
	}
	return nil
}

// Lognormal draws exp(Mu + Sigma·z), z standard normal; Mu and Sigma are those of the logarithm.
type Lognormal struct{ Mu, Sigma float64 }

// Draw implements [Value].
func (l Lognormal) Draw(k rng.Key, ordinal uint64) float64 {
	return det.Exp(l.Mu + float64(l.Sigma*k.Normal(ordinal)))
}

// Bounds implements [Value].
func (l Lognormal) Bounds() (lo, hi float64) {
	if l.Sigma == 0 {
		return det.Exp(l.Mu), det.Exp(l.Mu)
	}
	return det.Exp(l.Mu - float64(tail*l.Sigma)), det.Exp(l.Mu + float64(tail*l.Sigma))
}

// Validate implements [Value].
func (l Lognormal) Validate() error {
	if err := finite("mu", l.Mu); err != nil {
		return err
	}
	if !(l.Sigma >= 0) || l.Sigma > 30 || math.Abs(l.Mu) > 300 {
		return invalid("lognormal: sigma %g must be in [0, 30] and mu %g in [-300, 300]", l.Sigma, l.Mu)
	}
	return nil
}

// Rounded rounds another value to whole multiples of Step, so that synapses can be kept in fewer
// bits. It is the only way in which couplet rounds a weight, and it happens only on request.
type Rounded struct {
	Value
	Step float64
}

// Draw implements [Value].
func (r Rounded) Draw(k rng.Key, ordinal uint64) float64 {
	return r.round(r.Value.Draw(k, ordinal))
}

// Bounds implements [Value]; rounding can lead out of the bounds of the other value.
func (r Rounded) Bounds() (lo, hi float64) {
	lo, hi = r.Value.Bounds()
	return r.round(lo), r.round(hi)
}

func (r Rounded) round(x float64) float64 { return float64(math.RoundToEven(x/r.Step) * r.Step) }

// Validate implements [Value].
func (r Rounded) Validate() error {
	if r.Value == nil {
		return errNoValue
	}
	if !(r.Step > 0) || math.IsInf(r.Step, 0) {
		return invalid("rounding step %g must be greater than 0", r.Step)
	}
	return r.Value.Validate()
}

var errNoValue = invalid("a rounded or scaled value needs a value to start from")

// invalidValue says what is wrong with a value; the text lacks the package's name, so that one
// can say first whose value it is.
type invalidValue struct{ text string }

func (e invalidValue) Error() string { return "synapse: " + e.text }

func invalid(format string, args ...any) error { return invalidValue{fmt.Sprintf(format, args...)} }

// valueOf says whose value is invalid.
func valueOf(what string, err error) error {
	var e invalidValue
	if errors.As(err, &e) {
		return invalid("%s: %s", what, e.text)
	}
	return err
}

func finite(what string, x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return invalid("%s %g must be a finite number", what, x)
	}
	return nil
}
