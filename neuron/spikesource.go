package neuron

import (
	"fmt"
	"math"
)

// SpikeSource replays given spike times: NEST's spike_generator. It takes no input.
//
// On the grid (Precise false) every time must be a multiple of the tick length h, and a time t gives
// a spike of tick t/h. With Precise a time t gives a spike of tick k = ⌈t/h⌉ that lies k·h - t before
// the end of that tick, in [0, h). The first spike can be that of tick 1, as the state of a network
// starts with tick 0.
//
// Precise and Times are no parameters in the sense of Params: they say what the source is, and
// cannot be overridden for single neurons by Build.Each.
type SpikeSource struct {
	// Times holds, for every neuron of the population, its spike times in ms: positive and never
	// decreasing. A time listed k times is k spikes. A nil Times is a silent population.
	Times [][]float64
	// Precise keeps the exact times of the spikes instead of asking for times on the grid.
	Precise bool
}

// NewSpikeSource returns a source of the given spike times (ms), one list per neuron, on the grid.
func NewSpikeSource(times ...[]float64) SpikeSource { return SpikeSource{Times: times} }

// Neurons is the number of neurons whose spikes are listed; 0 for a source that stays silent unless
// spikes are injected.
func (m SpikeSource) Neurons() int { return len(m.Times) }

// Info describes the source. Info().Precise follows the field Precise.
func (m SpikeSource) Info() Info {
	return Info{
		Name:     "spike_source",
		Doc:      "replays given spike times",
		Precise:  m.Precise,
		Multiple: true,
	}
}

// Validate reports, for every neuron with wrong times, the first wrong one.
func (m SpikeSource) Validate() []ParamError {
	var bad []ParamError
	for i, times := range m.Times {
		if err := checkTimes(i, times); err != nil {
			bad = append(bad, ParamError{Param: "times", Message: err.Error()})
		}
	}
	return bad
}

// checkTimes checks what can be said about spike times without knowing the tick.
func checkTimes(i int, times []float64) error {
	previous := 0.0
	for _, t := range times {
		switch {
		case !(t > 0) || math.IsInf(t, 1):
			return fmt.Errorf("neuron %d: time %g ms must be a finite number greater than 0", i, t)
		case t < previous:
			return fmt.Errorf("neuron %d: time %g ms follows %g ms, but times must never decrease", i, t, previous)
		}
		previous = t
	}
	return nil
}

// Build makes the state of the neurons b.First … b.First+b.N-1. It is Lazy and nothing else.
func (m SpikeSource) Build(b Build) (State, error) {
	if err := b.check(m); err != nil {
		return nil, err
	}
	s := &spikeSource{first: uint32(b.First), precise: m.Precise, offset: make([]int, b.N+1), emitted: make([]int64, b.N)}
	if m.Times == nil {
		return s, nil
	}
	if b.N > len(m.Times)-b.First {
		return nil, fmt.Errorf("neuron: spike_source has spike times for %d neurons, but its population has at least %d",
			len(m.Times), b.First+b.N)
	}
	for i, times := range m.Times[b.First : b.First+b.N] {
		if err := s.add(b.First+i, times, b.TickMs); err != nil {
			return nil, fmt.Errorf("neuron: spike_source: %w", err)
		}
		s.offset[i+1] = len(s.ticks)
	}
	return s, nil
}

// spikeSource is the state of a shard: the spikes of neuron i are numbers offset[i] … offset[i+1]-1
// of ticks and, if precise, of before.
type spikeSource struct {
	first   uint32
	precise bool
	offset  []int
	ticks   []int64
	before  []float64 // ms before the end of the tick
	emitted []int64   // spikes that each neuron has emitted so far
}

// add appends the spikes of the next neuron, which is number i of its population.
func (s *spikeSource) add(i int, times []float64, tickMs float64) error {
	for _, t := range times {
		if t/tickMs > maxTick {
			return fmt.Errorf("neuron %d: time %g ms is later than tick 2^53, the last that a source can use", i, t)
		}
		if s.precise {
			tick, before := preciseTick(t, tickMs)
			s.ticks, s.before = append(s.ticks, tick), append(s.before, before)
			continue
		}
		tick, ok := gridTick(t, tickMs)
		if !ok {
			return fmt.Errorf("neuron %d: time %g ms is not a positive multiple of the tick of %g ms; "+
				"round it, choose another tick or make the source precise", i, t, tickMs)
		}
		s.ticks = append(s.ticks, tick)
	}
	return nil
}

// maxTick is the last tick a source emits in: up to there ticks are exact float64 numbers.
const maxTick = 1 << 53

// gridTick is the tick of time t (ms) on the grid, if t lies on it but for a relative error of 1e-9.
func gridTick(t, tickMs float64) (tick int64, ok bool) {
	k := math.Round(t / tickMs)
	return int64(k), k >= 1 && math.Abs(float64(k*tickMs)-t) <= 1e-9*t
}

// preciseTick is the tick that time t (ms) lies in, and the time from t to the end of that tick,
// in [0, tickMs). Decimal times on the grid (0.3 ms at a tick of 0.1 ms) are not exact in binary;
// so a time within four roundings of the grid is put on it.
func preciseTick(t, tickMs float64) (tick int64, before float64) {
	k := math.Round(t / tickMs)
	if k >= 1 && math.Abs(float64(k*tickMs)-t) <= 0x1p-50*t {
		return int64(k), 0
	}
	k = math.Ceil(t / tickMs)
	before = float64(k*tickMs) - t
	if before < 0 { // the quotient was rounded down onto the grid
		k, before = k+1, before+tickMs
	}
	return int64(k), min(before, math.Nextafter(tickMs, 0))
}

// Columns holds the number of spikes emitted: the times themselves never change.
func (s *spikeSource) Columns() []Column {
	return []Column{{Name: "emitted", I64: s.emitted}}
}

// Read has nothing to read: a source has no variables.
func (s *spikeSource) Read(_, _ int, _ int64) float64 { return 0 }

// SetCurrent has no effect: a source has no membrane.
func (s *spikeSource) SetCurrent(int, float64) {}

// Touch emits the spikes of tick now of the listed neurons, in the order of the list.
func (s *spikeSource) Touch(now int64, list []uint32, _ []Input, out *Spikes) {
	for _, i := range list {
		at, end := s.offset[i]+int(s.emitted[i]), s.offset[i+1]
		for ; at < end && s.ticks[at] <= now; at++ {
			out.Neurons = append(out.Neurons, s.first+i)
			if s.precise {
				out.Before = append(out.Before, s.before[at])
			}
		}
		s.emitted[i] = int64(at - s.offset[i])
	}
}

// Advance has nothing to do: between its spikes a source does not change.
func (s *spikeSource) Advance(int, int64) {}

// Wake is the tick of the neuron's next spike.
func (s *spikeSource) Wake(i int) int64 {
	if at := s.offset[i] + int(s.emitted[i]); at < s.offset[i+1] {
		return s.ticks[at]
	}
	return Never
}
