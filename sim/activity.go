package sim

import "couplet/synapse"

// Activity returns the exact counts of everything that has happened since the start.
func (s *Simulator) Activity() Activity {
	a := Activity{Ticks: s.tick, TickMs: s.prog.net.TickMs}
	for _, q := range s.prog.populations {
		sum := PopulationActivity{Name: q.Name, Neurons: q.Size}
		for _, sh := range s.shards {
			part := sh.hosts[q.index].activity
			sum.Spikes += part.Spikes
			sum.Negative += part.Negative
			sum.Muted += part.Muted
			sum.Updates += part.Updates
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
