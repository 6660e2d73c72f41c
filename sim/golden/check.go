package golden

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"couplet/sim"
)

// Tolerances of what is compared as real numbers.
const (
	PotentialTolerance = 1e-9 // mV
	TimeToleranceMs    = 1e-6 // of spike times off the grid
	WeightTolerance    = 1e-9 // in the unit of the weight
)

// maxReports is the number of differences of one kind that are listed.
const maxReports = 5

// explicitValues are the expected values of a file of schema snn-golden/1.
type explicitValues struct {
	SpikeSteps     map[whole][]whole   `json:"spike_steps"`
	SpikeTimesMs   map[whole][]float64 `json:"spike_times_ms"`
	NSpikes        *whole              `json:"n_spikes"`
	VM             map[whole][]float64 `json:"V_m"`
	FirstSampleMs  float64             `json:"V_m_first_sample_ms"`
	WeightEvents   []weightEvent       `json:"weight_events"`
	WeightsUpToOpt *whole              `json:"weight_events_up_to_step"`
}

// weightEvent is the weight that a connection handed on for a presynaptic spike.
type weightEvent struct {
	step, connection whole
	weight           float64
}

// UnmarshalJSON reads the list [step, connection number, weight].
func (e *weightEvent) UnmarshalJSON(b []byte) error {
	return tuple(b, &e.step, &e.connection, &e.weight)
}

// recordedPotential is a neuron whose potential is known, and its recorder.
type recordedPotential struct {
	id       whole
	recorder *sim.Recorder
}

// explicitExpectation knows the values and where to find what they are compared with.
type explicitExpectation struct {
	tickMs           float64
	ticks            int64
	values           *explicitValues
	places           map[whole]place
	groups           []group
	potentials       []recordedPotential
	everyMs, firstMs float64
}

func (x *explicitExpectation) check(r Recordings, ticks int64) error {
	if ticks != x.ticks {
		return fmt.Errorf("can be checked only after its whole run of %d ticks, not after %d", x.ticks, ticks)
	}
	return errors.Join(x.checkSpikes(r.Spikes()), x.checkPotentials(r.Traces()), x.checkWeights(r.Weights()))
}

// reports collects differences, not more than a reader wants to see.
type reports struct {
	list  []error
	total int
}

func (p *reports) add(format string, args ...any) {
	if p.total++; p.total <= maxReports {
		p.list = append(p.list, fmt.Errorf(format, args...))
	}
}

func (p *reports) err() error {
	if p.total > maxReports {
		p.list = append(p.list, fmt.Errorf("… and %d differences more", p.total-maxReports))
	}
	return errors.Join(p.list...)
}

// checkSpikes compares the spike steps or times of every neuron.
func (x *explicitExpectation) checkSpikes(trains []*sim.SpikeTrain) error {
	var bad reports
	total := 0
	times := x.timesOf(trains, &total)
	if n := x.values.NSpikes; n != nil && whole(total) != *n {
		bad.add("%d spikes, want %d", total, *n)
	}
	for _, id := range sortedIDs(x.values.SpikeSteps) {
		want := x.values.SpikeSteps[id]
		have := times[id]
		for i := range max(len(want), len(have)) {
			if i >= len(want) || i >= len(have) || int64(want[i]) != have[i].tick {
				bad.add("neuron %d: spike %d is at step %s, want %s", id, i, at(have, i, spikeTime.step), at(want, i, whole.text))
				break
			}
		}
	}
	for _, id := range sortedIDs(x.values.SpikeTimesMs) {
		want := x.values.SpikeTimesMs[id]
		have := times[id]
		for i := range max(len(want), len(have)) {
			if i >= len(want) || i >= len(have) || !(math.Abs(want[i]-have[i].ms) <= TimeToleranceMs) {
				bad.add("neuron %d: spike %d is at %s, want %s", id, i, at(have, i, spikeTime.exact), at(want, i, milliseconds))
				break
			}
		}
	}
	return bad.err()
}

// spikeTime is the time of a spike, as a tick and in ms.
type spikeTime struct {
	tick int64
	ms   float64
}

func (s spikeTime) step() string    { return fmt.Sprint(s.tick) }
func (s spikeTime) exact() string   { return milliseconds(s.ms) }
func (w whole) text() string        { return fmt.Sprint(int64(w)) }
func milliseconds(t float64) string { return fmt.Sprintf("%.12g ms", t) }
func at[T any](list []T, i int, text func(T) string) string {
	if i >= len(list) {
		return "missing"
	}
	return text(list[i])
}

