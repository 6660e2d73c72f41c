package hwmodel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"couplet/sim"
	"couplet/synapse"
)

// Origin says where the counts of a network belong. The zero value will do.
type Origin struct {
	// Places are the lines of the network's file, see [NetworkPlaces].
	Places Places
	// Layers names the layer of each population, by the population's name; others are their own layer.
	Layers map[string]string
}

// FromActivity turns what the engine counted into counts with a price. The network is the one that ran,
// as it was compiled. An error means that the two do not belong together.
//
// What happens to a neuron is counted at its population; what happens at a synapse, at the projection
// below its target population, where the synapse's memory is:
//
//   - spikes by sign; those of sources count as spikes brought in from outside;
//   - neuron updates, active and idle: a neuron is active in the ticks in which its net synaptic input is not
//     zero or it fires ([sim.PopulationActivity]), and idle in all others, however it is hosted. A ternary
//     couple counts as two neurons. Without [sim.Options].CountActive all updates that the engine computed
//     count as active, which in a clocked population are all there are; the assumptions say so;
//   - synaptic events, and one weight read for each: every synapse of a projection has a weight stored beside
//     its target, whatever the rule that made it and even if all weights are equal. The weights of a
//     convolution are shared and read once for each event all the same; the assumptions say so. A Poisson
//     spike is an input spike that is taken up by a synapse with a stored weight and makes one synaptic event;
//   - spikes taken up by a projection, each once: those of the part of the population that it begins in;
//   - constant currents: one addition per neuron and tick;
//   - updates of plastic weights.
//
// Spikes that are still on their way when the run ends count as sent and as taken up, not as synaptic
// events.
func FromActivity(net *sim.Network, a sim.Activity, o Origin) (Counts, error) {
	if err := belong(net, a); err != nil {
		return Counts{}, err
	}
	t := translation{net: net, activity: a, origin: o, taken: map[[2]string]int{}}
	for i, p := range net.Populations {
		t.population(p, a.Populations[i])
	}
	for i, p := range net.Projections {
		t.projection(p, a.Projections[i])
	}
	for i, s := range net.Stimuli {
		t.stimulus(s, a.Stimuli[i])
	}
	t.explain()
	if err := t.counts.Check(); err != nil {
		return Counts{}, err
	}
	return t.counts, nil
}

// belong tells whether the activity is that of the network.
func belong(net *sim.Network, a sim.Activity) error {
	mismatch := func(kind string, i int, have, want string) error {
		return fmt.Errorf("hwmodel: the activity is not that of network %q: %s %d is %q, not %q", net.Name, kind, i, have, want)
	}
	if len(a.Populations) != len(net.Populations) || len(a.Projections) != len(net.Projections) || len(a.Stimuli) != len(net.Stimuli) {
		return fmt.Errorf("hwmodel: the activity is not that of network %q: it counts %d populations, %d projections and %d stimuli where the network has %d, %d and %d",
			net.Name, len(a.Populations), len(a.Projections), len(a.Stimuli), len(net.Populations), len(net.Projections), len(net.Stimuli))
	}
	for i, p := range net.Populations {
		if p.Name != a.Populations[i].Name || p.Size != a.Populations[i].Neurons {
			return mismatch("population", i, a.Populations[i].Name, p.Name)
		}
		if p.Model == nil {
			return fmt.Errorf("hwmodel: population %q of network %q has no model", p.Name, net.Name)
		}
	}
	for i, p := range net.Projections {
		if p.Name != a.Projections[i].Name {
			return mismatch("projection", i, a.Projections[i].Name, p.Name)
		}
		if p.Rule == nil || p.Synapse == nil || p.From.Population == nil || p.To.Population == nil {
			return fmt.Errorf("hwmodel: projection %q of network %q is incomplete", p.Name, net.Name)
		}
	}
	for i, s := range net.Stimuli {
		if s.Name != a.Stimuli[i].Name || s.To.Population == nil {
			return mismatch("stimulus", i, a.Stimuli[i].Name, s.Name)
		}
	}
	return nil
}

// translation is an activity on its way to counts.
type translation struct {
	net      *sim.Network
	activity sim.Activity
	origin   Origin
	counts   Counts

	taken                     map[[2]string]int // names given out below each population
	clocked, touched, couples []string          // populations that remarks speak of
	partial, rows             []string          // projections that they speak of
	driven                    bool
}

// name is the name of a projection or stimulus onto a population, numbered if there are several of the same
// name: pprof merges what has the same path.
func (t *translation) name(to *sim.Population, name string) string {
	key := [2]string{to.Name, name}
	t.taken[key]++
	if n := t.taken[key]; n > 1 {
		return fmt.Sprintf("%s#%d", name, n)
	}
	return name
}

// at adds a count of a population, or of a projection or stimulus onto it.
func (t *translation) at(p *sim.Population, projection, path string, term Term, n int64) {
	if n == 0 {
		return
	}
	t.counts.List = append(t.counts.List, Count{
		Path:  Path{Population: p.Name, Projection: projection, Operation: string(term)},
		Layer: cmp.Or(t.origin.Layers[p.Name], p.Name),
		Place: t.origin.Places[path],
		Term:  term, N: n,
	})
}

