package opcount

import (
	"fmt"
	"math"
	"strings"
)

// Total returns the operations of a layer that the convention counts.
func (l LayerReport) Total() Ops {
	var sum Ops
	for _, i := range l.Items {
		if i.Counted {
			sum = sum.Plus(i.Ops)
		}
	}
	return sum
}

// Of returns what a layer spends on a term, counted or not.
func (l LayerReport) Of(t Term) Ops {
	var sum Ops
	for _, i := range l.Items {
		if i.Term == t {
			sum = sum.Plus(i.Ops)
		}
	}
	return sum
}

// SpikesPerSynapse is the mean number of spikes that a synapse of the layer passes in one inference, the
// figure that decides between spikes and numbers; see [BreakEvens]. It is NaN for an input of real
// numbers, a pooling, and a layer without synapses.
func (l LayerReport) SpikesPerSynapse(samples int) float64 {
	if !l.Spiking || l.Synapses == 0 {
		return math.NaN()
	}
	return float64(l.Of(SynapseOps).AC) / (float64(l.Synapses) * float64(samples))
}

// Total returns the operations of all layers that the convention counts.
func (r Report) Total() Ops {
	var sum Ops
	for _, l := range r.Layers {
		sum = sum.Plus(l.Total())
	}
	return sum
}

// Of returns what all layers spend on a term, counted or not.
func (r Report) Of(t Term) Ops {
	var sum Ops
	for _, l := range r.Layers {
		sum = sum.Plus(l.Of(t))
	}
	return sum
}

// LeftOut returns the operations that the network has and the convention does not count.
func (r Report) LeftOut() Ops {
	var sum Ops
	for _, l := range r.Layers {
		for _, i := range l.Items {
			if !i.Counted {
				sum = sum.Plus(i.Ops)
			}
		}
	}
	return sum
}

// Estimated tells whether any layer was counted from a mean.
func (r Report) Estimated() bool {
	for _, l := range r.Layers {
		if l.Estimated {
			return true
		}
	}
	return false
}

// Reference returns the operations of a conventional network of the same graph on the same samples: one
// MAC for every synapse by the convention, once per sample. It is dense: activations of zero are
// multiplied, and poolings, biases and activation functions are not counted.
func (r Report) Reference() Ops {
	var sum Ops
	for _, l := range r.Layers {
		sum.MAC += l.Synapses * int64(r.Samples)
	}
	return sum
}

// Ratio is the energy of the network over that of [Report.Reference]; NaN if that costs nothing.
func (r Report) Ratio(p Prices) float64 {
	reference := r.Reference().Energy(p)
	if reference == 0 {
		return math.NaN()
	}
	return r.Total().Energy(p) / reference
}

// SpikesPerSynapse is the mean number of spikes that a synapse passes in one inference, over the layers
// whose input is spikes; NaN if there are none. It belongs next to every ratio.
func (r Report) SpikesPerSynapse() float64 {
	events, synapses := 0.0, 0.0
	for _, l := range r.Layers {
		if l.Spiking && l.Synapses > 0 {
			events += float64(l.Of(SynapseOps).AC)
			synapses += float64(l.Synapses)
		}
	}
	if synapses == 0 {
		return math.NaN()
	}
	return events / (synapses * float64(r.Samples))
}

// Text writes the report as a table with the convention, everything that it does not count, the
// reference, the ratio with its anchors, and what is not covered by the method at all.
func (r Report) Text(p Prices) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Operations by the convention %q, %d steps, %d samples; add %g J, multiply %g J\n\n",
		r.Convention.Name, r.Steps, r.Samples, p.Add, p.Mul)
	w := table{text: 2}
	w.row("layer", "term", "AC", "MAC", "energy/J", "")
	for _, l := range r.Layers {
		for _, i := range l.Items {
			w.row(l.Name, i.Term.String(), fmt.Sprint(i.Ops.AC), fmt.Sprint(i.Ops.MAC), i.energy(p), i.mark(l))
		}
	}
	for _, sum := range []struct {
		name string
		ops  Ops
	}{{"all", r.Total()}, {"conventional", r.Reference()}} {
		w.row(sum.name, "", fmt.Sprint(sum.ops.AC), fmt.Sprint(sum.ops.MAC), fmt.Sprintf("%.7g", sum.ops.Energy(p)), "")
	}
	w.write(&b)
	fmt.Fprintf(&b, "\nratio %.4g at %.4g spikes per synapse and inference\n", r.Ratio(p), r.SpikesPerSynapse())
	for _, e := range BreakEvens() {
		fmt.Fprintf(&b, "  break-even %s\n", e)
	}
	b.WriteString("unpriced by this method: weight fetches, membrane traffic, addresses, routing, input encoding, static power\n")
	return b.String()
}

func (i Item) energy(p Prices) string {
	if !i.Counted {
		return "-"
	}
	return fmt.Sprintf("%.7g", i.Ops.Energy(p))
}

func (i Item) mark(l LayerReport) string {
	switch {
	case !i.Counted:
		return "not counted"
	case l.Estimated && i.Term == SynapseOps:
		return "estimate"
	}
	return ""
}
