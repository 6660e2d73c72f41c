package train

import (
	"couplet/learning/layer"
	"couplet/learning/spide"
)

// readout follows the rates of the last layer of a ring, Σ λ^(t−k)·s[k] / Σ λ^(t−k), from tick to tick.
type readout[F layer.Real] struct {
	to      layer.Map[F]
	leak    F
	weights []F // Σ λ^(t−k) after each tick
	neurons int
	sum     []F // samples × neurons
	rates   []F // of one sample
	logits  []F
	see     func(sample, tick int, logits []F)
}

func newReadout[F layer.Real](e spideExecutor[F], to layer.Map[F], c spide.Config, samples int) *readout[F] {
	n := e.Neurons(e.Layers() - 1)
	r := &readout[F]{
		to: to, leak: F(c.Leak), neurons: n,
		sum: make([]F, samples*n), rates: make([]F, n), logits: make([]F, layer.Size(to.OutShape())),
	}
	weight := F(0)
	for range c.ForwardTicks {
		weight = F(r.leak*weight) + 1
		r.weights = append(r.weights, weight)
	}
	return r
}

// take takes the spikes of one sample in one tick.
func (r *readout[F]) take(sample, tick int, neurons []uint32) {
	sum := r.sum[sample*r.neurons:][:r.neurons]
	if r.leak != 1 {
		for i := range sum {
			sum[i] *= r.leak
		}
	}
	for _, n := range neurons {
		sum[n]++
	}
	for i, v := range sum {
		r.rates[i] = v / r.weights[tick]
	}
	r.to.Forward(r.rates, r.logits, 1)
	r.see(sample, tick, r.logits)
}
