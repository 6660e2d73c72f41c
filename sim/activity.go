package sim

import "couplet/synapse"

// Activity returns the exact counts of everything that has happened since the start.
func (s *Simulator) Activity() Activity {
	a := Activity{Ticks: s.tick, TickMs: s.prog.net.TickMs, CountActive: s.prog.countActive}
	for _, q := range s.prog.populations {
		sum := PopulationActivity{Name: q.Name, Neurons: q.Size}
		for _, sh := range s.shards {
			part := sh.hosts[q.index].activity
			sum.Spikes += part.Spikes
			sum.Negative += part.Negative
			sum.Muted += part.Muted
			sum.Updates += part.Updates
			sum.Active += part.Active
		}
		if s.prog.countActive {
			sum.Idle = int64(q.Size)*s.tick - sum.Active
		}
		a.Populations = append(a.Populations, sum)
	}
	for _, q := range s.prog.projections {
		sum := ProjectionActivity{Name: q.Name}
		for k, sh := range s.shards {
			for _, c := range q.pieces[k] {
				sum.Synapses += c.conn.Synapses()
			}
			sum.Events += sh.counts[q.index].Events
			sum.Spikes += sh.counts[q.index].Spikes
		}
		if q.From.Whole() {
			source := a.Populations[q.from.index]
			sum.Spikes = source.Spikes - source.Muted
		}
		a.Projections = append(a.Projections, sum)
	}
	for _, st := range s.prog.stimuli {
		sum := StimulusActivity{Name: st.Name}
		for _, sh := range s.shards {
			sum.Events += sh.drives[st.index]
		}
		a.Stimuli = append(a.Stimuli, sum)
	}
	for i, q := range s.prog.net.Projections {
		s.eachPlastic(q, func(_ *shard, _ piece, t *synapse.PlasticTable) { a.Projections[i].Plastic += t.Updates })
	}
	return a
}
