package event

import (
	"slices"

	"couplet/internal/spike"
	"couplet/learning/spide"
)

// note is told by the simulator after every tick in which something can have happened. It gathers the
// spikes of the tick; nothing is kept of them but counts.
func (n *network) note(tick int64) {
	for k := range n.layers {
		i := k
		if n.stage == spide.Backward {
			i = len(n.layers) - 1 - k
		}
		c := n.layers[i]
		n.words = n.words[:0]
		for _, m := range c.members {
			n.words = n.simulator.Emitted(m.population, n.words)
			if n.stage == spide.Backward && m.muted {
				n.words = n.simulator.Withheld(m.population, n.words)
			}
		}
		c.add(n.words, tick, n.leak)
		if n.observe != nil {
			n.show(i, tick)
		}
	}
}

// add counts the spikes of a tick.
func (c *cells) add(words []uint32, tick int64, leak float64) {
	for _, w := range words {
		j := spike.Index(w)
		c.decay(j, tick, leak)
		c.state.Counts[j]++
		if w&spike.Negative != 0 {
			c.state.Sum[j]--
		} else {
			c.state.Sum[j]++
		}
	}
}

// decay brings the weighted count Σ λ^(t−t')·s[t'] of a neuron to a tick. It takes one product for each
// tick, as neurons that are updated in every tick do, and so has the same bits.
func (c *cells) decay(j uint32, tick int64, leak float64) {
	if sum := c.state.Sum[j]; leak != 1 && sum != 0 {
		for range tick - c.at[j] {
			sum = float64(leak * sum)
		}
		c.state.Sum[j] = sum
	}
	c.at[j] = tick
}

// end leaves in the sample what the executor needs to know of the stage beside the counts.
func (n *network) end() error {
	n.activity = n.simulator.Activity()
	for _, c := range n.layers {
		for j := range c.at {
			c.decay(uint32(j), int64(n.ticks), n.leak)
		}
		for _, m := range c.members {
			c.state.Last = n.simulator.Emitted(m.population, c.state.Last)
			c.state.Updates += n.activity.Populations[m.index].Updates
		}
		if len(c.members) > 1 {
			slices.Sort(c.state.Last) // members are of the forward stage, without signs
		}
		if err := n.read(c, "u", c.state.Membrane); err != nil {
			return err
		}
	}
	return nil
}

// read copies a variable of all neurons of a layer, each from the member in which it is heard; that of a
// neuron that is heard in none is that of the first.
func (n *network) read(c *cells, variable string, dst []float64) error {
	if err := n.simulator.Read(c.members[0].population, variable, dst); err != nil {
		return err
	}
	for k, m := range c.members[1:] {
		n.other = grown(n.other, c.size)
		if err := n.simulator.Read(m.population, variable, n.other); err != nil {
			return err
		}
		for j, chosen := range c.choice {
			if chosen == k+1 {
				dst[j] = n.other[j]
			}
		}
	}
	return nil
}

// show calls the observer.
func (n *network) show(i int, tick int64) {
	c := n.layers[i]
	t := &n.shown
	t.Stage, t.Sample, t.Tick, t.Layer = n.stage, n.sample, int(tick), i
	slices.SortFunc(n.words, func(a, b uint32) int { return int(spike.Index(a)) - int(spike.Index(b)) })
	t.Spikes = n.words
	t.Membrane, t.Charged = grown(t.Membrane, c.size), grown(t.Charged, c.size)
	if n.read(c, "u", t.Membrane) != nil || n.read(c, "u_pre", t.Charged) != nil {
		return // the models have these variables
	}
	for j := range t.Membrane {
		t.Membrane[j] = float64(t.Membrane[j] * c.state.Unit)
		t.Charged[j] = float64(t.Charged[j] * c.state.Unit)
	}
	n.observe(*t)
}

// counts are what the engine counted in the samples of a batch, in one stage.
type counts struct {
	events   []int64 // by block, at the first member of the layer that it reaches
	spikes   []int64 // by layer, those of dropped neurons left out
	injected bool    // the input came as spikes, all of it
}

// clear begins a batch.
func (c *counts) clear(blocks int) {
	c.events, c.spikes = make([]int64, blocks), make([]int64, blocks-1)
	c.injected = true
}

// add adds the sample that a network has run.
func (c *counts) add(n *network) {
	for _, l := range n.links {
		for _, q := range l.indices {
			c.events[l.place] += n.activity.Projections[q].Events
		}
	}
	for i, layer := range n.layers {
		for _, m := range layer.members {
			p := n.activity.Populations[m.index]
			c.spikes[i] += p.Spikes
			if n.stage == spide.Forward {
				c.spikes[i] -= p.Muted
			}
		}
	}
	c.injected = c.injected && n.input != nil && !n.analog
}

// into puts the counts in the place of those that follow from the spikes. The spikes of the last tick
// that are on their way through the feedback have not been events of the engine.
func (c *counts) into(a *spide.Activity, stage spide.Stage) {
	if c.events == nil {
		return
	}
	for i := range a.Layers {
		if stage == spide.Forward {
			a.Layers[i].Spikes = c.spikes[i]
		} else {
			a.Layers[i].BackSpikes = c.spikes[i]
		}
	}
	for k := range a.Blocks {
		b := &a.Blocks[k]
		switch {
		case stage == spide.Backward:
			b.BackEvents = c.events[k] + b.BackInFlight
		case k > 0 || c.injected:
			b.Events = c.events[k] + b.InFlight
		}
	}
}
