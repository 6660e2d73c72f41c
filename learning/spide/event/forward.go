package event

import (
	"fmt"
	"slices"

	"couplet/learning/spide"
)

// silent is the choice for a neuron that is dropped: it is heard in no member of its layer.
const silent = -1

// beginForward applies the dropout masks and lets the constant currents flow.
//
// A mask on the output of a block takes away what the block brings a neuron, current and spikes alike.
// A neuron that is left without any input cannot fire, which is the same as that nobody hears it. One of
// layer 0 that is left with one of its two blocks is heard in the member that hears just that one.
func (n *network) beginForward(s *spide.Sample[float64]) error {
	for i, c := range n.layers {
		feedback := s.Masks[len(s.Masks)-1]
		if i > 0 {
			feedback = nil
		}
		c.choose(s.Masks[i], feedback)
		for k, m := range c.members {
			for j, chosen := range c.choice {
				m.mute[j] = chosen != k
			}
			if err := n.silence(m); err != nil {
				return err
			}
		}
		row := s.Current // into layer 0, with the bias of its block, if it is constant
		switch {
		case c.biased != nil:
			row = n.masked(c.biased.bias, s.Masks[i])
		case i > 0:
			continue
		}
		if err := n.flowInto(c, row); err != nil {
			return err
		}
	}
	return nil
}

// choose finds the member in which each neuron is heard, from the masks of the blocks that end in the
// layer; nil is a mask of ones.
func (c *cells) choose(input, feedback []float64) {
	for j := range c.choice {
		hears := [2]bool{
			fromInput:    input == nil || input[j] != 0,
			fromFeedback: feedback == nil || feedback[j] != 0,
		}
		c.choice[j] = c.memberThat(hears)
	}
}

// memberThat returns the member that hears the given blocks and no other. A neuron that is left with the
// feedback alone needs none if the input is a current: it gets none.
func (c *cells) memberThat(hears [2]bool) int {
	if k := slices.IndexFunc(c.members, func(m *member) bool { return m.hears == hears }); k >= 0 {
		return k
	}
	if hears[fromFeedback] && c.currentOnly {
		return 0
	}
	return silent
}

// masked multiplies a bias by a mask.
func (n *network) masked(bias, mask []float64) []float64 {
	if mask == nil {
		return bias
	}
	n.row = append(n.row[:0], bias...)
	for j, m := range mask {
		n.row[j] = float64(n.row[j] * m)
	}
	return n.row
}

// flowInto lets currents flow into the neurons of a layer, each in the member in which it is heard.
func (n *network) flowInto(c *cells, row []float64) error {
	for k, m := range c.members {
		if m.stimulus == nil {
			continue
		}
		for j, chosen := range c.choice {
			m.wanted[j] = 0
			if chosen == k {
				m.wanted[j] = row[j]
			}
		}
		if err := n.flow(m); err != nil {
			return err
		}
	}
	return nil
}

// feed hands the frame of tick t = 0, 1, … to the network before the tick: as spikes if it has no other
// values than 0 and 1, else as the current F·x + b.
func (n *network) feed(s *spide.Sample[float64], t int) error {
	x, err := s.Frame(t)
	if err != nil {
		return err
	}
	first := n.layers[0]
	if !n.spikesOf(x) {
		n.analog = true
		n.current = grown(n.current, first.size)
		first.biased.m.Forward(x, n.current, 1)
		return n.flowInto(first, n.masked(n.current, s.Masks[0]))
	}
	if err := n.flowInto(first, n.masked(first.biased.bias, s.Masks[0])); err != nil {
		return err
	}
	if len(n.injected) == 0 {
		return nil
	}
	if err := n.simulator.Inject(n.input, n.injected...); err != nil {
		return fmt.Errorf("event: frame %d: %w", t, err)
	}
	return nil
}

// spikesOf lists the spikes of a frame and tells whether there is nothing else in it.
func (n *network) spikesOf(x []float64) bool {
	n.injected = n.injected[:0]
	for i, v := range x {
		switch v {
		case 0:
		case 1:
			n.injected = append(n.injected, uint32(i))
		default:
			return false
		}
	}
	return true
}

// grown returns s with n values, allocating only when n has not been reached before.
func grown(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}
