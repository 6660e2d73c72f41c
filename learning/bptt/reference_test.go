package bptt_test

import (
	"math"

	"couplet/learning/ottt"
)

// The slow reference: a network written out in single numbers on a tape, one sample at a time, and the tape
// run backwards. It reads the description and knows nothing of layers, batches or histories; its only
// statement about learning is what a spike and its reset pass on.

// tape lists all operations on numbers, in order.
type tape struct{ steps []step }

// step is a number with what it was made of: ∂value/∂operand for each operand.
type step struct {
	value, grad float64
	operands    []int
	partials    []float64
}

// number is a place on the tape.
type number = int

func (t *tape) push(value float64, operands []int, partials []float64) number {
	t.steps = append(t.steps, step{value: value, operands: operands, partials: partials})
	return len(t.steps) - 1
}

func (t *tape) constant(x float64) number        { return t.push(x, nil, nil) }
func (t *tape) val(a number) float64             { return t.steps[a].value }
func (t *tape) scale(a number, f float64) number { return t.push(t.val(a)*f, []int{a}, []float64{f}) }

func (t *tape) mul(a, b number) number {
	return t.push(t.val(a)*t.val(b), []int{a, b}, []float64{t.val(b), t.val(a)})
}

func (t *tape) add(list ...number) number {
	sum, ones := 0.0, make([]float64, len(list))
	for i, a := range list {
		sum += t.val(a)
		ones[i] = 1
	}
	return t.push(sum, list, ones)
}

// dot is Σ a·b + c; c < 0 for none.
func (t *tape) dot(a, b []number, c number) number {
	sum := 0.0
	var operands []int
	var partials []float64
	if c >= 0 {
		sum, operands, partials = t.val(c), []int{c}, []float64{1}
	}
	for i := range a {
		sum += t.val(a[i]) * t.val(b[i])
		operands = append(operands, a[i], b[i])
		partials = append(partials, t.val(b[i]), t.val(a[i]))
	}
	return t.push(sum, operands, partials)
}

// apply is f(a) with its derivative.
func (t *tape) apply(a number, f, derivative float64) number {
	return t.push(f, []int{a}, []float64{derivative})
}

// sweep runs backwards from the gradients that have been set.
func (t *tape) sweep() {
	for i := len(t.steps) - 1; i >= 0; i-- {
		s := t.steps[i]
		for k, a := range s.operands {
			t.steps[a].grad += s.partials[k] * s.grad
		}
	}
}

// reference is a network on a tape.
type reference struct {
	tape
	net    ottt.Network
	params map[string][]number
	margin float64 // of the potential closest to the threshold
}

// newReference takes the values of parameters over, by their names.
func newReference(net ottt.Network, values map[string][]float64) *reference {
	r := &reference{net: net, params: map[string][]number{}, margin: math.Inf(1)}
	for name, list := range values {
		for _, x := range list {
			r.params[name] = append(r.params[name], r.constant(x))
		}
	}
	return r
}

// signal is the activity of a layer: feature maps, or channels of one position.
type signal struct {
	values                  []number
	channels, height, width int
}

func shaped(shape []int, values []number) signal {
	if len(shape) == 1 {
		return signal{values, shape[0], 1, 1}
	}
	return signal{values, shape[0], shape[1], shape[2]}
}

// run shows x, one entry per tick, and returns the logits of every tick.
func (r *reference) run(x [][]float64) [][]number {
	membranes := map[string][]number{}
	before := map[string]signal{}
	var logits [][]number
	for _, in := range x {
		input := signal{}
		for _, v := range in {
			input.values = append(input.values, r.constant(v))
		}
		now := map[string]signal{ottt.InputName: shaped(r.net.Input, input.values)}
		for _, d := range r.net.Nodes {
			out := r.current(d, now, before)
			if d.Kind == ottt.LIF {
				out.values, membranes[d.Name] = r.fire(out.values, membranes[d.Name])
			}
			now[d.Name] = out
		}
		logits = append(logits, now[r.net.Nodes[len(r.net.Nodes)-1].Name].values)
		before = now
	}
	return logits
}

// current sums what the projections deliver to a node. In the first tick feedback has nothing to deliver.
func (r *reference) current(d ottt.Node, now, before map[string]signal) signal {
	var sum signal
	for _, p := range d.From {
		from := now[p.From]
		if p.Feedback {
			from = before[p.From]
			if from.values == nil {
				continue
			}
		}
		for _, o := range p.Through {
			from = r.through(p.Name, o, from)
		}
		arrived := make([]number, len(from.values))
		for i, a := range from.values {
			arrived[i] = a
			if p.Gain.Name != "" {
				arrived[i] = r.mul(r.scale(r.params[p.Gain.Name][0], p.Gain.Factor), a)
			}
			if sum.values != nil {
				arrived[i] = r.add(sum.values[i], arrived[i])
			}
		}
		from.values = arrived
		sum = from
	}
	return sum
}

