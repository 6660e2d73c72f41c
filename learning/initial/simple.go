package initial

import (
	"fmt"
	"math"

	"couplet/internal/rng"
)

// Zeros sets all weights to zero, as biases and feedback connections start in the references.
type Zeros struct{}

// Validate accepts every shape.
func (Zeros) Validate([]int) error { return nil }

func (Zeros) row(weights []float64, _ uint64, _ rng.Key, _ []int) { clear(weights) }

// Constant sets all weights to one value, as gains start at 1.
type Constant struct{ Value float64 }

// Validate reports a value that is not finite.
func (s Constant) Validate([]int) error {
	return checkNumbers("a constant", namedNumber{"value", s.Value})
}

func (s Constant) row(weights []float64, _ uint64, _ rng.Key, _ []int) {
	for j := range weights {
		weights[j] = s.Value
	}
}

// Normal draws from a normal distribution. The reference of OTTT starts its readout with deviation 0.01.
type Normal struct {
	Mean      float64
	Deviation float64 // standard deviation, at least 0
}

// Validate reports numbers that are not finite and a negative deviation.
func (s Normal) Validate([]int) error {
	if s.Deviation < 0 {
		return fmt.Errorf("initial: a normal distribution needs a deviation of at least 0 (%v)", s.Deviation)
	}
	return checkNumbers("a normal distribution", namedNumber{"mean", s.Mean}, namedNumber{"deviation", s.Deviation})
}

func (s Normal) row(weights []float64, at uint64, key rng.Key, _ []int) {
	for j := range weights {
		weights[j] = key.NormalWith(at+uint64(j), s.Mean, s.Deviation)
	}
}

// Uniform draws from a uniform distribution.
type Uniform struct{ Low, High float64 }

// Validate reports limits that are not finite or the wrong way round.
func (s Uniform) Validate([]int) error {
	if s.Low > s.High {
		return fmt.Errorf("initial: a uniform distribution needs its low limit below the high one (%v to %v)", s.Low, s.High)
	}
	return checkNumbers("a uniform distribution",
		namedNumber{"low limit", s.Low}, namedNumber{"high limit", s.High}, namedNumber{"width", s.High - s.Low})
}

func (s Uniform) row(weights []float64, at uint64, key rng.Key, _ []int) {
	for j := range weights {
		weights[j] = key.Between(at+uint64(j), s.Low, s.High)
	}
}

// UnitRows draws from a uniform distribution over [−1, 1] and scales the weights of each output to a
// Euclidean length: the start of the CIFAR networks of SPIDE (spide.md §5), which bounds the gain of a
// ring of layers.
type UnitRows struct {
	// Length is the length of a row; 0 means 1.
	Length float64
}

// Validate reports a negative or infinite length.
func (s UnitRows) Validate([]int) error {
	if s.Length < 0 {
		return fmt.Errorf("initial: rows need a length of at least 0 (%v)", s.Length)
	}
	return checkNumbers("a row", namedNumber{"length", s.Length})
}

func (s UnitRows) row(weights []float64, at uint64, key rng.Key, _ []int) {
	squares := 0.0
	for j := range weights {
		weights[j] = key.Between(at+uint64(j), -1, 1)
		squares += float64(weights[j] * weights[j])
	}
	length := orDefault(s.Length, 1)
	if squares == 0 { // every draw the one exact 0 in 2^53
		weights[0] = length
		return
	}
	norm := math.Sqrt(squares)
	for j, w := range weights {
		weights[j] = float64(length * (w / norm))
	}
}

// orDefault returns v, or d for a v left out.
func orDefault(v, d float64) float64 {
	if v == 0 {
		return d
	}
	return v
}