// timesOf sorts the recorded spikes by the neurons' numbers in the file, each train in order of
// time.
func (x *explicitExpectation) timesOf(trains []*sim.SpikeTrain, total *int) map[whole][]spikeTime {
	number := map[*sim.Population]map[uint32]whole{}
	for id, p := range x.places {
		if p.population == nil {
			continue
		}
		if number[p.population] == nil {
			number[p.population] = map[uint32]whole{}
		}
		number[p.population][uint32(p.index)] = id
	}
	times := map[whole][]spikeTime{}
	for _, train := range trains {
		for i, t := range train.Ticks {
			s := spikeTime{t, float64(float64(t) * x.tickMs)}
			if train.Before != nil {
				s.ms -= train.Before[i]
			}
			id := number[train.Recorder.From.Population][train.Neurons[i]]
			times[id] = append(times[id], s)
			*total++
		}
	}
	for _, list := range times {
		slices.SortStableFunc(list, func(a, b spikeTime) int { return cmp.Compare(a.ms, b.ms) })
	}
	return times
}

// checkPotentials compares the recorded potentials at the times of the expected samples.
func (x *explicitExpectation) checkPotentials(traces []*sim.Trace) error {
	var bad reports
	byRecorder := map[*sim.Recorder]*sim.Trace{}
	for _, t := range traces {
		byRecorder[t.Recorder] = t
	}
	for _, p := range x.potentials {
		trace := byRecorder[p.recorder]
		if trace == nil {
			bad.add("neuron %d: no potential was recorded", p.id)
			continue
		}
		at := make(map[int64]float64, len(trace.Ticks))
		for k, t := range trace.Ticks {
			at[t] = trace.Row(k)[0]
		}
		for k, want := range x.values.VM[p.id] {
			tick := inTicks(x.firstMs+float64(float64(k)*x.everyMs), x.tickMs)
			have, ok := at[tick]
			if !ok || !(math.Abs(have-want) <= PotentialTolerance) {
				bad.add("neuron %d: V_m after step %d is %.12g mV (recorded: %t), want %.12g mV: %.2g mV apart",
					p.id, tick, have, ok, want, math.Abs(have-want))
				break
			}
		}
	}
	return bad.err()
}

// checkWeights compares the weights that were handed on, event by event.
func (x *explicitExpectation) checkWeights(logs []*sim.WeightLog) error {
	if x.values.WeightEvents == nil {
		return nil
	}
	upTo := whole(x.ticks)
	if x.values.WeightsUpToOpt != nil {
		upTo = *x.values.WeightsUpToOpt
	}
	var have []weightEvent
	for _, log := range logs {
		numbers := x.numbersOf(log.Recorder.Of)
		for i, t := range log.Ticks {
			if whole(t) <= upTo {
				have = append(have, weightEvent{whole(t), whole(numbers[log.Ordinals[i]]), log.Weights[i]})
			}
		}
	}
	inOrder := func(a, b weightEvent) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.connection, b.connection))
	}
	slices.SortStableFunc(have, inOrder)
	want := slices.Clone(x.values.WeightEvents)
	slices.SortStableFunc(want, inOrder)

	var bad reports
	if len(have) != len(want) {
		bad.add("%d weight events up to step %d, want %d", len(have), upTo, len(want))
	}
	for i := range min(len(have), len(want)) {
		h, w := have[i], want[i]
		if h.step != w.step || h.connection != w.connection || !(math.Abs(h.weight-w.weight) <= WeightTolerance) {
			bad.add("weight event %d: step %d, connection %d, weight %.12g; want step %d, connection %d, weight %.12g",
				i, h.step, h.connection, h.weight, w.step, w.connection, w.weight)
		}
	}
	return bad.err()
}

func (x *explicitExpectation) numbersOf(p *sim.Projection) []int {
	for i := range x.groups {
		if x.groups[i].projection == p {
			return x.groups[i].numbers
		}
	}
	return nil
}

// sortedIDs lists the neuron numbers of a map in order.
func sortedIDs[V any](m map[whole]V) []whole { return slices.Sorted(maps.Keys(m)) }
