package event

import (
	"slices"

	"couplet/learning/layer"
	"couplet/learning/ottt"
	"couplet/synapse"
)

// walker walks the synapses of a projection for the learning rule, from the neurons that have an error,
// and counts the multiply-adds.
type walker interface {
	// back adds Wᵀ·e to the errors of the sources.
	back(e *activity, sources []float64) int64
	// gather adds e·preᵀ to the gradient of the weights: the three-factor update of the synapses between a
	// presynaptic activity and a postsynaptic error that are both not 0.
	gather(e, pre *activity) int64
	// refresh takes over weights that have changed.
	refresh()
	// settle hands over what has been gathered: to the parameters, or to the weights derived from them.
	settle()
	// forget drops what has been gathered.
	forget()
}

// newWalker chooses the walker of a projection.
func newWalker(l *link) walker {
	f := &l.fold
	if f.weight != nil && f.rule != nil {
		stencil, ok := f.rule.(synapse.Stencil)
		if !ok {
			return &matrix{weights: f.weight.Value, gradient: f.weight.Grad, factor: f.factor, sources: f.in, bias: gradientOf(l.bias)}
		}
		if w, err := newConvolution(l, stencil); err == nil {
			return w
		}
	}
	return &through{m: l.Map, ways: l.ways, before: make([]float64, f.in)}
}

func gradientOf(p *layer.Param[float64]) []float64 {
	if p == nil {
		return nil
	}
	return p.Grad
}

// addBias adds errors to the gradient of a bias, which has one value for a unit or a channel (ottt.md §2:
// the bias has no trace).
func addBias(bias []float64, e *activity) {
	if bias == nil {
		return
	}
	area := len(e.value) / len(bias)
	for _, o := range e.list {
		bias[int(o)/area] += e.value[o]
	}
}

// matrix walks the rows W[target] of a dense projection.
type matrix struct {
	weights, gradient []float64 // [targets, sources]
	factor            float64
	sources           int
	bias              []float64 // gradient
}

func (w *matrix) back(e *activity, sources []float64) int64 {
	for _, o := range e.list {
		addScaled(sources, w.weights[int(o)*w.sources:], float64(w.factor*e.value[o]))
	}
	return int64(len(e.list) * w.sources)
}

func (w *matrix) gather(e, pre *activity) int64 {
	addBias(w.bias, e)
	for _, o := range e.list {
		g, row := float64(w.factor*e.value[o]), w.gradient[int(o)*w.sources:][:w.sources]
		if len(pre.list) == w.sources {
			addScaled(row, pre.value, g)
			continue
		}
		for _, i := range pre.list {
			row[i] += float64(g * pre.value[i])
		}
	}
	return int64(len(e.list) * len(pre.list))
}

func (w *matrix) refresh() {}
func (w *matrix) settle()  {}
func (w *matrix) forget()  { clear(w.gradient) }

// addScaled sets y = y + a·x.
func addScaled(y, x []float64, a float64) {
	x = x[:len(y)]
	for i, v := range x {
		y[i] += float64(a * v)
	}
}

// convolution walks the synapses of a stencil backward, along the tables of its adjoint. Targets at one place of
// all channels reach the same sources, through weights a step apart, and share a row of the tables.
type convolution struct {
	weights, gradient []float64 // kernel
	fold              *fold
	taps              *synapse.Taps // seen from the targets
	sources           uint32
	step              int           // from the weights of a target channel to those of the next
	row               []synapse.Tap // of the first channel
	heard             []heard       // of it, where the source is active
	bias              []float64     // gradient
}

// heard is a synapse with its presynaptic activity.
type heard struct {
	weight   uint32
	activity float64
}

