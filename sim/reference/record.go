package reference

import (
	"cmp"
	"slices"

	"couplet/sim"
	"couplet/synapse"
)

// sentWeight is a weight that a plastic connection has handed on, and its own weight after that.
type sentWeight struct {
	connection *connection
	tick       int64 // of the presynaptic spike
	weight     float64
	own        float64
}

// startRecording makes the empty recordings of all recorders.
func (s *Simulator) startRecording() {
	for _, r := range s.net.Recorders {
		switch r.What {
		case "spikes":
			t := &sim.SpikeTrain{Recorder: r}
			info := r.From.Population.Model.Info()
			if info.Signed {
				t.Signs = []int8{}
			}
			if info.Precise {
				t.Before = []float64{}
			}
			s.trains = append(s.trains, t)
		case "weights":
		default:
			t := &sim.Trace{Recorder: r}
			for _, v := range r.From.Population.Model.Info().Variables {
				if v.Name == r.What {
					t.Unit = v.Unit
				}
			}
			s.traces = append(s.traces, t)
		}
	}
}

// record writes a spike of the present tick down.
func (s *Simulator) record(p *population, f firing) {
	for _, t := range s.trains {
		if from := t.Recorder.From; from.Population != p.Population || f.i < from.Lo || f.i >= from.Hi {
			continue
		}
		t.Ticks = append(t.Ticks, s.tick)
		t.Neurons = append(t.Neurons, uint32(f.i))
		if t.Signs != nil {
			t.Signs = append(t.Signs, int8(f.sign))
		}
		if t.Before != nil {
			t.Before = append(t.Before, f.before)
		}
	}
}

// sample writes down the variables that are due after the present tick.
func (s *Simulator) sample() {
	for _, t := range s.traces {
		every := max(1, ticks(t.Recorder.EveryMs, s.net.TickMs))
		if s.tick%every != 0 {
			continue
		}
		t.Ticks = append(t.Ticks, s.tick)
		from := t.Recorder.From
		p := s.find(from.Population)
		for i := from.Lo; i < from.Hi; i++ {
			t.Values = append(t.Values, p.neurons.read(t.Recorder.What, i))
		}
	}
}

// Spikes returns the spikes recorded so far, in order of the spike recorders.
func (s *Simulator) Spikes() []*sim.SpikeTrain { return s.trains }

// Traces returns the variables recorded so far, in order of their recorders.
func (s *Simulator) Traces() []*sim.Trace { return s.traces }

// Weights returns the weights that plastic connections have handed on to their targets so far, in
// order of the weight recorders. A spike that is still on its way is not among them.
func (s *Simulator) Weights() []*sim.WeightLog {
	var logs []*sim.WeightLog
	for _, r := range s.net.Recorders {
		if r.What != "weights" {
			continue
		}
		l := &sim.WeightLog{Recorder: r}
		p := s.projections[slices.Index(s.net.Projections, r.Of)]
		sent := slices.Clone(p.sent)
		slices.SortStableFunc(sent, func(a, b sentWeight) int {
			return cmp.Or(cmp.Compare(a.tick, b.tick), cmp.Compare(a.connection.ordinal, b.connection.ordinal))
		})
		for _, w := range sent {
			if w.tick+w.connection.delay <= s.tick {
				addWeight(l, w.tick, w.connection, w.weight)
			}
		}
		logs = append(logs, l)
	}
	return logs
}

// Activity returns the counts that do not depend on how a simulator works: not the updates of
// neurons that it computes, and of the stimuli the Poisson spikes only.
func (s *Simulator) Activity() sim.Activity {
	a := sim.Activity{Ticks: s.tick, TickMs: s.net.TickMs, CountActive: true}
	for _, p := range s.populations {
		a.Populations = append(a.Populations, sim.PopulationActivity{
			Name: p.Name, Neurons: p.Size, Spikes: p.spikes, Negative: p.negative,
			Active: p.active, Idle: int64(p.Size)*s.tick - p.active,
		})
	}
	for _, p := range s.projections {
		sum := sim.ProjectionActivity{Name: p.Name, Synapses: int64(len(p.connections)), Spikes: p.taken}
		for tick, n := range p.handed {
			if tick <= s.tick {
				sum.Events += n
			}
		}
		if _, plastic := p.Synapse.(synapse.Plastic); plastic {
			sum.Plastic = sum.Events
		}
		a.Projections = append(a.Projections, sum)
	}
	for _, st := range s.stimuli {
		a.Stimuli = append(a.Stimuli, sim.StimulusActivity{Name: st.Name, Events: st.events})
	}
	return a
}

// FinalWeights returns the weight of every connection of a plastic projection after its last
// presynaptic spike of a tick up to sent, in order of ordinals.
func (s *Simulator) FinalWeights(of *sim.Projection, sent int64) *sim.WeightLog {
	p := s.projections[slices.Index(s.net.Projections, of)]
	latest := map[*connection]float64{}
	for _, w := range p.sent {
		if w.tick <= sent {
			latest[w.connection] = w.own
		}
	}
	all := slices.Clone(p.connections)
	slices.SortFunc(all, func(a, b *connection) int { return cmp.Compare(a.ordinal, b.ordinal) })
	l := &sim.WeightLog{Recorder: &sim.Recorder{What: "weights", Of: of}}
	for _, c := range all {
		w, ok := latest[c]
		if !ok {
			w = c.start
		}
		addWeight(l, s.tick, c, w)
	}
	return l
}

// addWeight appends an entry to a log.
func addWeight(l *sim.WeightLog, tick int64, c *connection, w float64) {
	view := c.projection
	l.Ticks, l.Ordinals = append(l.Ticks, tick), append(l.Ordinals, c.ordinal)
	l.Sources = append(l.Sources, uint32(c.source-view.From.Lo))
	l.Targets = append(l.Targets, uint32(c.target-view.To.Lo))
	l.Weights = append(l.Weights, w)
}
