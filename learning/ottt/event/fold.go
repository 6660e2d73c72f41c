package event

import (
	"couplet/learning/layer"
	"couplet/learning/wire"
	"couplet/synapse"
)

// fold is a chain of linear maps folded into one set of synapses. Constant factors go into the weights,
// pooling and enlargement into the kernel of the convolution behind them. What is no single rule stays a
// chain and becomes a matrix, if it has to.
type fold struct {
	maps   []layer.Map[float64] // but for constant factors and changes of shape
	factor float64              // product of the constant factors
	in     int                  // neurons before the first map and
	out    int                  // after the last one

	rule   synapse.Rule          // nil for a chain that only a matrix can stand for
	weight *layer.Param[float64] // the weights in the synapses, W or Ŵ; nil for a chain without
	kernel *enlarged             // how a kernel of rule follows from weight; nil if it is weight itself

	errors [][]float64 // scratch of matrix: an error before each map but the first, and at the end
}

// newFold folds the maps of a chain that leads from in neurons to out neurons.
func newFold(chain []layer.Map[float64], in, out int) fold {
	f := fold{factor: 1, in: in, out: out}
	for _, m := range chain {
		switch m := m.(type) {
		case *layer.Scale[float64]:
			f.factor = float64(f.factor * m.Factor())
		case *layer.Reshape[float64]:
		default:
			f.maps = append(f.maps, m)
		}
	}
	switch len(f.maps) {
	case 0:
		f.rule = synapse.OneToOne{}
	case 1:
		f.single(f.maps[0])
	case 2:
		f.double(f.maps[0], f.maps[1])
	}
	return f
}

// stages lists the maps that a map is made of.
func stages(m layer.Map[float64]) []layer.Map[float64] {
	switch m := m.(type) {
	case nil:
		return nil
	case *layer.Chain[float64]:
		return m.Stages()
	}
	return []layer.Map[float64]{m}
}

// plain is the map behind a standardisation: its weights are the derived ones.
func plain(m layer.Map[float64]) layer.Map[float64] {
	if s, ok := m.(*layer.Standardised[float64]); ok {
		return s.Map
	}
	return m
}

// single folds one map.
func (f *fold) single(m layer.Map[float64]) {
	switch m := plain(m).(type) {
	case *layer.Dense[float64]:
		f.weight = m.Weight
	case *layer.Conv2D[float64]:
		f.weight = m.Weight
	}
	if w, err := wire.Of(m); err == nil {
		f.rule = w.Rule(wire.Forward)
	}
}

// double folds a pooling or an enlargement into the convolution behind it.
func (f *fold) double(before, behind layer.Map[float64]) {
	conv, ok := plain(behind).(*layer.Conv2D[float64])
	if !ok {
		return
	}
	switch m := before.(type) {
	case *layer.AvgPool2D[float64]:
		f.pooled(m, conv)
	case *layer.UpsampleNearest[float64]:
		f.upsampled(m, conv)
	}
}

// pooled folds windows of k pixels a side, the distance s apart and padded by p, into a convolution of
// kernel K, stride S and padding P. Pixel j of the window at kernel position κ lies at κ·s + j:
//
//	kernel (K-1)·s + k,   stride S·s,   padding P·s + p,   weights W[κ]/k²
//
// That holds if the zeros around the pooled image are those of windows that see nothing: a last row that
// fills no window must not come in again through the padding of the convolution.
func (f *fold) pooled(m *layer.AvgPool2D[float64], conv *layer.Conv2D[float64]) {
	k, s, p := m.Window()
	c := conv.Convolution()
	for axis := 1; axis <= 2; axis++ {
		in, pooled, out := m.InShape()[axis], m.OutShape()[axis], conv.OutShape()[axis]
		last := (out-1)*c.Stride - c.Padding + c.Kernel - 1 // the last position that the kernel reads
		if c.Padding > 0 && k-s-p > 0 || last >= pooled && pooled*s-p < in {
			return
		}
	}
	f.factor /= float64(k * k)
	f.weight = conv.Weight
	f.kernel = newEnlarged(conv.Weight.Shape, (c.Kernel-1)*s+k, false)
	for at := range c.Kernel {
		for j := range k {
			f.kernel.along = append(f.kernel.along, pair{at, at*s + j})
		}
	}
	f.rule = synapse.Conv{
		In: m.InShape(), OutChannels: c.Out, Kernel: both(f.kernel.side), Stride: both(c.Stride * s), Padding: both(c.Padding*s + p),
	}
}

