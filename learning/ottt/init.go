package ottt

import (
	"fmt"

	"couplet/learning/initial"
)

// scheme is what the name of a distribution stands for.
func (i Init) scheme() (initial.Scheme, error) {
	switch i {
	case ZeroInit:
		return initial.Zeros{}, nil
	case KaimingFanIn:
		return initial.KaimingNormal{Fan: initial.In}, nil
	case KaimingFanOut:
		return initial.KaimingNormal{Fan: initial.Out}, nil
	case SmallNormal:
		return initial.Normal{Deviation: 0.01}, nil
	}
	return nil, fmt.Errorf("unknown distribution of initial weights (%q), want %q, %q, %q or none", i, KaimingFanIn, KaimingFanOut, SmallNormal)
}

// Initialise draws all weights anew, each projection's by its [Init] and under its number in the order of
// nodes. Biases and the gains of residual branches become 0, the gains of standardised weights 1.
func (n *Net[F]) Initialise(seed uint64) error {
	number := uint64(0)
	for _, d := range n.nodes {
		for _, p := range d.from {
			if p.gain != nil {
				p.gain.Value[0] = 0
			}
			op, ok := p.spec.synapses()
			if !ok {
				continue
			}
			if err := p.initialise(op, seed, number); err != nil {
				return fmt.Errorf("ottt: %s: %w", p.spec.Name, err)
			}
			number++
		}
	}
	n.Changed()
	return nil
}

// initialise sets the parameters of one projection: weight, gain of a standardised one, bias.
func (p *projection[F]) initialise(op Op, seed, number uint64) error {
	scheme, err := op.Init.scheme()
	if err != nil {
		return err
	}
	schemes := []initial.Scheme{scheme}
	if op.Standardised {
		schemes = append(schemes, initial.Constant{Value: 1})
	}
	if op.Bias {
		schemes = append(schemes, initial.Zeros{})
	}
	for i, q := range p.params {
		if err := initial.Fill(q.Value, q.Shape, schemes[i], initial.Key(seed, number)); err != nil {
			return err
		}
	}
	return nil
}