func (t *translation) population(p *sim.Population, a sim.PopulationActivity) {
	if p.Model.Info().Source() {
		t.at(p, "", p.Path, InputSpike, a.Spikes)
		return
	}
	t.at(p, "", p.Path, SpikePositive, a.Spikes-a.Negative)
	t.at(p, "", p.Path, SpikeNegative, a.Negative)
	neurons := int64(1)
	if p.Model.Info().Signed {
		neurons = 2
		t.couples = append(t.couples, p.Name)
	}
	active, idle := a.Active, a.Idle
	if !t.activity.CountActive {
		all := int64(p.Size) * t.activity.Ticks
		active, idle = a.Updates, max(all-a.Updates, 0)
		if idle == 0 {
			t.clocked = append(t.clocked, p.Name)
		} else {
			t.touched = append(t.touched, p.Name)
		}
	}
	t.at(p, "", p.Path, NeuronUpdateActive, neurons*active)
	t.at(p, "", p.Path, NeuronUpdateIdle, neurons*idle)
}

func (t *translation) projection(p *sim.Projection, a sim.ProjectionActivity) {
	target := p.To.Population
	name := t.name(target, p.Name)
	if a.Synapses > 0 {
		t.uptake(p, name, a.Spikes)
	}
	op := SynapticOpSparse
	switch p.Rule.(type) {
	case synapse.AllToAll:
		op = SynapticOpDense
	case synapse.Stencil:
		op = SynapticOpConv
		if a.Events > 0 {
			t.rows = append(t.rows, name)
		}
	}
	t.at(target, name, p.Path, op, a.Events)
	t.at(target, name, p.Path, WeightFetch, a.Events)
	t.at(target, name, p.Path, plasticTerm(p.Synapse), a.Plastic)
}

// uptake counts the spikes that a projection takes up. Where an old result does not have the count, they are
// those of the population, if the projection begins in all of it.
func (t *translation) uptake(p *sim.Projection, name string, taken int64) {
	if i := slices.Index(t.net.Populations, p.From.Population); taken < 0 && i >= 0 {
		taken = t.activity.Populations[i].Spikes - t.activity.Populations[i].Muted
		if !p.From.Whole() && taken > 0 {
			t.partial = append(t.partial, name)
			return
		}
	}
	t.at(p.To.Population, name, p.Path, SpikeIn, taken)
}

// plasticTerm is the term for an update of a synapse of a model.
func plasticTerm(s synapse.Synapse) Term {
	switch s.(type) {
	case synapse.STDP, synapse.STDPPowerLaw, synapse.STDPTriplet:
		return STDPUpdate
	case synapse.Tsodyks2:
		return ShortTermUpdate
	case synapse.Learned:
		return LearnedUpdate
	}
	return PlasticUpdate
}

func (t *translation) stimulus(s *sim.Stimulus, a sim.StimulusActivity) {
	to := s.To.Population
	name := t.name(to, s.Name)
	switch d := s.Drive.(type) {
	case sim.Poisson:
		t.driven = t.driven || a.Events > 0
		t.at(to, name, s.Path, InputSpike, a.Events)
		t.at(to, name, s.Path, SpikeIn, a.Events)
		t.at(to, name, s.Path, SynapticOpSparse, a.Events)
		t.at(to, name, s.Path, WeightFetch, a.Events)
	case sim.DC:
		t.at(to, name, s.Path, InputCurrent, int64(s.To.Len())*t.ticksOn(s.DelayMs, d.StartMs, d.StopMs))
	case sim.StepCurrent:
		ticks := int64(0)
		for i, amplitude := range d.Amplitudes {
			stop := 0.0
			if i+1 < len(d.TimesMs) {
				stop = d.TimesMs[i+1]
			}
			if amplitude != 0 && i < len(d.TimesMs) {
				ticks += t.ticksOn(s.DelayMs, d.TimesMs[i], stop)
			}
		}
		t.at(to, name, s.Path, InputCurrent, int64(s.To.Len())*ticks)
	}
}

// ticksOn counts the ticks of the run in which a current is on that begins at start and ends at stop
// (0: never). It acts from the tick after start + delay on, each rounded to ticks as the engine does.
func (t *translation) ticksOn(delayMs, startMs, stopMs float64) int64 {
	begin, end := t.tick(startMs)+t.tick(delayMs), t.activity.Ticks
	if stopMs > 0 && !math.IsInf(stopMs, 1) {
		end = min(end, t.tick(stopMs)+t.tick(delayMs))
	}
	return max(end-begin, 0)
}

// tick is the number of whole ticks in a time, as far as the run goes.
func (t *translation) tick(ms float64) int64 {
	n := math.Round(ms / t.activity.TickMs)
	if !(n > 0) {
		return 0
	}
	if n >= float64(t.activity.Ticks) {
		return t.activity.Ticks
	}
	return int64(n)
}

// explain says what was assumed and what is missing.
func (t *translation) explain() {
	assume := func(names []string, text string) {
		if len(names) > 0 {
			t.counts.Assumptions = append(t.counts.Assumptions, fmt.Sprintf(text, strings.Join(names, ", ")))
		}
	}
	assume(t.clocked, "%s: updated in every tick; idle updates are not told apart and count as active")
	assume(t.touched, "%s: active in the ticks in which the engine touched it, if only to look whether it fires")
	assume(t.couples, "%s: a ternary couple counts as two neurons")
	if t.driven {
		t.counts.Assumptions = append(t.counts.Assumptions, "every spike of a Poisson drive is an input spike that is taken up and makes one synaptic event")
	}
	assume(t.rows, "%s: a shared kernel weight is read for every synaptic event")
	for _, name := range t.partial {
		t.counts.Missing = append(t.counts.Missing, Missing{SpikeIn, name, "it takes the spikes of a part of a population, which this result is too old to have counted"})
	}
	for _, name := range t.rows {
		t.counts.Missing = append(t.counts.Missing, Missing{KernelRow, name, "the engine counts synaptic events, not rows of the kernel"})
	}
}
