package reference

import (
	"math"
	"slices"

	"couplet/internal/rng"
	"couplet/neuron"
)

// sources are neurons that emit a train of spikes known in advance.
type sources struct {
	spikes map[int64][]firing // tick -> spikes
}

func (s *sources) tick(now int64, _ func(int) []arrival, _ func(int) float64) []firing {
	return s.spikes[now]
}

func (*sources) read(string, int) float64 { return 0 }

// replayed are the spikes of a neuron.SpikeSource: time t is one of tick t/h, or with precise
// times of tick ⌈t/h⌉.
func replayed(m neuron.SpikeSource, tickMs float64) *sources {
	s := &sources{map[int64][]firing{}}
	for i, times := range m.Times {
		for _, t := range times {
			f := firing{i: i, sign: 1}
			tick := math.Round(t / tickMs)
			if m.Precise && math.Abs(t-tick*tickMs) > 1e-15*t { // decimal times on the grid are not exact in binary
				tick = math.Ceil(t / tickMs)
				f.before = tick*tickMs - t
			}
			s.spikes[int64(tick)] = append(s.spikes[int64(tick)], f)
		}
	}
	return s
}

// trains draws Poisson trains one neuron after the other as the simulation goes on. Gap k of neuron
// i is number k of the stream i, an exponential number times 1000/rate.
type trains struct {
	key    rng.Key
	tickMs float64
	of     []train
}

type train struct {
	rate, stop float64
	next       float64 // ms
	drawn      uint64
}

func newTrains(all []values, key rng.Key, tickMs float64) *trains {
	s := &trains{key: key, tickMs: tickMs}
	for i, p := range all {
		s.of = append(s.of, train{rate: p.get("rate"), stop: p.get("stop"), next: p.get("start")})
		s.advance(i)
	}
	return s
}

// advance draws the time of the next spike.
func (s *trains) advance(i int) {
	t := &s.of[i]
	if t.rate == 0 {
		t.next = math.Inf(1)
		return
	}
	t.next += s.key.Sub(uint64(i)).Exponential(t.drawn) * (1000 / t.rate)
	t.drawn++
}

func (s *trains) tick(now int64, _ func(int) []arrival, _ func(int) float64) []firing {
	var spikes []firing
	for i := range s.of {
		t := &s.of[i]
		for t.next <= t.stop && int64(math.Max(1, math.Ceil(t.next/s.tickMs))) <= now {
			spikes = append(spikes, firing{i: i, sign: 1})
			s.advance(i)
		}
	}
	return spikes
}

func (*trains) read(string, int) float64 { return 0 }

// parrots repeat what arrives.
type parrots struct{ n int }

func (p parrots) tick(_ int64, in func(int) []arrival, _ func(int) float64) []firing {
	var spikes []firing
	for i := range p.n {
		spikes = append(spikes, slices.Repeat([]firing{{i: i, sign: 1}}, len(in(i)))...)
	}
	return spikes
}

func (parrots) read(string, int) float64 { return 0 }
