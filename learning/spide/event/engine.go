package event

import (
	"couplet/learning/spide"
	"couplet/sim"
)

// engine runs samples on compiled networks: one for the forward stage with a constant input, one for it
// with frames, and one for the backward stage. Each is compiled when it is first needed.
type engine struct {
	config  spide.Config
	blocks  []*block // in the order of the ring; the last is the feedback, nil if there is none
	host    sim.Hosting
	workers int
	observe func(Tick)

	forward  [2]*network // with a constant input, with frames
	backward *network
	counted  [2]counts // of the batch, by stage
}

// depth is N, the number of layers.
func (e *engine) depth() int { return len(e.blocks) - 1 }

// feedback is S_(N−1); nil for a feed-forward network.
func (e *engine) feedback() *block { return e.blocks[e.depth()] }

// Run implements [spide.Engine].
func (e *engine) Run(s *spide.Sample[float64]) error {
	place := e.place(s)
	if s.Number == 0 {
		e.forget(s.Stage)
		if err := e.refresh(place, s); err != nil {
			return err
		}
	}
	n := *place
	if err := n.begin(s); err != nil {
		return err
	}
	if err := n.run(s, e.observe); err != nil {
		return err
	}
	if err := n.end(); err != nil {
		return err
	}
	e.counted[s.Stage].add(n)
	return nil
}

// place is where the network of a sample is kept.
func (e *engine) place(s *spide.Sample[float64]) **network {
	switch {
	case s.Stage == spide.Backward:
		return &e.backward
	case s.Frame != nil:
		return &e.forward[1]
	}
	return &e.forward[0]
}

// forget begins the counts of a batch. A forward stage ends what the last batch counted in either.
func (e *engine) forget(stage spide.Stage) {
	for k := stage; k <= spide.Backward; k++ {
		e.counted[k].clear(len(e.blocks))
	}
}

// refresh brings a network to the present parameters. It is compiled anew if it never was, or if a
// weight has outgrown the room of its sums.
func (e *engine) refresh(place **network, s *spide.Sample[float64]) error {
	if n := *place; n != nil && n.takeWeights(s.Scales) {
		n.takeBias()
		return n.setWeights()
	}
	n, err := e.build(s)
	if err != nil {
		return err
	}
	n.takeBias()
	*place = n
	return nil
}
