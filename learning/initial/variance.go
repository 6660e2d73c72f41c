package initial

import (
	"fmt"
	"math"

	"couplet/internal/rng"
)

// Fan names the connections whose number sets the width of a Kaiming initialiser.
type Fan int

const (
	// In is the fan-in: the variance of activities is kept on the way forward.
	In Fan = iota
	// Out is the fan-out: the variance of errors is kept on the way back.
	Out
)

// String returns "fan-in" or "fan-out".
func (f Fan) String() string {
	switch f {
	case In:
		return "fan-in"
	case Out:
		return "fan-out"
	}
	return fmt.Sprintf("Fan(%d)", int(f))
}

// KaimingNormal draws from a normal distribution of mean 0 and variance Gain²/fan. Gain 0 means √2, the
// gain that makes up for a rectifier.
type KaimingNormal struct {
	Fan  Fan
	Gain float64
}

// Validate reports an unknown fan, a gain that is not a positive number, and shapes without two
// dimensions.
func (s KaimingNormal) Validate(shape []int) error { return checkVariance(shape, s.Fan, s.Gain) }

func (s KaimingNormal) row(weights []float64, at uint64, key rng.Key, shape []int) {
	Normal{Deviation: s.deviation(shape)}.row(weights, at, key, shape)
}

func (s KaimingNormal) deviation(shape []int) float64 {
	n := fanIn(shape)
	if s.Fan == Out {
		n = fanOut(shape)
	}
	return orDefault(s.Gain, math.Sqrt2) / math.Sqrt(float64(n))
}

// KaimingUniform is like [KaimingNormal] with a uniform distribution of the same variance, over
// ±Gain·√(3/fan).
type KaimingUniform struct {
	Fan  Fan
	Gain float64
}

// Validate reports what [KaimingNormal] does.
func (s KaimingUniform) Validate(shape []int) error { return checkVariance(shape, s.Fan, s.Gain) }

func (s KaimingUniform) row(weights []float64, at uint64, key rng.Key, shape []int) {
	centred(KaimingNormal(s).deviation(shape)).row(weights, at, key, shape)
}

// XavierNormal draws from a normal distribution of mean 0 and variance 2·Gain²/(fan-in + fan-out). Gain 0
// means 1.
type XavierNormal struct{ Gain float64 }

// Validate reports a gain that is not a positive number, and shapes without two dimensions.
func (s XavierNormal) Validate(shape []int) error { return checkVariance(shape, In, s.Gain) }

func (s XavierNormal) row(weights []float64, at uint64, key rng.Key, shape []int) {
	Normal{Deviation: s.deviation(shape)}.row(weights, at, key, shape)
}

func (s XavierNormal) deviation(shape []int) float64 {
	return orDefault(s.Gain, 1) * math.Sqrt(2/float64(fanIn(shape)+fanOut(shape)))
}

// XavierUniform is like [XavierNormal] with a uniform distribution of the same variance, over
// ±Gain·√(6/(fan-in + fan-out)).
type XavierUniform struct{ Gain float64 }

// Validate reports what [XavierNormal] does.
func (s XavierUniform) Validate(shape []int) error { return checkVariance(shape, In, s.Gain) }

func (s XavierUniform) row(weights []float64, at uint64, key rng.Key, shape []int) {
	centred(XavierNormal(s).deviation(shape)).row(weights, at, key, shape)
}

// centred returns the uniform distribution of mean 0 with the given standard deviation: a width of 2h
// has the variance h²/3.
func centred(deviation float64) Uniform {
	h := math.Sqrt(3) * deviation
	return Uniform{Low: -h, High: h}
}

// checkVariance checks the parts that the initialisers with a variance by fan share.
func checkVariance(shape []int, fan Fan, gain float64) error {
	if fan != In && fan != Out {
		return fmt.Errorf("initial: the fan must be fan-in or fan-out (%v)", fan)
	}
	if gain < 0 {
		return fmt.Errorf("initial: the gain must be positive, or 0 for the default (%v)", gain)
	}
	if len(shape) < 2 {
		return fmt.Errorf("initial: a weight by fan needs at least the dimensions [out, in] (%v)", shape)
	}
	return checkNumbers("an initialiser by fan", namedNumber{"gain", gain})
}
