package certify

import (
	"errors"
	"fmt"
	"math"

	"couplet/internal/det"
	"couplet/internal/rng"
)

// Constants are one-sided estimates of what a function is like around a point.
type Constants struct {
	// Smoothness is the largest |∇f(x) - ∇f(y)|/|x - y| seen: the true L is not smaller.
	Smoothness float64
	// PL is the smallest |∇f(x)|²/(2·(f(x) - f*)) seen: the true μ is not larger. It is infinite if
	// every point that was looked at is a minimum.
	PL float64
	// At is the point where PL was seen.
	At []float64
}

// SampleOptions say where a function is looked at. Zero values stand for the defaults given.
type SampleOptions struct {
	Around  []float64 // nil: the origin
	Radius  float64   // distances from there go from a millionth of it to it; 0: 1
	Samples int       // pairs of points; 0: 1000
	Seed    uint64
}

// maxSamples bounds the work of sampling.
const maxSamples = 100_000_000

// Sample estimates the constants of smoothness and of the PL inequality of any function, at a given
// point and at random ones whose distances from it are spread evenly on a logarithmic scale.
//
// Sampling proves nothing: it finds constants that a claim must allow for. On the hard function a
// random point is much better conditioned than the origin, where the ratio is 1/(2·f(0)).
func Sample(f Objective, o SampleOptions) (Constants, error) {
	if o.Around == nil {
		o.Around = make([]float64, f.Dim())
	}
	if o.Radius == 0 {
		o.Radius = 1
	}
	if o.Samples == 0 {
		o.Samples = 1000
	}
	var list []error
	if len(o.Around) != f.Dim() {
		list = append(list, fmt.Errorf("certify: sampling around a point of %d coordinates, want %d", len(o.Around), f.Dim()))
	}
	if !(o.Radius > 0) || math.IsInf(o.Radius, 0) {
		list = append(list, fmt.Errorf("certify: sampling radius %g, want a finite number greater than 0", o.Radius))
	}
	if o.Samples < 1 || o.Samples > maxSamples {
		list = append(list, fmt.Errorf("certify: %d samples, want 1 to %d", o.Samples, maxSamples))
	}
	if err := errors.Join(list...); err != nil {
		return Constants{}, err
	}
	c := Constants{PL: math.Inf(1)}
	s := sampler{f: f, stream: rng.NewKey(o.Seed, rng.Test, 0).Stream()}
	for _, to := range []*[]float64{&s.x, &s.y, &s.gx, &s.gy} {
		*to = make([]float64, f.Dim())
	}
	copy(s.x, o.Around)
	for range o.Samples {
		if err := s.pair(&c, o.Radius); err != nil {
			return Constants{}, err
		}
		s.scatter(s.x, o.Around, o.Radius)
	}
	return c, nil
}

type sampler struct {
	f            Objective
	stream       rng.Stream
	x, y, gx, gy []float64
}

// pair looks at the point x and at one near it.
func (s *sampler) pair(c *Constants, radius float64) error {
	s.scatter(s.y, s.x, radius)
	s.f.Gradient(s.x, s.gx)
	s.f.Gradient(s.y, s.gy)
	steepness, length := 0.0, 0.0
	for i, x := range s.x {
		steepness += square(s.gx[i] - s.gy[i])
		length += square(x - s.y[i])
	}
	if length > 0 {
		c.Smoothness = max(c.Smoothness, math.Sqrt(steepness/length))
	}
	value, slope := s.f.Value(s.x), 0.0
	for _, g := range s.gx {
		slope += square(g)
	}
	if math.IsNaN(value) || math.IsNaN(steepness) || value < 0 {
		return fmt.Errorf("certify: sampled value %g above the minimum and squared slope %g, want finite numbers of at least 0", value, slope)
	}
	if ratio := slope / (2 * value); value > 0 && ratio < c.PL {
		c.PL, c.At = ratio, append(c.At[:0], s.x...)
	}
	return nil
}

// scatter writes a point in a random direction from around, at a distance of radius·10^(-6u), u uniform.
func (s *sampler) scatter(to, around []float64, radius float64) {
	norm := 0.0
	for i := range to {
		to[i] = s.stream.NextNormal()
		norm += square(to[i])
	}
	if norm == 0 { // cannot be ruled out in one dimension
		copy(to, around)
		return
	}
	distance := radius * det.Pow(10, -6*s.stream.NextFloat64()) / math.Sqrt(norm)
	for i := range to {
		to[i] = around[i] + float64(distance*to[i])
	}
}
