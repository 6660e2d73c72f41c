package manycore

// Traffic is what the spikes of a run make of messages on a mapped chip: exact counts, ready to be
// priced. Every list is in a fixed order, and rows without any event are left out.
type Traffic struct {
	Chip    string `json:"chip"`
	Network string `json:"network"`
	Ticks   int64  `json:"ticks"`
	Total   Flow   `json:"total"`
	// Cores, in order of number: one row for each that holds neurons.
	Cores []CoreTraffic `json:"cores"`
	// Senders: what the spikes of a population cause on the way from one of its cores.
	Senders []SenderTraffic `json:"senders"`
	// Receivers: the messages of a population that arrive at a core.
	Receivers []ReceiverTraffic `json:"receivers"`
	// Synapses: the synaptic events of a projection on a core.
	Synapses []SynapseTraffic `json:"synapses"`
	Links    []LinkTraffic    `json:"links"`
	// Steps has the ticks with spikes, if the times of all spikes are known.
	Steps []StepTraffic `json:"steps,omitempty"`
}

// Flow counts spikes and the messages that carry them. A spike makes one message for every core that it
// reaches.
type Flow struct {
	Spikes   int64 `json:"spikes"`
	Messages int64 `json:"messages"` // sent by neurons on the chip
	// WithinTile are those of the messages that stay in their tile and make no hop.
	WithinTile    int64 `json:"within_tile"`
	FromOutside   int64 `json:"from_outside"` // messages that neurons outside the chip send to cores
	SynapseEvents int64 `json:"synapse_events"`
	East          int64 `json:"east"` // hops by direction
	West          int64 `json:"west"`
	North         int64 `json:"north"`
	South         int64 `json:"south"`
}

// Hops is the number of hops in all directions.
func (f *Flow) Hops() int64 { return f.East + f.West + f.North + f.South }

// CoreTraffic is what one core sends and receives: Flow has the spikes of its neurons and the messages
// and hops that they cause, except for SynapseEvents, which are those that happen on the core, and
// FromOutside, which are the messages it receives from outside.
type CoreTraffic struct {
	Core    int    `json:"core"`
	Name    string `json:"name"`
	Neurons int64  `json:"neurons"`
	Flow
	MessagesIn int64 `json:"messages_in"` // from the chip and from outside
}

// SenderTraffic is the flow that begins at the neurons of a population on one core.
type SenderTraffic struct {
	Population string `json:"population"`
	Core       string `json:"core"` // "" outside the chip
	Flow
	Negative int64 `json:"negative,omitempty"` // spikes of sign -1 among those of the flow, as far as signs are known
}

// ReceiverTraffic counts the messages of a population that arrive at one core.
type ReceiverTraffic struct {
	Population string `json:"population"` // that sends
	Core       string `json:"core"`       // that receives
	Messages   int64  `json:"messages"`
}

// SynapseTraffic counts what the synapses of a projection do on one core.
type SynapseTraffic struct {
	Projection string `json:"projection"`
	Population string `json:"population"` // whose neurons are the targets
	Core       string `json:"core"`
	Index      int    `json:"-"`        // of the projection in the description; names may be the same
	Messages   int64  `json:"messages"` // that meet at least one synapse of the projection
	Events     int64  `json:"events"`
}

// LinkTraffic counts the messages that leave a place of the mesh in one direction.
type LinkTraffic struct {
	X         int    `json:"x"`
	Y         int    `json:"y"`
	Direction string `json:"direction"`
	Messages  int64  `json:"messages"`
}

// StepTraffic is what happens in one tick, with the cores that have most to do.
type StepTraffic struct {
	Tick int64 `json:"tick"`
	Flow
	Sender   Peak `json:"sender"`   // the core that sends most messages
	Receiver Peak `json:"receiver"` // the core that receives most messages
	Busiest  Peak `json:"busiest"`  // the core with most synaptic events
}

// Peak is the largest number of something in a tick, and the first core that has it; no core if it is 0.
type Peak struct {
	Core  string `json:"core"`
	Count int64  `json:"count"`
}

// Traffic follows the spikes of a run on a placement: which messages they make, how far these go, and which
// synapses they meet. The placement must be one of this description and this chip. The error is [Problems].
func (c *Chip) Traffic(d *Description, p *Placement, spikes *Spikes) (*Traffic, error) {
	l, err := c.mapped(d, p.Parts)
	if err != nil {
		return nil, err
	}
	if err := spikes.check(d); err != nil {
		return nil, err
	}
	r, err := l.routes()
	if err != nil {
		return nil, err
	}
	t := newTally(l, r, spikes.Ticks)
	if err := t.total(spikes); err != nil {
		return nil, err
	}
	if spikes.timed() {
		t.steps(spikes.merged(l))
	}
	return t.finish(), nil
}
