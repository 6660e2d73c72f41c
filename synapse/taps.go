package synapse

// Taps are the tables of a stencil. Along each spatial axis, and independently of the others, an
// input position reaches a few output positions, each through one position of the kernel; a synapse
// is one such tap per axis together with a source and a target channel.
//
// Taps do not change and may be shared between goroutines.
type Taps struct {
	in, out   Shape
	inPlane   uint32 // neurons per source channel
	outPlane  uint32 // neurons per target channel
	weights   int    // entries of the kernel
	diagonal  bool   // a channel reaches only itself (pooling)
	perSource uint32 // kernel index = source channel × perSource + target channel × perTarget + spatial index
	perTarget uint32
	axis      [3]axis // depth, row, column; missing ones have one position
}

// axis is the table of one spatial axis. The taps of input position i are
// taps[start[i]:start[i+1]].
type axis struct {
	inSize, outSize uint32
	outStride       uint32 // neurons from one output position to the next
	kernelStride    uint32 // kernel entries from one kernel position to the next
	start           []uint32
	taps            []axisTap
}

// axisTap leads to an output position through a kernel position.
type axisTap struct{ out, kernel uint32 }

// Tap is a synapse of a stencil, seen from its source.
type Tap struct {
	Target uint32 // neuron of the target population
	Weight uint32 // index into the kernel
}

// maxAxisTaps bounds the table of one axis.
const maxAxisTaps = 1 << 24

// unitAxis is an axis that the stencil does not have.
func unitAxis() axis {
	return axis{inSize: 1, outSize: 1, start: []uint32{0, 1}, taps: []axisTap{{}}}
}

// newTaps puts axes together, the innermost last.
func newTaps(in, out Shape, axes []axis, kernel []int) *Taps {
	t := &Taps{in: in, out: out, weights: 1}
	for i := range t.axis {
		t.axis[i] = unitAxis()
	}
	copy(t.axis[3-len(axes):], axes)
	t.inPlane, t.outPlane = 1, 1
	kernelSize := uint32(1)
	for i := 2; i >= 0; i-- {
		a := &t.axis[i]
		a.outStride, a.kernelStride = t.outPlane, kernelSize
		t.inPlane *= a.inSize
		t.outPlane *= a.outSize
		if k := i - (3 - len(kernel)); k >= 0 {
			kernelSize *= uint32(kernel[k])
		}
	}
	return t
}

// InShape is the shape of the sources.
func (t *Taps) InShape() Shape { return t.in }

// OutShape is the shape of the targets.
func (t *Taps) OutShape() Shape { return t.out }

// Weights is the number of kernel entries.
func (t *Taps) Weights() int { return t.weights }

// Synapses is the number of synapses.
func (t *Taps) Synapses() float64 {
	n := float64(t.in[0])
	if !t.diagonal {
		n *= float64(t.out[0])
	}
	for i := range t.axis {
		n *= float64(len(t.axis[i].taps))
	}
	return n
}

// maxRow is the largest number of synapses of a source.
func (t *Taps) maxRow() int {
	n := 1
	if !t.diagonal {
		n = t.out[0]
	}
	for i := range t.axis {
		n *= t.axis[i].longest()
	}
	return n
}

func (a *axis) longest() int {
	most := uint32(0)
	for i := range a.inSize {
		most = max(most, a.start[i+1]-a.start[i])
	}
	return int(most)
}

func (a *axis) at(position uint32) []axisTap { return a.taps[a.start[position]:a.start[position+1]] }

// Row appends to buf the synapses of a source whose targets lie in [lo, hi), channel by channel.
func (t *Taps) Row(source, lo, hi uint32, buf []Tap) []Tap {
	if lo >= hi {
		return buf
	}
	channel, position := source/t.inPlane, source%t.inPlane
	position, x := position/t.axis[2].inSize, position%t.axis[2].inSize
	z, y := position/t.axis[1].inSize, position%t.axis[1].inSize
	first, last := lo/t.outPlane, (hi-1)/t.outPlane
	if t.diagonal {
		first, last = max(first, channel), min(last, channel)
	}
	for c := first; c <= last && c < uint32(t.out[0]); c++ {
		corner := Tap{Target: c * t.outPlane, Weight: channel*t.perSource + c*t.perTarget}
		if corner.Target >= lo && corner.Target+t.outPlane <= hi {
			buf = t.plane(z, y, x, corner, buf)
		} else {
			buf = clip(t.plane(z, y, x, corner, buf), len(buf), lo, hi)
		}
	}
	return buf
}

// plane appends the synapses onto one target channel, whose first neuron and kernel entry are
// those of corner.
func (t *Taps) plane(z, y, x uint32, corner Tap, buf []Tap) []Tap {
	columns := t.axis[2].at(x)
	for _, tz := range t.axis[0].at(z) {
		slice := t.axis[0].step(corner, tz)
		for _, ty := range t.axis[1].at(y) {
			row := t.axis[1].step(slice, ty)
			for _, tx := range columns {
				buf = append(buf, Tap{row.Target + tx.out, row.Weight + tx.kernel})
			}
		}
	}
	return buf
}

func (a *axis) step(from Tap, by axisTap) Tap {
	return Tap{from.Target + by.out*a.outStride, from.Weight + by.kernel*a.kernelStride}
}

// clip keeps, of the taps from index n on, those with a target in [lo, hi).
func clip(taps []Tap, n int, lo, hi uint32) []Tap {
	kept := taps[:n]
	for _, tap := range taps[n:] {
		if tap.Target >= lo && tap.Target < hi {
			kept = append(kept, tap)
		}
	}
	return kept
}

// Each calls visit for the synapses of a source whose targets lie in [lo, hi).
func (t *Taps) Each(source, lo, hi uint32, visit func(target, weight uint32)) {
	var room [64]Tap
	for _, tap := range t.Row(source, lo, hi, room[:0]) {
		visit(tap.Target, tap.Weight)
	}
}

// Walk calls visit for all synapses of a source.
func (t *Taps) Walk(source uint32, visit func(target, weight uint32)) {
	t.Each(source, 0, uint32(t.out[0])*t.outPlane, visit)
}

// reversed returns the tables seen from the targets.
func (t *Taps) reversed() *Taps {
	r := *t
	r.in, r.out = t.out, t.in
	r.inPlane, r.outPlane = t.outPlane, t.inPlane
	r.perSource, r.perTarget = t.perTarget, t.perSource
	stride := uint32(1)
	for i := 2; i >= 0; i-- {
		r.axis[i] = t.axis[i].reversed()
		r.axis[i].outStride = stride
		stride *= r.axis[i].outSize
	}
	return &r
}

// reversed returns the table that leads from output to input positions.
func (a *axis) reversed() axis {
	r := axis{
		inSize: a.outSize, outSize: a.inSize, kernelStride: a.kernelStride,
		start: make([]uint32, a.outSize+1), taps: make([]axisTap, len(a.taps)),
	}
	for _, tap := range a.taps {
		r.start[tap.out+1]++
	}
	for i := range a.outSize {
		r.start[i+1] += r.start[i]
	}
	next := append([]uint32(nil), r.start...)
	for i := range a.inSize {
		for _, tap := range a.at(i) {
			r.taps[next[tap.out]] = axisTap{out: i, kernel: tap.kernel}
			next[tap.out]++
		}
	}
	return r
}
