package neuron

import (
	"fmt"
	"math"

	"couplet/internal/rng"
)

// PoissonSource emits a Poisson train of spikes while it is on: all targets of a source see the same
// spikes. It takes no input.
//
// The train is drawn in continuous time: the gaps between the spikes, and from start to the first
// one, are independent exponential numbers of mean 1000/rate ms. A spike at time t in (start, stop]
// is one of tick ⌈t/h⌉; at high rates several of them fall into one tick. So the train does not
// depend on the length of the tick, but for the rounding of its times.
//
// Gap k of neuron i is number k of the stream i below Build.Key.
type PoissonSource struct {
	Rate  float64 `param:"rate" unit:"Hz" default:"0" range:"[0,1e7]" doc:"mean number of spikes per 1000 ms"`
	Start float64 `param:"start" unit:"ms" default:"0" range:"[0,1e12]" doc:"time of switching on"`
	Stop  float64 `param:"stop" unit:"ms" default:"1e12" range:"[0,1e12]" doc:"time of switching off; the default, 31 years, stands for never"`
}

// NewPoissonSource returns a source that is on for good, of rate 0.
func NewPoissonSource() PoissonSource { return withDefaults(PoissonSource{}) }

// Info describes the source.
func (PoissonSource) Info() Info {
	return Info{
		Name:     "poisson_source",
		Doc:      "emits a Poisson spike train, the same for all targets of one source",
		Multiple: true,
	}
}

// Validate reports the parameters that are out of range, and a stop before the start.
func (m PoissonSource) Validate() []ParamError {
	bad := checkRanges(m)
	if m.Stop < m.Start {
		bad = append(bad, ParamError{Param: "stop", Message: fmt.Sprintf("%g ms must not lie before start (%g ms)", m.Stop, m.Start)})
	}
	return bad
}

// Build makes the state of a shard. It is Lazy and nothing else.
func (m PoissonSource) Build(b Build) (State, error) {
	distinct, class, err := classes(b, m)
	if err != nil {
		return nil, err
	}
	s := &poissonSource{
		first: uint32(b.First), tickMs: b.TickMs, key: b.Key,
		models: distinct, class: class,
		next: make([]float64, b.N), drawn: make([]int64, b.N),
	}
	for i := range b.N {
		s.next[i] = s.model(i).Start
		s.draw(i)
	}
	return s, nil
}

// poissonSource is the state of a shard.
type poissonSource struct {
	first  uint32
	tickMs float64
	key    rng.Key
	models []PoissonSource // distinct parameter sets
	class  []uint32        // neuron -> model; nil if there is only one
	next   []float64       // time of the next spike, ms
	drawn  []int64         // gaps drawn so far
}

func (s *poissonSource) model(i int) *PoissonSource {
	if s.class == nil {
		return &s.models[0]
	}
	return &s.models[s.class[i]]
}

// draw goes on to the next spike of neuron i.
func (s *poissonSource) draw(i int) {
	gap := math.Inf(1)
	if rate := s.model(i).Rate; rate > 0 {
		gap = s.key.Sub(uint64(s.first)+uint64(i)).Exponential(uint64(s.drawn[i])) * (1000 / rate)
	}
	s.next[i] += float64(gap)
	s.drawn[i]++
}

// Columns holds the next spike of each neuron and the place in its stream.
func (s *poissonSource) Columns() []Column {
	return []Column{{Name: "next", F64: s.next}, {Name: "drawn", I64: s.drawn}}
}

// Read has nothing to read: a source has no variables.
func (s *poissonSource) Read(_, _ int, _ int64) float64 { return 0 }

// SetCurrent has no effect: a source has no membrane.
func (s *poissonSource) SetCurrent(int, float64) {}

// Touch emits the spikes of tick now of the listed neurons, in the order of the list.
func (s *poissonSource) Touch(now int64, list []uint32, _ []Input, out *Spikes) {
	for _, i := range list {
		for s.Wake(int(i)) <= now {
			out.Neurons = append(out.Neurons, s.first+i)
			s.draw(int(i))
		}
	}
}

// Advance has nothing to do: between its spikes a source does not change.
func (s *poissonSource) Advance(int, int64) {}

// Wake is the tick of the neuron's next spike.
func (s *poissonSource) Wake(i int) int64 {
	tick := math.Ceil(s.next[i] / s.tickMs)
	if s.next[i] > s.model(i).Stop || tick > maxTick {
		return Never
	}
	return int64(tick)
}
