package netfile

import (
	"fmt"
	"slices"

	"couplet/sim"
	"couplet/synapse"
)

func (f *networkWriter) projection(index int, p *sim.Projection) content {
	var pairs []pair
	if p.Name != p.From.Population.Name+"->"+p.To.Population.Name {
		pairs = append(pairs, pair{"name", f.name(p.Name)})
	}
	pairs = append(pairs, pair{"from", raw(viewText(p.From))}, pair{"to", raw(viewText(p.To))}, pair{"rule", text(p.Rule.Name())})
	pairs = append(pairs, f.rule(p)...)
	weight, delay := p.Synapse.Strength()
	d := weightDimension(p.To.Population.Model)
	if _, static := p.Synapse.(synapse.Static); !static {
		pairs = append(pairs, pair{"synapse", f.synapse(p, d)})
	}
	var resolution []pair
	if rounded, ok := weight.(synapse.Rounded); ok {
		weight, resolution = rounded.Value, []pair{{"resolution", d.quantity(rounded.Step)}}
	}
	at := func(field string) place {
		return place{"projection " + p.Name, itemPath("projections", index, field), valueExtents(p.Rule, p.From, p.To)}
	}
	pairs = append(pairs, pair{"weight", f.value(at("weight"), weight, d)})
	pairs = append(pairs, resolution...)
	return flow(append(pairs, pair{"delay", f.value(at("delay"), delay, f.time)}))
}

// rule writes the parameters of a rule.
func (f *networkWriter) rule(p *sim.Projection) []pair {
	switch r := p.Rule.(type) {
	case synapse.AllToAll:
		return selfPair(nil, r.NoSelf)
	case synapse.OneToOne:
		return nil
	case synapse.InDegree:
		return selfPair(multiplePair([]pair{{"indegree", integer(r.K)}}, r.NoMultiple), r.NoSelf)
	case synapse.OutDegree:
		return selfPair(multiplePair([]pair{{"outdegree", integer(r.K)}}, r.NoMultiple), r.NoSelf)
	case synapse.Bernoulli:
		return selfPair([]pair{{"p", number.quantity(r.P)}}, r.NoSelf)
	case synapse.TotalNumber:
		return selfPair([]pair{{"n", integer(r.N)}}, r.NoSelf)
	case synapse.Explicit:
		return []pair{{"sources", integers(r.Source)}, {"targets", integers(r.Target)}}
	case synapse.Conv:
		return f.stencil(p, r, []pair{{"channels", integer(r.OutChannels)}}, r.Kernel, r.Stride, r.Padding, nil)
	case synapse.TransposedConv:
		return f.stencil(p, r, []pair{{"channels", integer(r.OutChannels)}}, r.Kernel, r.Stride, r.Padding, r.OutputPadding)
	case synapse.AvgPool:
		return f.stencil(p, r, nil, r.Kernel, r.Stride, r.Padding, nil)
	case synapse.SumPool:
		return f.stencil(p, r, nil, r.Kernel, r.Stride, r.Padding, nil)
	}
	f.fail(fmt.Errorf("projection %s: a rule of type %T cannot stand in a file", p.Name, p.Rule))
	return nil
}

func selfPair(pairs []pair, noSelf bool) []pair {
	if noSelf {
		pairs = append(pairs, pair{"self", onOff(false)})
	}
	return pairs
}

func multiplePair(pairs []pair, noMultiple bool) []pair {
	if noMultiple {
		pairs = append(pairs, pair{"multiple", onOff(false)})
	}
	return pairs
}

// stencil writes the geometry of a convolution or pooling, without what the defaults say anyway.
func (f *networkWriter) stencil(p *sim.Projection, s synapse.Stencil, pairs []pair, kernel, stride, padding, rest []int) []pair {
	pairs = append(pairs, pair{"kernel", integers(kernel)})
	for _, list := range []struct {
		key  string
		axes []int
	}{{"stride", stride}, {"padding", padding}, {"output_padding", rest}} {
		if len(list.axes) > 0 {
			pairs = append(pairs, pair{list.key, integers(list.axes)})
		}
	}
	if !hasShape(p.From, s.InShape()) || !hasShape(p.To, s.OutShape()) {
		pairs = append(pairs, pair{"input_shape", integers([]int(s.InShape()))})
	}
	return pairs
}

// hasShape tells whether a view is a population of a shape.
func hasShape(v sim.View, shape synapse.Shape) bool {
	return v.Whole() && slices.Equal(v.Population.Shape, shape)
}

// synapse writes a plastic synapse model with all its parameters but weight and delay.
func (f *networkWriter) synapse(p *sim.Projection, weight dimension) content {
	if !slices.Contains(synapseNames(), p.Synapse.Name()) {
		f.fail(fmt.Errorf("projection %s: a synapse of type %T cannot stand in a file", p.Name, p.Synapse))
	}
	pairs := []pair{{"model", text(p.Synapse.Name())}}
	for _, q := range synapse.Params(p.Synapse) {
		d := f.on(dimensionOf(q.Unit))
		if isWeight(q) {
			d = weight
		}
		value := d.quantity(q.Value(p.Synapse))
		if q.Bool {
			value = onOff(q.Value(p.Synapse) != 0)
		}
		pairs = append(pairs, pair{q.Name, value})
	}
	return flow(pairs)
}