// upsampled folds an enlargement by s into a convolution of kernel K, stride 1 and padding P. Copy j of a
// pixel x, at s·x + j, reaches the position s·x + j + P - κ through κ: a transposed convolution of
//
//	kernel s + K - 1,   stride s,   padding K - 1 - P,   weights Σ_j W[j + K - 1 - position]
func (f *fold) upsampled(m *layer.UpsampleNearest[float64], conv *layer.Conv2D[float64]) {
	c, s := conv.Convolution(), m.Factor()
	if c.Stride != 1 {
		return
	}
	f.weight = conv.Weight
	f.kernel = newEnlarged(conv.Weight.Shape, s+c.Kernel-1, true)
	for at := range c.Kernel {
		for j := range s {
			f.kernel.along = append(f.kernel.along, pair{at, j + c.Kernel - 1 - at})
		}
	}
	f.rule = synapse.TransposedConv{
		In: m.InShape(), OutChannels: c.Out, Kernel: both(f.kernel.side), Stride: both(s), Padding: both(c.Kernel - 1 - c.Padding),
	}
}

func both(n int) []int { return []int{n, n} }

// weights sets dst to scale times the weights by the ordinals of the rule. A pooling leaves the share of a
// window to the gain of its rule.
func (f *fold) weights(scale float64, dst []float64) {
	scale = float64(scale * f.factor)
	switch {
	case f.rule == nil:
		f.matrix(scale, dst)
	case f.weight == nil:
		for i := range dst {
			dst[i] = scale
		}
	case f.kernel != nil:
		clear(dst)
		f.kernel.expand(f.weight.Value, dst)
		for i, w := range dst {
			dst[i] = float64(scale * w)
		}
	default:
		for i, w := range f.weight.Value {
			dst[i] = float64(scale * w)
		}
	}
}

// matrix sets dst to the matrix of the chain, target by target: the row of a target is what the chain
// sends back of an error there.
func (f *fold) matrix(scale float64, dst []float64) {
	if f.errors == nil {
		for _, m := range f.maps[1:] {
			f.errors = append(f.errors, make([]float64, layer.Size(m.InShape())))
		}
		f.errors = append(f.errors, make([]float64, f.out))
	}
	last := len(f.maps) - 1
	for o := range f.out {
		clear(f.errors[last])
		f.errors[last][o] = scale
		for k := last; k > 0; k-- {
			f.maps[k].Back(f.errors[k], f.errors[k-1], 1)
		}
		f.maps[0].Back(f.errors[0], dst[o*f.in:][:f.in], 1)
	}
}

// enlarged says how a kernel is made larger by what is folded into it. Rows and columns are enlarged alike:
// the weight at (κ, κ') goes to all places (π, π') with (κ, π) and (κ', π') in along.
type enlarged struct {
	out, in    int // channels
	small      int // side of the kernel as it is trained
	side       int // of the larger one
	transposed bool
	along      []pair
}

// pair is a position in the small kernel and one in the large kernel.
type pair struct{ small, large int }

func newEnlarged(shape []int, side int, transposed bool) *enlarged {
	return &enlarged{out: shape[0], in: shape[1], small: shape[2], side: side, transposed: transposed}
}

// size is the number of weights in the larger kernel.
func (k *enlarged) size() int { return k.out * k.in * k.side * k.side }

// expand adds weights to a larger kernel.
func (k *enlarged) expand(weights, large []float64) {
	k.each(func(s, l int) { large[l] += weights[s] })
}

// contract adds the gradient of the larger kernel to that of the weights.
func (k *enlarged) contract(large, gradient []float64) {
	k.each(func(s, l int) { gradient[s] += large[l] })
}

// each visits the places that belong together, kernel by kernel: [out][in] as for a convolution, the larger
// one [in][out] if it is transposed.
func (k *enlarged) each(visit func(small, large int)) {
	for o := range k.out {
		for i := range k.in {
			small, large := (o*k.in+i)*k.small*k.small, (o*k.in+i)*k.side*k.side
			if k.transposed {
				large = (i*k.out + o) * k.side * k.side
			}
			for _, row := range k.along {
				for _, column := range k.along {
					visit(small+row.small*k.small+column.small, large+row.large*k.side+column.large)
				}
			}
		}
	}
}
