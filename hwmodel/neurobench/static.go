package neurobench

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

// Real is the type of weights and activities.
type Real interface{ ~float32 | ~float64 }

// Tensor is an array of a model: a parameter, or a buffer such as the running mean of a normalisation.
type Tensor struct {
	Name string
	// Shape has the extents; the empty shape is a single number.
	Shape []int
	// ElementBytes is the size of an element.
	ElementBytes int
}

// elements is the number of elements, zeros included.
func (t Tensor) elements() (int64, error) {
	n := int64(1)
	for _, e := range t.Shape {
		if e < 0 {
			return 0, fmt.Errorf("neurobench: tensor %q has the shape %v, want extents from 0", t.Name, t.Shape)
		}
		var err error
		if n, err = times(n, int64(e)); err != nil {
			return 0, fmt.Errorf("neurobench: tensor %q has the shape %v: %w", t.Name, t.Shape, err)
		}
	}
	return n, nil
}

var errOverflow = errors.New("more than 2^63, too many to count")

// times multiplies counts, which are not negative.
func times(a, b int64) (int64, error) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	if high != 0 || low > math.MaxInt64 {
		return 0, errOverflow
	}
	return int64(low), nil
}

// ParameterCount is the number of elements of all trainable parameters, biases and learned constants of
// neurons included. Buffers are not parameters.
func ParameterCount(params []Tensor) (int64, error) {
	sum := int64(0)
	for _, p := range params {
		n, err := p.elements()
		if err != nil {
			return 0, err
		}
		if sum += n; sum < 0 {
			return 0, fmt.Errorf("neurobench: parameters: %w", errOverflow)
		}
	}
	return sum, nil
}

// Footprint is the number of bytes of all parameters and buffers, zeros included.
func Footprint(params, buffers []Tensor) (int64, error) {
	sum := int64(0)
	for _, list := range [][]Tensor{params, buffers} {
		for _, t := range list {
			n, err := t.elements()
			if err != nil {
				return 0, err
			}
			if t.ElementBytes < 1 {
				return 0, fmt.Errorf("neurobench: tensor %q has elements of %d bytes, want at least 1", t.Name, t.ElementBytes)
			}
			if n, err = times(n, int64(t.ElementBytes)); err == nil && sum+n < 0 {
				err = errOverflow
			}
			if err != nil {
				return 0, fmt.Errorf("neurobench: footprint with tensor %q: %w", t.Name, err)
			}
			sum += n
		}
	}
	return sum, nil
}

// ConnectionSparsity is the part of weights that are zero, to four decimals.
//
// The weights are those of linear layers, convolutions and recurrent layers, one array each. Recurrent
// layers hand in their biases as well; the biases of other layers do not belong here, nor do any other
// parameters. The result is NaN without weights, for which the reference has no number either.
func ConnectionSparsity[F Real](weights ...[]F) float64 {
	zeros, total := 0, 0
	for _, array := range weights {
		total += len(array)
		for _, w := range array {
			if w == 0 {
				zeros++
			}
		}
	}
	return SparsityOf(int64(zeros), int64(total))
}

// SparsityOf is [ConnectionSparsity] of counts: so many zeros among so many weights. The reference divides
// in single precision and rounds the quotient to four decimals, exact halves to even.
func SparsityOf(zeros, total int64) float64 {
	return roundTo4(float64(float32(zeros) / float32(total)))
}

// roundTo4 rounds the exact value of a float to four decimals, as the reference's language does. That is
// not the same as scaling by 10,000, which rounds twice.
func roundTo4(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
	if err != nil {
		return x // does not happen: what has been formatted can be parsed
	}
	return y
}
