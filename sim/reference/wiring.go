package reference

import (
	"math"

	"couplet/sim"
	"couplet/synapse"
)

// projection holds the synapses of a projection, and the weights that they have sent if they are
// plastic.
type projection struct {
	*sim.Projection
	from, to    *population
	zeroDelay   bool
	connections []*connection
	sent        []sentWeight
	taken       int64           // spikes of its view
	handed      map[int64]int64 // synaptic events by the tick of their arrival
}

// connect makes the synapses of a projection one by one.
func (s *Simulator) connect(index int) {
	d := s.net.Projections[index]
	p := &projection{Projection: d, from: s.find(d.From.Population), to: s.find(d.To.Population), handed: map[int64]int64{}}
	weight, delay := d.Synapse.Strength()
	gain := 1.0
	if g, ok := d.Rule.(synapse.Gainer); ok { // an average multiplies by one over the size of its window
		gain = g.Gain()
	}
	if c, ok := delay.(synapse.Const); ok && c == 0 {
		p.zeroDelay = true
	}
	wiring := synapse.Wiring{Key: sim.ConnectKey(s.seed, index), Sources: d.From.Len(), Targets: d.To.Len()}
	d.Rule.Visit(wiring, 0, d.To.Len(), func(source, target uint32, ordinal uint64) {
		c := &connection{
			projection: p, ordinal: ordinal,
			source: d.From.Lo + int(source), target: d.To.Lo + int(target),
			weight: weight.Draw(sim.WeightKey(s.seed, index), ordinal) * gain,
			delay:  ticks(delay.Draw(sim.DelayKey(s.seed, index), ordinal), s.net.TickMs),
		}
		if !p.zeroDelay {
			c.delay = max(c.delay, 1) // drawn delays may fall below a tick
		}
		c.start = c.weight
		c.plastic = newPlastic(d.Synapse, s.net.TickMs, c)
		p.connections = append(p.connections, c)
		p.from.outgoing[c.source] = append(p.from.outgoing[c.source], c)
	})
	s.projections = append(s.projections, p)
}

// ticks rounds a duration to whole ticks.
func ticks(ms, tickMs float64) int64 { return int64(math.Round(ms / tickMs)) }
