package manycore

// Step is what happened in one time-step.
type Step struct {
	T int64 `json:"t"`
	Counters
	Energy Energy `json:"energy"`
	// Simple and Detailed are the duration of the step in seconds under the two timing models, with
	// the barrier at its end.
	Simple   float64 `json:"time_simple"`
	Detailed float64 `json:"time_detailed"`
}

// Counters are exact counts.
type Counters struct {
	Fired         int64             `json:"fired"`          // spikes, those of neurons outside the chip included
	Updated       int64             `json:"updated"`        // neurons that were updated or fired
	Idle          int64             `json:"idle"`           // neurons that were only looked at
	Packets       int64             `json:"packets"`        // messages, one for every core that a spike reaches
	SynapseEvents int64             `json:"synapse_events"` // weights handed to neurons
	Sweeps        int64             `json:"sweeps"`         // dendrites updated without an event, see DendriteUnit.EveryStep
	HopsBy        [directions]int64 `json:"hops"`           // north, east, south, west: by [Direction]
}

// Hops is the number of hops in all directions.
func (c *Counters) Hops() int64 {
	return c.HopsBy[North] + c.HopsBy[East] + c.HopsBy[South] + c.HopsBy[West]
}

func (c *Counters) add(o *Counters) {
	c.Fired += o.Fired
	c.Updated += o.Updated
	c.Idle += o.Idle
	c.Packets += o.Packets
	c.SynapseEvents += o.SynapseEvents
	c.Sweeps += o.Sweeps
	for d := range c.HopsBy {
		c.HopsBy[d] += o.HopsBy[d]
	}
}

// Energy is dynamic energy in joules by what used it; what the chip has no price for is missing.
type Energy struct {
	Synapse  float64 `json:"synapse"`
	Dendrite float64 `json:"dendrite"`
	Soma     float64 `json:"soma"`
	Hops     float64 `json:"hops"`
	AxonIn   float64 `json:"axon_in"`
	AxonOut  float64 `json:"axon_out"`
}

// Network is the energy of messages: hops and both ends.
func (e *Energy) Network() float64 { return e.Hops + e.AxonIn + e.AxonOut }

// Total is the whole dynamic energy.
func (e *Energy) Total() float64 { return e.Synapse + e.Dendrite + e.Soma + e.Network() }

func (e *Energy) add(o *Energy) {
	e.Synapse += o.Synapse
	e.Dendrite += o.Dendrite
	e.Soma += o.Soma
	e.Hops += o.Hops
	e.AxonIn += o.AxonIn
	e.AxonOut += o.AxonOut
}

// CoreTotal is what one core did during a run.
type CoreTotal struct {
	Counters        // Packets and HopsBy of the messages it sent, SynapseEvents of those it received
	PacketsIn int64 `json:"packets_in"` // messages received
	// Energy of what happened on the core, and of the hops of the messages that it sent.
	Energy     Energy  `json:"energy"`
	Generation float64 `json:"generation"` // s, spent on its neurons and on sending
	Processing float64 `json:"processing"` // s, spent on messages received
}

// departure is a message, or the end of a core's work without one, in the order in which they leave.
type departure struct {
	core     int // that sends; External for neurons outside
	message  *message
	interval float64 // s, since the core's departure before
}

// Step runs one time-step, t = 1, 2, …
//
// Every core, in order of number, goes through its neurons in order: the soma of each takes what has been
// added up for it in the step before. Each spike sends one message to every core it reaches, in order of
// number. Then the messages are handed on, those of neurons outside the chip first. So a spike of step t
// is felt in step t+1.
func (m *Machine) Step() Step {
	m.t++
	step := Step{T: m.t}
	m.sent, m.spikes = m.sent[:0], m.spikes[:0]
	m.sweepOutside(&step)
	for i := range m.cores {
		m.sweep(&m.cores[i], &step)
	}
	for i := range m.sent {
		if r := m.sent[i].message; r != nil {
			m.deliver(r, &step)
		}
	}
	step.Simple = m.clock.simple(m.sent) + m.sync
	step.Detailed = m.clock.detailed(m.sent) + m.sync
	for i := range m.cores {
		total := &m.totals[m.cores[i].number]
		total.Generation += m.clock.generation[m.cores[i].number]
		total.Processing += m.clock.processing[m.cores[i].number]
	}
	return step
}

// sweepOutside lets the neurons outside the chip fire.
func (m *Machine) sweepOutside(step *Step) {
	for _, i := range m.outside {
		n := &m.neurons[i]
		if n.state.step(m.t, 0, false) != fired {
			continue
		}
		step.Fired++
		m.spikes = append(m.spikes, i)
		for r := n.lo; r < n.hi; r++ {
			m.sent = append(m.sent, departure{External, &m.routes[r], 0})
		}
	}
}

// sweep updates the neurons of one core. The latency that has come together since the last message is
// the interval of the next one; what remains at the end delays nothing but the end of the step.
func (m *Machine) sweep(k *machineCore, step *Step) {
	running := 0.0
	var own Counters
	var spent Energy
	for _, i := range k.neurons {
		n := &m.neurons[i]
		running += m.update(n, &own, &spent)
		if n.last != fired {
			continue
		}
		m.spikes = append(m.spikes, i)
		for r := n.lo; r < n.hi; r++ {
			route := &m.routes[r]
			spent.AxonOut += route.send.Energy.amount()
			m.sent = append(m.sent, departure{k.number, route, running + route.send.Latency.amount()})
			running = 0
			own.Packets++
			for d, hops := range route.path.hops {
				own.HopsBy[d] += hops
			}
		}
	}
	if running > 0 {
		m.sent = append(m.sent, departure{k.number, nil, running})
	}
	step.Counters.add(&own)
	step.Energy.add(&spent)
	m.totals[k.number].Counters.add(&own)
	m.totals[k.number].Energy.add(&spent)
}

// update runs dendrite and soma of one neuron and returns their latency.
func (m *Machine) update(n *machineNeuron, count *Counters, energy *Energy) (latency float64) {
	if n.branch.EveryStep {
		count.Sweeps++
		energy.Dendrite += n.branch.Update.Energy.amount()
		latency += n.branch.Update.Latency.amount()
	}
	input, present := n.dendrite.take()
	n.last = n.state.step(m.t, input, present)
	if n.last == idle && n.soma.EveryStep {
		n.last = updated
	}
	energy.Soma += n.soma.Access.Energy.amount()
	latency += n.soma.Access.Latency.amount()
	if n.last == idle {
		count.Idle++
		return latency
	}
	count.Updated++
	energy.Soma += n.soma.Update.Energy.amount()
	latency += n.soma.Update.Latency.amount()
	if n.last == fired {
		count.Fired++
		energy.Soma += n.soma.Spike.Energy.amount()
		latency += n.soma.Spike.Latency.amount()
	}
	return latency
}

// deliver hands the weights of a message to the dendrites.
func (m *Machine) deliver(r *message, step *Step) {
	events := m.events[r.lo:r.hi]
	for i := range events {
		m.neurons[events[i].target].dendrite.receive(&events[i].synapseEvent)
	}
	step.SynapseEvents += int64(len(events))
	received := Energy{Synapse: r.synapses, Dendrite: r.dendrites, AxonIn: r.receive.Energy.amount()}
	step.Energy.add(&received)
	step.Energy.Hops += r.path.energy
	total := &m.totals[r.to]
	total.Energy.add(&received)
	total.SynapseEvents += int64(len(events))
	total.PacketsIn++
	if r.from == External {
		step.Packets++
		return
	}
	m.totals[r.from].Energy.Hops += r.path.energy
}
