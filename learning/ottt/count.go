package ottt

// Activity counts what a network has done: the figures from which energy is worked out. Silence is left
// out: a neuron that did not spike, a trace or an error of 0 costs nothing. The counts are those of the
// rule, tick by tick, whatever shortcuts the executor takes, such as for an input that is held.
type Activity struct {
	// SampleTicks is the number of ticks, summed over the samples.
	SampleTicks int64
	Populations []PopulationActivity
	Projections []ProjectionActivity
}

// PopulationActivity counts spikes.
type PopulationActivity struct {
	Name    string
	Neurons int // of one sample
	// Spikes counts all spikes, also those of dropped neurons, which do not leave them.
	Spikes int64
	// Rate is the mean number of spikes per neuron and tick.
	Rate float64
}

// ProjectionActivity counts meetings of activity and synapses. A synapse is a way from one source
// neuron to one target neuron, through all operations of the projection.
type ProjectionActivity struct {
	Name, From, To string
	// Graded says that the source has real values and not spikes: events are multiply-adds then.
	Graded bool
	// Synapses is the number of ways, for one sample.
	Synapses int64
	// Forward counts synaptic events: each activity that is not 0 times its synapses.
	Forward int64
	// Backward counts multiply-adds of errors on their way to the source: each error that is not 0
	// times the synapses that end there.
	Backward int64
	// Update counts multiply-adds of the weight update: synapses between a presynaptic trace (or
	// activity, where there is no tracing) and a postsynaptic error that are both not 0.
	Update int64
}

// CountSynapses switches the counts of projections on or off. They are off at first, as they take a
// few per cent of the time.
func (n *Net[F]) CountSynapses(on bool) { n.counting = on }

// Activity returns the counts since the start or the last [Net.ResetActivity].
func (n *Net[F]) Activity() Activity {
	a := Activity{SampleTicks: n.sampleTicks}
	for _, d := range n.populations {
		c := PopulationActivity{Name: d.spec.Name, Neurons: d.size, Spikes: d.lif.fired}
		if n.sampleTicks > 0 {
			c.Rate = float64(c.Spikes) / (float64(c.Neurons) * float64(n.sampleTicks))
		}
		a.Populations = append(a.Populations, c)
	}
	for _, d := range n.nodes {
		for _, p := range d.from {
			c := p.counted
			c.Name, c.From, c.To = p.spec.Name, p.spec.From, d.spec.Name
			c.Graded = p.source == nil || p.source.lif == nil
			c.Synapses = p.synapses.total()
			a.Projections = append(a.Projections, c)
		}
	}
	return a
}

// ResetActivity sets all counts to 0.
func (n *Net[F]) ResetActivity() {
	n.sampleTicks = 0
	for _, d := range n.nodes {
		if d.lif != nil {
			d.lif.fired = 0
		}
		for _, p := range d.from {
			p.counted = ProjectionActivity{}
		}
	}
}
