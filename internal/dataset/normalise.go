package dataset

import (
	"fmt"
	"math"
)

// Normalisation shifts and scales the values of each channel to mean 0 and
// standard deviation 1: x becomes (x - mean)/std, both operations rounded to
// float32. Mean and Std have one entry for each channel, or one for all.
//
// The channels of a table are its features; those of images and of frames are
// the third axis from the end.
type Normalisation struct {
	Mean, Std []float64
}

// MNISTNormalisation is the usual one of MNIST: mean and standard deviation of
// the training pixels to four digits.
func MNISTNormalisation() *Normalisation {
	return &Normalisation{Mean: []float64{0.1307}, Std: []float64{0.3081}}
}

// CIFAR10Normalisation is the usual one of CIFAR-10. The deviations are those of
// single pictures, averaged, rather than of all pixels, as in the experiments of
// OTTT and SPIDE.
func CIFAR10Normalisation() *Normalisation {
	return &Normalisation{Mean: []float64{0.4914, 0.4822, 0.4465}, Std: []float64{0.2023, 0.1994, 0.2010}}
}

// channelAxis divides a shape into what lies outside the channels, the channels
// and what lies inside one.
func channelAxis(shape []int) (outer, channels, inner int) {
	axis := max(len(shape)-3, 0)
	return Volume(shape[:axis]), shape[axis], Volume(shape[axis+1:])
}

// Check refuses a normalisation that does not fit samples of a shape.
func (n *Normalisation) Check(shape []int) error {
	_, channels, _ := channelAxis(shape)
	for _, part := range []struct {
		name   string
		values []float64
	}{{"means", n.Mean}, {"deviations", n.Std}} {
		if k := len(part.values); k != 1 && k != channels {
			return fmt.Errorf("dataset: normalisation: wrong number of %s (%d); valid is 1 or %d, for samples of shape %v", part.name, k, channels, shape)
		}
	}
	for k, m := range n.Mean {
		if m-m != 0 {
			return fmt.Errorf("dataset: normalisation: mean %d is not finite (%v)", k, m)
		}
	}
	for k, s := range n.Std {
		if !(float32(s) > 0) || math.IsInf(s, 1) {
			return fmt.Errorf("dataset: normalisation: deviation %d out of range (%v); valid is above 0", k, s)
		}
	}
	return nil
}

// Apply normalises a sample in place. Check must have accepted its shape.
func (n *Normalisation) Apply(x []float32, shape []int) {
	outer, channels, inner := channelAxis(shape)
	for o := range outer {
		for c := range channels {
			mean, std := float32(n.Mean[min(c, len(n.Mean)-1)]), float32(n.Std[min(c, len(n.Std)-1)])
			at := (o*channels + c) * inner
			for k, v := range x[at : at+inner] {
				x[at+k] = (v - mean) / std
			}
		}
	}
}

// moments are count, mean and sum of squared distances from the mean.
type moments struct{ n, mean, m2 float64 }

// of computes the moments of some values in two passes.
func (moments) of(x []float32) moments {
	m := moments{n: float64(len(x))}
	for _, v := range x {
		m.mean += float64(v)
	}
	m.mean /= m.n
	for _, v := range x {
		d := float64(v) - m.mean
		m.m2 += float64(d * d)
	}
	return m
}

// plus merges two sets of values (Chan, Golub, LeVeque 1979, equation 2.1), which
// loses no digits where the mean is large beside the deviation.
func (m moments) plus(o moments) moments {
	n, d := m.n+o.n, o.mean-m.mean
	return moments{
		n:    n,
		mean: m.mean + float64(d*(o.n/n)),
		m2:   m.m2 + o.m2 + float64(d*d*(m.n*o.n/n)),
	}
}

// Statistics computes mean and standard deviation of each channel over all of d,
// which should be the training part only. A channel that never changes gets the
// deviation 1, so that it becomes 0.
func Statistics(d Dataset) (*Normalisation, error) {
	shape := d.Shape()
	outer, channels, inner := channelAxis(shape)
	x := make([]float32, Volume(shape))
	sums := make([]moments, channels)
	for i := range d.Len() {
		if _, err := d.Sample(i, x); err != nil {
			return nil, err
		}
		for o := range outer {
			for c := range channels {
				at := (o*channels + c) * inner
				sums[c] = sums[c].plus(moments{}.of(x[at : at+inner]))
			}
		}
	}
	result := &Normalisation{Mean: make([]float64, channels), Std: make([]float64, channels)}
	for c, m := range sums {
		result.Mean[c], result.Std[c] = m.mean, math.Sqrt(m.m2/m.n)
		if result.Std[c] == 0 {
			result.Std[c] = 1
		}
	}
	return result, nil
}
