package opcount

import (
	"errors"
	"fmt"
	"math"
)

// Input is what arrives at a map in all steps of all samples: [Tensor], [Constant], [Analog], [Spikes],
// [SpikeTotal] or [Rate], from all that there is to know to a single number.
type Input interface {
	// arrive sorts the input into spikes and real numbers. Errors have no prefix.
	arrive(w where) (*arrivals, error)
}

// Tensor is the activity itself.
type Tensor struct {
	// Steps has a row of one value per source for every step of the first sample, then of the second,
	// and so on.
	Steps [][]float64
	// Unit, unless 0, says that the values are whole multiples of it and that the factor is folded into
	// the weights: 0.25 for spikes behind an average pooling of 2×2, whose sum m/4 then costs m
	// additions where it would cost a multiplication. A convention that does not fold sees real
	// numbers.
	Unit float64
}

// Constant is an input that is the same in all steps of a sample, such as an image given as currents.
type Constant struct {
	// Samples has a row of one value per source for every sample.
	Samples [][]float64
}

// Analog is an input of real numbers of which no value is known. All are taken not to be zero, and to be
// real numbers by every convention.
type Analog struct {
	// Constant says that the numbers do not change from step to step.
	Constant bool
}

// Spikes are the numbers of spikes of the sources.
type Spikes struct {
	// PerSource counts the spikes of each source in all steps of all samples, at most one a step.
	PerSource []int64
	// Ternary says that some of them have the sign −1.
	Ternary bool
}

// SpikeTotal is the number of spikes of all sources together. The count is exact where all sources have
// the same fan-out, and an estimate with the mean fan-out elsewhere.
type SpikeTotal struct {
	Total int64
	// Ternary says that some of the spikes have the sign −1.
	Ternary bool
}

// Rate is a mean number of spikes. All that is counted from it is an estimate.
type Rate struct {
	// PerStep is the mean number of spikes of a source in a step, 0 to 1.
	PerStep float64
	// Ternary says that some of the spikes have the sign −1.
	Ternary bool
}

// where is what an input arrives at.
type where struct {
	sources, steps, samples int
	convention              Convention
}

// calls is the number of steps of all samples.
func (w where) calls() int64 { return int64(w.steps) * int64(w.samples) }

// arrivals is an input sorted by a convention: which steps bring spikes and which real numbers.
type arrivals struct {
	// spikes and graded count, for each source, the spikes and the real numbers other than 0. They are
	// nil for an input of which only totals are known.
	spikes, graded []int64
	// spikeCalls and gradedCalls are the numbers of steps that bring the one and the other.
	spikeCalls, gradedCalls int64
	// sum adds up the values of the steps that bring spikes.
	sum float64
	// total is the number of spikes if it is all that is known of them.
	total int64
	// expected marks a total that is a mean, and expects holds it before it was rounded.
	expected bool
	expects  float64
	// constant marks real numbers that do not change from step to step of a sample; graded then counts
	// samples and not steps.
	constant bool
}

// arrive implements [Input].
func (x Tensor) arrive(w where) (*arrivals, error) {
	if int64(len(x.Steps)) != w.calls() {
		return nil, fmt.Errorf("input of %d rows, want %d: %d steps of %d samples", len(x.Steps), w.calls(), w.steps, w.samples)
	}
	if !(x.Unit >= 0) || math.IsInf(x.Unit, 0) {
		return nil, fmt.Errorf("unit %g of the input, want a finite number above 0, or 0 for none", x.Unit)
	}
	for t, row := range x.Steps {
		if err := w.checkRow("step", t, row); err != nil {
			return nil, err
		}
	}
	a := &arrivals{spikes: make([]int64, w.sources), graded: make([]int64, w.sources)}
	unit, folded := 1.0, x.Unit > 0 && w.convention.FoldUnit
	if folded {
		unit = x.Unit
	}
	if w.convention.EachStep {
		for t := range x.Steps {
			a.sort(w.convention.SpikeTest, x.Steps[t:t+1], unit, folded)
		}
		return a, nil
	}
	a.sort(w.convention.SpikeTest, x.Steps, unit, folded)
	return a, nil
}

// checkRow reports a row of the wrong length or with a value that is no number.
func (w where) checkRow(what string, at int, row []float64) error {
	if len(row) != w.sources {
		return fmt.Errorf("input of %s %d has %d values, want one for each of %d sources", what, at, len(row), w.sources)
	}
	for i, x := range row {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("input of %s %d: value %g of source %d, want a finite number", what, at, x, i)
		}
	}
	return nil
}

