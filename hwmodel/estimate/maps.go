package estimate

import (
	"couplet/hwmodel/opcount"
	"couplet/internal/rng"
	"couplet/sim"
	"couplet/synapse"
)

// mapOf is the map of package opcount that a projection is, nil for one that is none: random connections,
// lists, and maps turned around.
func mapOf(p *sim.Projection) opcount.Map {
	mask := nonZero(p)
	switch r := p.Rule.(type) {
	case synapse.AllToAll:
		if r.NoSelf {
			return nil
		}
		return opcount.Dense{In: p.From.Len(), Out: p.To.Len(), NonZero: mask}
	case synapse.Conv:
		return opcount.Conv{In: r.In, Out: r.OutChannels, Kernel: r.Kernel, Stride: r.Stride, Padding: r.Padding, NonZero: mask}
	case synapse.TransposedConv:
		return opcount.TransposedConv{In: r.In, Out: r.OutChannels, Kernel: r.Kernel, Stride: r.Stride, Padding: r.Padding,
			OutputPadding: r.OutputPadding, NonZero: mask}
	case synapse.AvgPool:
		return opcount.Pool{In: r.In, Kernel: r.Kernel, Stride: r.Stride, Padding: r.Padding}
	case synapse.SumPool:
		return opcount.Pool{In: r.In, Kernel: r.Kernel, Stride: r.Stride, Padding: r.Padding}
	}
	return nil
}

// nonZero tells which weights of a projection are not zero, in the order of their ordinals; nil if all are
// taken not to be, as drawn ones are.
func nonZero(p *sim.Projection) []bool {
	weight, _ := synapse.StrengthOf(p.Rule, p.Synapse)
	if scaled, ok := weight.(synapse.Scaled); ok {
		weight = scaled.Value
	}
	list, ok := weight.(synapse.Listed)
	if !ok {
		return nil
	}
	mask, zeros := make([]bool, len(list)), false
	for k := range list {
		mask[k] = list.Draw(rng.Key{}, uint64(k)) != 0
		zeros = zeros || !mask[k]
	}
	if !zeros {
		return nil
	}
	return mask
}
