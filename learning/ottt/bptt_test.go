package ottt_test

import (
	"math"

	"couplet/learning/loss"
	"couplet/learning/ottt"
)

// bptt is back-propagation through time for a fully connected network and one sample after the other,
// with the reset taken as a constant: the yardstick of ottt.md §7. It is written from the equations of §1,
// keeps the whole history and shares no code with the executor.
type bptt struct {
	sizes   []int
	neuron  ottt.Neuron
	weights [][]float64 // per layer, [out, in]
	bias    [][]float64 // per layer; nil for none
}

// bpttOf copies the parameters of a network.
func bpttOf(sizes []int, net *ottt.Net[float64]) *bptt {
	b := &bptt{sizes: sizes, neuron: net.Network().Neuron, bias: make([][]float64, len(sizes)-1)}
	for _, p := range net.Params() {
		if len(p.Shape) == 2 {
			b.weights = append(b.weights, p.Value)
		} else {
			b.bias[len(b.weights)-1] = p.Value
		}
	}
	return b
}

// history is what a run of one sample leaves behind.
type history struct {
	active [][][]float64 // per tick and layer: the input, then the spikes of each population
	pre    [][][]float64 // per tick and population: u_pre
	logits [][]float64   // per tick
}

// apply is y = W·x + b of one layer.
func (b *bptt) apply(layer int, x []float64) []float64 {
	y := make([]float64, b.sizes[layer+1])
	for o := range y {
		if b.bias[layer] != nil {
			y[o] = b.bias[layer][o]
		}
		for i, v := range x {
			y[o] += b.weights[layer][o*len(x)+i] * v
		}
	}
	return y
}

// forward runs one sample; x has one entry per tick.
func (b *bptt) forward(x [][]float64) history {
	hidden := len(b.sizes) - 2
	post := make([][]float64, hidden)
	for l := range post {
		post[l] = make([]float64, b.sizes[l+1])
	}
	var h history
	for _, in := range x {
		active, pres := [][]float64{in}, [][]float64{}
		for l := range hidden {
			pre := b.apply(l, active[l])
			spikes := make([]float64, len(pre))
			for i := range pre {
				pre[i] += b.neuron.Lambda * post[l][i]
				post[l][i] = pre[i]
				if pre[i] >= b.neuron.Threshold {
					spikes[i] = 1
					post[l][i] -= b.neuron.Threshold
				}
			}
			active, pres = append(active, spikes), append(pres, pre)
		}
		h.active, h.pre = append(h.active, active), append(h.pre, pres)
		h.logits = append(h.logits, b.apply(hidden, active[hidden]))
	}
	return h
}

// gradients returns the gradient of each layer's weights, averaged over the samples; x[sample][tick].
func (b *bptt) gradients(l loss.Instantaneous, x [][][]float64, labels []int) [][]float64 {
	grads := make([][]float64, len(b.weights))
	for i, w := range b.weights {
		grads[i] = make([]float64, len(w))
	}
	for sample, in := range x {
		b.backward(l, b.forward(in), labels[sample], 1/float64(len(x)), grads)
	}
	return grads
}

// backward goes from the last tick to the first: with δ^l[t] = ∂L/∂u_pre^l[t],
//
//	δ^l[t] = ψ(u_pre^l[t])·(W^{l+1})ᵀ·δ^{l+1}[t] + λ·δ^l[t+1],   ∂L/∂W^l = Σ_t δ^l[t]·s^{l-1}[t]ᵀ .
func (b *bptt) backward(l loss.Instantaneous, h history, label int, share float64, grads [][]float64) {
	hidden := len(b.sizes) - 2
	later := make([][]float64, hidden) // δ[t+1]
	for k := range later {
		later[k] = make([]float64, b.sizes[k+1])
	}
	for t := len(h.logits) - 1; t >= 0; t-- {
		delta := make([]float64, len(h.logits[t]))
		if _, err := loss.InstantaneousLoss(l, h.logits[t], []int{label}, delta); err != nil {
			panic(err)
		}
		for i := range delta {
			delta[i] *= share
		}
		for k := hidden; ; k-- {
			in := h.active[t][k]
			back := make([]float64, len(in))
			for o, d := range delta {
				for i, v := range in {
					grads[k][o*len(in)+i] += d * v
					back[i] += b.weights[k][o*len(in)+i] * d
				}
			}
			if k == 0 {
				break
			}
			for i, u := range h.pre[t][k-1] {
				sigma := 1 / (1 + math.Exp(-b.neuron.Alpha*(u-b.neuron.Threshold)))
				later[k-1][i] = b.neuron.Alpha*sigma*(1-sigma)*back[i] + b.neuron.Lambda*later[k-1][i]
			}
			delta = later[k-1]
		}
	}
}

// cosine is the cosine of the angle between two gradients.
func cosine(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}