// sort adds steps that are tested together.
func (a *arrivals) sort(test SpikeTest, steps [][]float64, unit float64, folded bool) {
	if !test.passes(steps, unit, folded) {
		a.gradedCalls += int64(len(steps))
		for _, row := range steps {
			countNonZero(a.graded, row)
		}
		return
	}
	a.spikeCalls += int64(len(steps))
	for _, row := range steps {
		for i, x := range row {
			a.sum += test.weight(x)
			switch {
			case x == 0:
			case folded:
				a.spikes[i] += int64(math.Abs(x / unit))
			default:
				a.spikes[i]++
			}
		}
	}
}

func countNonZero(count []int64, row []float64) {
	for i, x := range row {
		if x != 0 {
			count[i]++
		}
	}
}

// arrive implements [Input]. A constant input of zeros and ones is spikes for the test of spikes, as in
// the tools; only real numbers can be kept as a current.
func (x Constant) arrive(w where) (*arrivals, error) {
	if len(x.Samples) != w.samples {
		return nil, fmt.Errorf("constant input of %d rows, want one for each of %d samples", len(x.Samples), w.samples)
	}
	for n, row := range x.Samples {
		if err := w.checkRow("sample", n, row); err != nil {
			return nil, err
		}
	}
	a := &arrivals{spikes: make([]int64, w.sources), graded: make([]int64, w.sources), constant: true}
	if w.convention.EachStep {
		for n := range x.Samples {
			a.sort(w.convention.SpikeTest, x.Samples[n:n+1], 1, false)
		}
	} else {
		a.sort(w.convention.SpikeTest, x.Samples, 1, false)
	}
	steps := int64(w.steps)
	for i := range a.spikes {
		a.spikes[i] *= steps
	}
	a.sum *= float64(steps)
	a.spikeCalls *= steps
	a.gradedCalls *= steps
	return a, nil
}

// arrive implements [Input].
func (x Analog) arrive(w where) (*arrivals, error) {
	a := &arrivals{constant: x.Constant, gradedCalls: w.calls()}
	each := w.calls()
	if x.Constant {
		each = int64(w.samples)
	}
	a.graded = filled(w.sources, each)
	return a, nil
}

// arrive implements [Input].
func (x Spikes) arrive(w where) (*arrivals, error) {
	if len(x.PerSource) != w.sources {
		return nil, fmt.Errorf("spikes of %d sources, want %d", len(x.PerSource), w.sources)
	}
	total := int64(0)
	for i, n := range x.PerSource {
		if n < 0 || n > w.calls() {
			return nil, fmt.Errorf("%d spikes of source %d, want 0 to %d: at most one in each of %d steps of %d samples",
				n, i, w.calls(), w.steps, w.samples)
		}
		total += n
	}
	if !w.convention.SpikeTest.takes(x.Ternary) {
		return &arrivals{graded: x.PerSource, gradedCalls: w.calls()}, nil
	}
	return &arrivals{spikes: x.PerSource, spikeCalls: w.calls(), sum: float64(total)}, nil
}

// arrive implements [Input].
func (x SpikeTotal) arrive(w where) (*arrivals, error) {
	most, err := product(w.calls(), int64(w.sources))
	if err != nil {
		return nil, err
	}
	if x.Total < 0 || x.Total > most {
		return nil, fmt.Errorf("%d spikes, want 0 to %d: at most one of each of %d sources in each of %d steps of %d samples",
			x.Total, most, w.sources, w.steps, w.samples)
	}
	a := &arrivals{total: x.Total, expects: float64(x.Total)}
	return a.sortTotal(w, x.Ternary), nil
}

// arrive implements [Input].
func (x Rate) arrive(w where) (*arrivals, error) {
	if !(x.PerStep >= 0 && x.PerStep <= 1) {
		return nil, fmt.Errorf("rate of %g spikes per source and step, want 0 to 1", x.PerStep)
	}
	most, err := product(w.calls(), int64(w.sources))
	if err != nil {
		return nil, err
	}
	a := &arrivals{expected: true, expects: x.PerStep * float64(most)}
	if a.total, err = whole(a.expects); err != nil {
		return nil, err
	}
	return a.sortTotal(w, x.Ternary), nil
}

// sortTotal asks the convention whether the spikes are spikes.
func (a *arrivals) sortTotal(w where, ternary bool) *arrivals {
	if w.convention.SpikeTest.takes(ternary) {
		a.spikeCalls, a.sum = w.calls(), a.expects
	} else {
		a.gradedCalls = w.calls()
	}
	return a
}

// errNoInput tells of a layer without an input.
var errNoInput = errors.New("no input, want a tensor, spikes, a rate or real numbers")
