package wire

import (
	"slices"

	"couplet/synapse"
)

// Static describes synapses that keep the given weights, in the order of [Wires.Weights], for a network that
// has finished learning and can be written to a file. One number stands for weights that are all the same.
//
// A pooling or enlargement turned around has no name in network files. It becomes the transposed
// convolution whose kernel keeps the channels apart, with weights of 0 between them, so the rule that
// counts is the one that is returned.
func Static(rule synapse.Rule, weights []float64, delay int) (synapse.Rule, synapse.Static) {
	if a, ok := rule.(synapse.Adjoint); ok {
		if conv, share, ok := poolAsConv(a.Of); ok {
			rule, weights = conv.Transpose(), apart(conv, float64(share*weights[0]))
		}
	}
	s := synapse.Static{Weight: synapse.Listed(slices.Clone(weights)), DelayMs: synapse.Const(float64(delay))}
	if len(weights) > 0 && !slices.ContainsFunc(weights, func(w float64) bool { return w != weights[0] }) {
		s.Weight = synapse.Const(weights[0])
	}
	return rule, s
}

// poolAsConv is the convolution of the windows of a pooling, and the share of the weight that the pooling
// gives each place of a window.
func poolAsConv(s synapse.Stencil) (conv synapse.Conv, share float64, ok bool) {
	p, ok := s.(synapse.SumPool)
	share = 1
	if mean, isMean := s.(synapse.AvgPool); isMean {
		p, share, ok = synapse.SumPool(mean), mean.Gain(), true
	}
	if !ok {
		return synapse.Conv{}, 0, false
	}
	stride := p.Stride
	if stride == nil {
		stride = p.Kernel
	}
	return synapse.Conv{In: p.In, OutChannels: p.In[0], Kernel: p.Kernel, Stride: stride, Padding: p.Padding}, share, true
}

// apart is the kernel, channels × channels × window, that gives every place of the window one weight within a
// channel and 0 between channels.
func apart(c synapse.Conv, weight float64) []float64 {
	window := synapse.Shape(c.Kernel).Size()
	kernel := make([]float64, c.OutChannels*c.OutChannels*window)
	for channel := range c.OutChannels {
		own := kernel[(channel*c.OutChannels+channel)*window:][:window]
		for i := range own {
			own[i] = weight
		}
	}
	return kernel
}
