package sim

import (
	"math"

	"couplet/neuron"
	"couplet/synapse"
)

// canHost tells whether a model can be hosted that way. Sources emit what they are told to and are
// always hosted lazily; of other models a smallest population is asked.
func canHost(m neuron.Model, h Hosting, tickMs float64) bool {
	if m.Info().Source() {
		return h == LazyHosting
	}
	n := 1
	if indivisible(m) {
		n = 2
	}
	s, err := m.Build(neuron.Build{N: n, TickMs: tickMs, Lazy: h == LazyHosting, Each: map[string][]float64{}})
	if err != nil {
		return h == ClockedHosting // the model tells more about it when the population is built
	}
	if h == LazyHosting {
		_, ok := s.(neuron.Lazy)
		return ok
	}
	_, ok := s.(neuron.Clocked)
	return ok
}

// host decides how a population is updated. The choice changes cost, never spikes.
func (q *population) host(p *Program, override Hosting) {
	want := q.Host
	if override != Auto {
		want = override
	}
	clocked, lazy := canHost(q.Model, ClockedHosting, p.net.TickMs), canHost(q.Model, LazyHosting, p.net.TickMs)
	switch {
	case !clocked:
		q.lazy = true
	case !lazy:
		q.lazy = false
	case want == Auto:
		q.lazy = q.quiet(p)
	default:
		q.lazy = want == LazyHosting
	}
}

// quietSize is the population size from which lazy hosting can win: below it an update of all
// neurons costs no more than looking after events one by one.
const quietSize = 512

// quiet guesses whether most neurons have nothing to do in most ticks: the population is large and
// nothing drives all of it all the time - no constant current, no Poisson drive that sends a spike
// in more than one of twenty ticks.
func (q *population) quiet(p *Program) bool {
	if q.Size < quietSize || q.info.Source() {
		return q.info.Source()
	}
	for _, param := range neuron.Params(q.Model) {
		if param.Name == "I_e" && param.Value(q.Model) != 0 {
			return false
		}
	}
	if v, ok := q.Each["I_e"]; ok {
		if lo, hi := v.Bounds(); lo != 0 || hi != 0 {
			return false
		}
	}
	for _, i := range q.stim {
		if d, ok := p.net.Stimuli[i].Drive.(Poisson); !ok || d.perTick(p.net.TickMs) >= countedFrom {
			return false
		}
	}
	return true
}

// scale chooses the fixed-point format of each input port.
func (p *Program) scale(q *population) {
	q.scales = make([]synapse.Scale, len(q.info.Ports))
	q.limits = make([]float64, len(q.info.Ports))
	for port, kind := range q.info.Ports {
		feeds, limit := p.feeds(q)
		q.scales[port], q.limits[port] = synapse.ChooseScale(feeds), limit
		if kind.Kind == neuron.Counting {
			q.scales[port] = synapse.Scale{Quantum: 1, Wide: true}
		}
	}
}

// plasticRoom is the factor by which a plastic weight without a bound of its own may exceed the
// largest initial weight, or 1 if that is 0.
const plasticRoom = 1 << 10

// feeds lists everything that adds to the inputs of a population, and the bound of plastic weights.
func (p *Program) feeds(q *population) (feeds []synapse.Feed, limit float64) {
	for _, i := range q.in {
		c := p.projections[i]
		weight, _ := synapse.StrengthOf(c.Rule, c.Synapse)
		f := synapse.Feed{Weight: weight, Events: float64(c.Rule.MaxInDegree(c.From.Len(), c.To.Len())) * c.from.mostSpikes()}
		if l, ok := c.Synapse.(synapse.Learned); ok {
			f.Plastic, f.Limit = true, l.Limit // learned weights change too
		}
		if c.plastic != nil {
			f.Plastic, f.Limit = true, plasticLimit(c.plastic, f.Largest())
			limit = max(limit, f.Limit)
		}
		feeds = append(feeds, f)
	}
	for _, i := range q.stim {
		if s := p.stimuli[i]; s.poisson() != nil {
			feeds = append(feeds, synapse.Feed{Weight: synapse.Const(s.Weight), Events: s.mostSpikes(p.net.TickMs)})
		}
	}
	return feeds, limit
}

// plasticLimit bounds the weights that a plastic projection hands on.
func plasticLimit(s synapse.Plastic, initial float64) float64 {
	lo, hi := s.Reach()
	reach := max(-lo, hi)
	if math.IsInf(reach, 1) {
		if initial == 0 {
			return plasticRoom
		}
		return plasticRoom * initial
	}
	return max(reach, initial)
}

// mostMultiple is the largest number of spikes that one neuron of a model with several spikes per
// tick may emit in a tick; the engine refuses more, because input sums have room for no more.
const mostMultiple = 1 << 10

// mostSpikes bounds the spikes of one neuron in one tick: its own and an injected one.
func (q *population) mostSpikes() float64 {
	if q.info.Multiple {
		return mostMultiple
	}
	return 2
}
