package ottt

import (
	"fmt"

	"couplet/internal/dense"
	"couplet/learning/layer"
)

// newMap builds the linear map of a projection whose source has the given shape. It is nil for a
// projection without operations.
func newMap[F layer.Real](p Projection, in []int) (layer.Map[F], error) {
	var maps []layer.Map[F]
	for _, o := range p.Through {
		if o.Kind == Dense && len(in) != 1 {
			flat, err := layer.NewFlatten[F](in)
			if err != nil {
				return nil, fmt.Errorf("ottt: %w", err)
			}
			maps = append(maps, flat)
			in = flat.OutShape()
		}
		m, err := newOp[F](o, p.Name, in)
		if err != nil {
			return nil, fmt.Errorf("ottt: %w", err)
		}
		maps = append(maps, m)
		in = m.OutShape()
	}
	switch len(maps) {
	case 0:
		return nil, nil
	case 1:
		return maps[0], nil
	}
	chain, err := layer.NewChain(maps...)
	if err != nil {
		return nil, fmt.Errorf("ottt: %w", err)
	}
	return chain, nil
}

func newOp[F layer.Real](o Op, name string, in []int) (layer.Map[F], error) {
	switch o.Kind {
	case Dense:
		if o.Standardised {
			return layer.NewStandardisedDense[F](name, in[0], o.Units, o.Bias)
		}
		return layer.NewDense[F](name, in[0], o.Units, o.Bias)
	case Conv:
		c := layer.Convolution{Out: o.Units, Kernel: o.Kernel, Stride: o.Stride, Padding: o.Padding, Bias: o.Bias}
		if o.Standardised {
			return layer.NewStandardisedConv2D[F](name, in, c)
		}
		return layer.NewConv2D[F](name, in, c)
	case AvgPool:
		return layer.NewAvgPool2D[F](in, o.Kernel, o.Stride, o.Padding)
	case GlobalAvgPool:
		return layer.NewGlobalAvgPool[F](in)
	case Upsample:
		return layer.NewUpsampleNearest[F](in, o.Times)
	case Scale:
		return layer.NewScale(in, F(o.Factor))
	}
	return nil, fmt.Errorf("unknown operation (%q)", o.Kind)
}

// New builds a network from its description, with weights of zero and without memory for activity,
// which [Net.Begin] takes. The error is that of [Network.Validate].
func New[F layer.Real](network Network) (*Net[F], error) {
	plan, err := network.plan()
	if err != nil {
		return nil, err
	}
	n := &Net[F]{network: network, inputSize: size(plan.input), workspace: dense.NewWorkspace[F](nil, dense.Reproducible)}
	for i, spec := range network.Nodes {
		d := &node[F]{spec: spec, shape: plan.shapes[i], size: size(plan.shapes[i])}
		if spec.Kind == LIF {
			d.lif = newPopulation[F](network.Neuron, len(n.populations))
			n.populations = append(n.populations, d)
		}
		n.nodes = append(n.nodes, d)
	}
	for i, d := range n.nodes {
		for k, spec := range d.spec.From {
			if err := n.project(d, spec, plan.source[i][k], plan); err != nil {
				return nil, err
			}
		}
	}
	n.Changed()
	return n, nil
}

// project builds a projection to the node d.
func (n *Net[F]) project(d *node[F], spec Projection, source int, plan *plan) error {
	m, err := newMap[F](spec, plan.shapeOf(source))
	if err != nil {
		return err
	}
	p := &projection[F]{spec: spec, m: m, synapses: newReach(spec, plan.shapeOf(source))}
	if source != fromInput {
		p.source = n.nodes[source]
	} else {
		n.tracesInput = n.tracesInput || spec.Traced
	}
	if m != nil {
		layer.SetWorkspace(m, n.workspace)
		p.params = m.Params()
		n.params = append(n.params, p.params...)
		if prepared, ok := m.(layer.Prepared); ok {
			n.prepared = append(n.prepared, prepared)
		}
	}
	if g := spec.Gain; g.Name != "" {
		p.gain, p.factor = layer.NewParam[F](g.Name), F(g.Factor)
		n.params = append(n.params, p.gain)
	}
	d.from = append(d.from, p)
	return nil
}

// Twin builds a second network with the parameters of n, and gradients and activity of its own, so that two
// goroutines can each take a part of a batch, see [Batch.Of]. The twin's [Net.Changed] takes over what the
// parameters of n have become.
func (n *Net[F]) Twin() (*Net[F], error) {
	t, err := New[F](n.network)
	if err != nil {
		return nil, err
	}
	t.origin = n
	t.Changed()
	return t, nil
}