func newConvolution(l *link, rule synapse.Stencil) (*convolution, error) {
	f := &l.fold
	taps, err := rule.Transpose().Compile()
	if err != nil {
		return nil, err
	}
	w := &convolution{
		weights: f.weight.Value, gradient: f.weight.Grad, fold: f, taps: taps, sources: uint32(f.in),
		step: layer.Size(f.weight.Shape[1:]), bias: gradientOf(l.bias),
	}
	if k := f.kernel; k != nil {
		w.weights, w.gradient = make([]float64, k.size()), make([]float64, k.size())
		w.step = k.side * k.side
		if !k.transposed {
			w.step *= k.in
		}
	}
	return w, nil
}

// plane is the number of places in a channel of the targets.
func (w *convolution) plane(e *activity) int { return len(e.value) / w.taps.InShape()[0] }

// at reads the row of a place, if a target there has an error.
func (w *convolution) at(place, plane int, e *activity) bool {
	for o := place; o < len(e.value); o += plane {
		if e.value[o] != 0 {
			w.row = w.taps.Row(uint32(place), 0, w.sources, w.row[:0])
			return true
		}
	}
	return false
}

func (w *convolution) back(e *activity, sources []float64) int64 {
	n, plane := 0, w.plane(e)
	for place := range plane {
		if !w.at(place, plane, e) {
			continue
		}
		for o, kernel := place, w.weights; o < len(e.value); o, kernel = o+plane, kernel[w.step:] {
			if e.value[o] == 0 {
				continue
			}
			g := float64(w.fold.factor * e.value[o])
			for _, tap := range w.row {
				sources[tap.Target] += float64(g * kernel[tap.Weight])
			}
			n += len(w.row)
		}
	}
	return int64(n)
}

func (w *convolution) gather(e, pre *activity) int64 {
	addBias(w.bias, e)
	n, plane := 0, w.plane(e)
	if len(pre.list) == 0 {
		return 0
	}
	for place := range plane {
		if !w.at(place, plane, e) {
			continue
		}
		w.heard = w.heard[:0]
		for _, tap := range w.row {
			if x := pre.value[tap.Target]; x != 0 {
				w.heard = append(w.heard, heard{tap.Weight, x})
			}
		}
		for o, kernel := place, w.gradient; o < len(e.value); o, kernel = o+plane, kernel[w.step:] {
			if e.value[o] == 0 {
				continue
			}
			g := float64(w.fold.factor * e.value[o])
			for _, h := range w.heard {
				kernel[h.weight] += float64(g * h.activity)
			}
			n += len(w.heard)
		}
	}
	return int64(n)
}

func (w *convolution) refresh() {
	if k := w.fold.kernel; k != nil {
		clear(w.weights)
		k.expand(w.fold.weight.Value, w.weights)
	}
}

func (w *convolution) settle() {
	if k := w.fold.kernel; k != nil {
		k.contract(w.gradient, w.fold.weight.Grad)
		clear(w.gradient)
	}
}

func (w *convolution) forget() { clear(w.gradient) }

// through sends whole arrays through the map of a projection: for one without weights, and for one whose
// operations are better applied one after the other. An average over a whole image before a classifier sums
// the traces first and multiplies once. The counts are those of the single ways all the same.
type through struct {
	m      layer.Map[float64] // nil for a projection without operations
	ways   *ottt.Ways
	before []float64
}

func (w *through) back(e *activity, sources []float64) int64 {
	if w.m == nil {
		for _, o := range e.list {
			sources[o] += e.value[o]
		}
		return int64(len(e.list))
	}
	w.m.Back(e.value, w.before, 1)
	for i, v := range w.before {
		sources[i] += v
	}
	return w.ways.Backward(e.value)
}

func (w *through) gather(e, pre *activity) int64 {
	w.m.Accumulate(pre.value, e.value, 1)
	return w.ways.Update(pre.value, e.value)
}

func (w *through) refresh() {}
func (w *through) settle()  {}
func (w *through) forget()  {}

// binary tells whether an input frame is made of spikes: only 0 and 1.
func binary(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return v != 0 && v != 1 })
}
