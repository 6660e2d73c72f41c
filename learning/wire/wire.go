package wire

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/synapse"
)

// Direction is a way through a map.
type Direction uint8

const (
	// Forward is that of activity, x → W·x.
	Forward Direction = iota
	// Back is that of errors, gy → Wᵀ·gy.
	Back
)

// String returns "forward" or "back".
func (d Direction) String() string {
	if d == Back {
		return "back"
	}
	return "forward"
}

// Wires is a map laid out as synapses. It reads the parameters of the map when it is asked for weights
// and holds none itself.
type Wires[F layer.Real] struct {
	m       layer.Map[F]
	rules   [2]synapse.Rule // by Direction
	weight  *layer.Param[F] // the weights that act: those of the map, derived ones, or constants
	columns int             // of a dense matrix, whose transpose lists weights in another order; else 0
	scale   float64         // product of the constant factors around the weights
}

// Of lays a map out as synapses. It is an error if no single rule has the synapses of the map, as for a
// chain of two maps that both spread.
func Of[F layer.Real](m layer.Map[F]) (*Wires[F], error) {
	w := &Wires[F]{m: m, scale: 1}
	if err := w.lay(m); err != nil {
		return nil, err
	}
	if w.rules[Forward] == nil { // nothing but factors
		w.set(synapse.OneToOne{}, synapse.OneToOne{}, constant[F](layer.Size(m.InShape())))
	}
	return w, nil
}

// lay adds a map to those that are laid out already.
func (w *Wires[F]) lay(m layer.Map[F]) error {
	switch m := m.(type) {
	case *layer.Chain[F]:
		for _, stage := range m.Stages() {
			if err := w.lay(stage); err != nil {
				return err
			}
		}
		return nil
	case *layer.Standardised[F]:
		return w.lay(m.Map)
	case *layer.Reshape[F]:
		return nil // a flat array stays what it is
	case *layer.Scale[F]:
		w.scale = float64(w.scale * float64(m.Factor()))
		return nil
	}
	if w.rules[Forward] != nil {
		return fmt.Errorf("wire: a chain with a %T behind another map with synapses is no single projection", m)
	}
	return w.rule(m)
}

// rule finds the rule of a map that has synapses of its own.
func (w *Wires[F]) rule(m layer.Map[F]) error {
	switch m := m.(type) {
	case *layer.Dense[F]:
		w.set(synapse.AllToAll{}, synapse.AllToAll{}, m.Weight)
		w.columns = layer.Size(m.InShape())
	case *layer.Conv2D[F]:
		w.stencil(conv(m.InShape(), m.Convolution()), m.Weight)
	case *layer.TransposedConv2D[F]:
		w.stencil(transposed(m.InShape(), m.Convolution()), m.Weight)
	case *layer.AvgPool2D[F]:
		kernel, stride, padding := m.Window()
		w.stencil(synapse.AvgPool{In: m.InShape(), Kernel: square(kernel), Stride: square(stride), Padding: square(padding)}, constant[F](1))
	case *layer.GlobalAvgPool[F]:
		w.stencil(synapse.AvgPool{In: m.InShape(), Kernel: m.InShape()[1:]}, constant[F](1))
	case *layer.UpsampleNearest[F]:
		w.stencil(synapse.SumPool{In: m.OutShape(), Kernel: square(m.Factor())}.Transpose(), constant[F](1))
	default:
		return fmt.Errorf("wire: the synapses of a %T are not known", m)
	}
	return nil
}

// set keeps the rules of both directions and the weights.
func (w *Wires[F]) set(forward, back synapse.Rule, weight *layer.Param[F]) {
	w.rules, w.weight = [2]synapse.Rule{Forward: forward, Back: back}, weight
}

// stencil keeps a stencil and its transpose, which has the same kernel in the same order.
func (w *Wires[F]) stencil(s synapse.Stencil, kernel *layer.Param[F]) {
	w.set(s, s.Transpose(), kernel)
}

func conv(in []int, c layer.Convolution) synapse.Stencil {
	return synapse.Conv{In: in, OutChannels: c.Out, Kernel: square(c.Kernel), Stride: square(c.Stride), Padding: square(c.Padding)}
}

func transposed(in []int, c layer.Convolution) synapse.Stencil {
	return synapse.TransposedConv{
		In: in, OutChannels: c.Out, Kernel: square(c.Kernel),
		Stride: square(c.Stride), Padding: square(c.Padding), OutputPadding: square(c.OutputPadding),
	}
}

// square is a number for each of the two spatial axes.
func square(n int) []int { return []int{n, n} }

// constant makes weights of 1.
func constant[F layer.Real](n int) *layer.Param[F] {
	p := layer.NewParam[F]("constant", n)
	for i := range p.Value {
		p.Value[i] = 1
	}
	return p
}

// Rule says who connects to whom: forward from the neurons at the input of the map to those at its
// output, back from those at the output to those at the input.
func (w *Wires[F]) Rule(d Direction) synapse.Rule { return w.rules[d] }

// Sources returns the number of neurons from which spikes come.
func (w *Wires[F]) Sources(d Direction) int {
	if d == Forward {
		return layer.Size(w.m.InShape())
	}
	return layer.Size(w.m.OutShape())
}

// Targets returns the number of neurons that spikes reach.
func (w *Wires[F]) Targets(d Direction) int { return w.Sources(1 - d) }

// Weights returns factor·W by the ordinals of the rule, as Simulator.SetLearnedWeights takes them, in dst
// if it has room. A map that derives its weights must have been prepared. A pooling leaves the share
// of a window to the gain of its rule.
func (w *Wires[F]) Weights(d Direction, factor float64, dst []float64) []float64 {
	values := w.weight.Value
	dst = grown(dst, len(values))
	factor = float64(factor * w.scale)
	if d == Back && w.columns > 0 {
		w.transpose(factor, dst)
		return dst
	}
	for k, v := range values {
		dst[k] = float64(factor * float64(v))
	}
	return dst
}

// transpose lists the matrix of a dense map, out × in, by columns: the rows of the way back.
func (w *Wires[F]) transpose(factor float64, dst []float64) {
	values := w.weight.Value
	rows := len(values) / w.columns
	for r := range rows {
		for c, v := range values[r*w.columns:][:w.columns] {
			dst[c*rows+r] = float64(factor * float64(v))
		}
	}
}

// Biased tells whether the map can have a bias.
func (w *Wires[F]) Biased() bool {
	for _, p := range w.m.Params() {
		if len(p.Shape) == 1 {
			return true
		}
	}
	return false
}

// Bias returns the constant current of every neuron at the output, what the map gives for silence, in
// dst if it has room.
func (w *Wires[F]) Bias(dst []float64) []float64 {
	silence, bias := make([]F, w.Sources(Forward)), make([]F, w.Targets(Forward))
	w.m.Forward(silence, bias, 1)
	dst = grown(dst, len(bias))
	for j, v := range bias {
		dst[j] = float64(v)
	}
	return dst
}

// grown returns s with n values, allocating only if it has no room.
func grown(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}
