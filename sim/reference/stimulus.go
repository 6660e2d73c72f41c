package reference

import (
	"math"

	"couplet/internal/rng"
	"couplet/sim"
)

// stimulus drives the neurons of a view.
type stimulus struct {
	*sim.Stimulus
	key    rng.Key
	tickMs float64
	table  *rng.PoissonTable // of a Poisson drive that is drawn tick by tick
	next   []float64         // of a sparse one: per neuron, when the next spike is sent, ms
	drawn  []uint64
	events int64 // Poisson spikes handed on
}

// sparse is the mean number of spikes per tick below which a Poisson drive is drawn by gaps.
const sparse = 0.05

func newStimulus(net *sim.Network, seed uint64, index int) *stimulus {
	st := &stimulus{Stimulus: net.Stimuli[index], key: sim.StimulusKey(seed, index), tickMs: net.TickMs}
	d, ok := st.Drive.(sim.Poisson)
	if !ok {
		return st
	}
	mean := d.RateHz * net.TickMs / 1000
	if mean >= sparse {
		st.table, _ = rng.NewPoissonTable(mean) // Validate has checked the mean
		return st
	}
	for i := range st.To.Len() {
		st.next, st.drawn = append(st.next, d.StartMs), append(st.drawn, 0)
		st.advance(i, d.RateHz)
	}
	return st
}

// advance draws the next spike of a sparse drive: gap k of neuron i is number k of the stream i.
func (st *stimulus) advance(i int, rateHz float64) {
	st.next[i] += st.key.Sub(uint64(i)).Exponential(st.drawn[i]) * 1000 / rateHz
	st.drawn[i]++
}

// delay of the stimulus in ticks.
func (st *stimulus) delay() int64 { return ticks(st.DelayMs, st.tickMs) }

// stimulate lets the Poisson spikes of the present tick arrive.
func (s *Simulator) stimulate(st *stimulus) {
	d, ok := st.Drive.(sim.Poisson)
	if !ok {
		return
	}
	to := s.find(st.To.Population)
	for i := range st.To.Len() {
		for range st.spikes(d, i, s.tick) {
			to.arrive(s.tick, st.To.Lo+i, arrival{weight: st.Weight})
			st.events++
		}
	}
}

// spikes is the number of spikes that reach neuron i of the view in a tick.
func (st *stimulus) spikes(d sim.Poisson, i int, tick int64) int {
	sent := tick - st.delay() // the tick in which they were sent
	if st.table != nil {
		if sent <= ticks(d.StartMs, st.tickMs) || d.StopMs > 0 && sent > ticks(d.StopMs, st.tickMs) {
			return 0
		}
		return int(st.table.Count(st.key.Sub(uint64(tick)).Uint64(uint64(i))))
	}
	n := 0
	for d.RateHz > 0 && (d.StopMs == 0 || st.next[i] <= d.StopMs) && int64(math.Floor(st.next[i]/st.tickMs))+1 <= sent {
		st.advance(i, d.RateHz)
		n++
	}
	return n
}

// current sums the stimulus currents into a neuron in the present tick, which is update number
// tick-1: a current that is on in [start, stop) flows in the updates n with
// start/h + d <= n < stop/h + d.
func (s *Simulator) current(p *population, i int) float64 {
	sum := 0.0
	for _, st := range s.stimuli {
		if st.To.Population == p.Population && i >= st.To.Lo && i < st.To.Hi {
			sum += st.Weight * st.amplitude(i-st.To.Lo, s.tick-1-st.delay())
		}
	}
	return sum
}

// amplitude of a current source in update n, for neuron i of the view.
func (st *stimulus) amplitude(i int, n int64) float64 {
	switch d := st.Drive.(type) {
	case sim.DC:
		if n >= ticks(d.StartMs, st.tickMs) && (d.StopMs == 0 || n < ticks(d.StopMs, st.tickMs)) {
			return d.Amplitude.Draw(st.key, uint64(i))
		}
	case sim.StepCurrent:
		amplitude := 0.0
		for k, t := range d.TimesMs {
			if n >= ticks(t, st.tickMs) {
				amplitude = d.Amplitudes[k]
			}
		}
		return amplitude
	}
	return 0
}