// fire integrates and fires. The derivative of a spike is ψ(u), and the reset takes a number away that is
// none of the tape's.
func (r *reference) fire(current, membranes []number) (spikes, next []number) {
	c := r.net.Neuron
	for i, a := range current {
		u := a
		if membranes != nil {
			u = r.add(r.scale(membranes[i], c.Lambda), a)
		}
		r.margin = min(r.margin, math.Abs(r.val(u)-c.Threshold))
		fired := 0.0
		if r.val(u) >= c.Threshold {
			fired = 1
		}
		sigma := 1 / (1 + math.Exp(-c.Alpha*(r.val(u)-c.Threshold)))
		spikes = append(spikes, r.apply(u, fired, c.Alpha*sigma*(1-sigma)))
		next = append(next, r.add(u, r.constant(-c.Threshold*fired)))
	}
	return spikes, next
}

// through is one linear operation.
func (r *reference) through(name string, o ottt.Op, in signal) signal {
	switch o.Kind {
	case ottt.Scale:
		out := in
		out.values = nil
		for _, a := range in.values {
			out.values = append(out.values, r.scale(a, o.Factor))
		}
		return out
	case ottt.Upsample:
		out := signal{channels: in.channels, height: in.height * o.Times, width: in.width * o.Times}
		for c := range out.channels {
			for y := range out.height {
				for x := range out.width {
					out.values = append(out.values, in.at(c, y/o.Times, x/o.Times))
				}
			}
		}
		return out
	case ottt.GlobalAvgPool:
		return r.average(in, in.height, in.height, 0)
	case ottt.AvgPool:
		return r.average(in, o.Kernel, o.Stride, o.Padding)
	case ottt.Dense:
		in = signal{in.values, len(in.values), 1, 1}
		o.Kernel, o.Stride = 1, 1
	}
	return r.convolve(name, o, in)
}

func (s signal) at(c, y, x int) number { return s.values[(c*s.height+y)*s.width+x] }

// window lists the values below a square, with their places in it.
func (s signal) window(c, y, x, kernel int) (values []number, places []int) {
	for ky := range kernel {
		for kx := range kernel {
			if y+ky >= 0 && y+ky < s.height && x+kx >= 0 && x+kx < s.width {
				values = append(values, s.at(c, y+ky, x+kx))
				places = append(places, ky*kernel+kx)
			}
		}
	}
	return values, places
}

func (s signal) positions(kernel, stride, padding int) (height, width int) {
	return (s.height+2*padding-kernel)/stride + 1, (s.width+2*padding-kernel)/stride + 1
}

func (r *reference) average(in signal, kernel, stride, padding int) signal {
	out := signal{channels: in.channels}
	out.height, out.width = in.positions(kernel, stride, padding)
	for c := range out.channels {
		for y := range out.height {
			for x := range out.width {
				values, _ := in.window(c, y*stride-padding, x*stride-padding, kernel)
				out.values = append(out.values, r.scale(r.add(values...), 1/float64(kernel*kernel)))
			}
		}
	}
	return out
}

func (r *reference) convolve(name string, o ottt.Op, in signal) signal {
	out := signal{channels: o.Units}
	out.height, out.width = in.positions(o.Kernel, o.Stride, o.Padding)
	fan := in.channels * o.Kernel * o.Kernel
	for f := range o.Units {
		weights := r.params[name+".weight"][f*fan:][:fan]
		if o.Standardised {
			weights = r.standardise(weights, r.params[name+".gain"][f])
		}
		bias := number(-1)
		if o.Bias {
			bias = r.params[name+".bias"][f]
		}
		for y := range out.height {
			for x := range out.width {
				var a, w []number
				for c := range in.channels {
					values, places := in.window(c, y*o.Stride-o.Padding, x*o.Stride-o.Padding, o.Kernel)
					for i, v := range values {
						a, w = append(a, v), append(w, weights[c*o.Kernel*o.Kernel+places[i]])
					}
				}
				out.values = append(out.values, r.dot(w, a, bias))
			}
		}
	}
	return out
}

// standardise is ottt.md §4: gain·(W - μ)/√(v·n + 1e-4), v the variance with divisor n-1.
func (r *reference) standardise(weights []number, gain number) []number {
	n := float64(len(weights))
	minus := r.scale(r.add(weights...), -1/n)
	var centred, squares []number
	for _, w := range weights {
		c := r.add(w, minus)
		centred, squares = append(centred, c), append(squares, r.mul(c, c))
	}
	variance := r.scale(r.add(squares...), 1/(n-1))
	root := math.Sqrt(r.val(variance)*n + 1e-4)
	inverse := r.apply(variance, 1/root, -0.5*n/(root*root*root))
	for i, c := range centred {
		centred[i] = r.mul(gain, r.mul(c, inverse))
	}
	return centred
}
