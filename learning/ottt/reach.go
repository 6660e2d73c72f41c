package ottt

import (
	"slices"

	"couplet/learning/layer"
)

// reach knows how many ways lead from a source neuron to target neurons through the operations of a
// projection. It counts ways only, and does so from the end: given how often each target is to be
// counted, how often does each source reach one.
type reach struct {
	ops    []Op
	shapes [][]int   // before each operation, and after the last
	counts [][]int64 // scratch of these shapes
	fanOut []int64   // ways of each source to all targets; nil until asked for
	all    int64     // their sum
}

func newReach(p Projection, in []int) *reach {
	r := &reach{ops: p.Through, shapes: [][]int{in}}
	for _, o := range p.Through {
		in, _ = o.outShape(in) // the description has been validated
		r.shapes = append(r.shapes, in)
	}
	return r
}

// ways returns the ways of each source neuron to all targets.
func (r *reach) ways() []int64 {
	if r.fanOut == nil {
		targets := r.targets()
		for i := range targets {
			targets[i] = 1
		}
		r.fanOut = slices.Clone(r.sources())
		r.all = sum(r.fanOut)
	}
	return r.fanOut
}

// total is the number of ways.
func (r *reach) total() int64 {
	r.ways()
	return r.all
}

// targets is the array of counts at the end, for the caller to fill.
func (r *reach) targets() []int64 {
	if r.counts == nil {
		for _, s := range r.shapes {
			r.counts = append(r.counts, make([]int64, size(s)))
		}
	}
	return r.counts[len(r.ops)]
}

// sources follows the counts from the end to the beginning.
func (r *reach) sources() []int64 {
	for i := len(r.ops) - 1; i >= 0; i-- {
		clear(r.counts[i])
		r.ops[i].countBack(r.counts[i], r.shapes[i], r.counts[i+1], r.shapes[i+1])
	}
	return r.counts[0]
}

// countBack adds to each input of an operation the counts of the outputs it reaches.
func (o Op) countBack(in []int64, inShape []int, out []int64, outShape []int) {
	switch o.Kind {
	case Scale:
		copy(in, out)
	case Dense:
		all := sum(out)
		for i := range in {
			in[i] = all
		}
	case GlobalAvgPool:
		area := inShape[1] * inShape[2]
		for i := range in {
			in[i] = out[i/area]
		}
	case Conv:
		// All channels are connected with all: their counts are taken together and handed out to each.
		area, inArea := outShape[1]*outShape[2], inShape[1]*inShape[2]
		for c := 1; c < outShape[0]; c++ {
			for i, v := range out[c*area:][:area] {
				out[i] += v
			}
		}
		o.windowBack(in[:inArea], inShape, out[:area], outShape)
		for c := 1; c < inShape[0]; c++ {
			copy(in[c*inArea:][:inArea], in)
		}
	case AvgPool:
		area, inArea := outShape[1]*outShape[2], inShape[1]*inShape[2]
		for c := range inShape[0] {
			o.windowBack(in[c*inArea:][:inArea], inShape, out[c*area:][:area], outShape)
		}
	case Upsample:
		for i, v := range out {
			c, y, x := i/(outShape[1]*outShape[2]), i/outShape[2]%outShape[1], i%outShape[2]
			in[(c*inShape[1]+y/o.Times)*inShape[2]+x/o.Times] += v
		}
	}
}

// windowBack adds the count of each window to all positions of the image that lie in it.
func (o Op) windowBack(in []int64, inShape []int, out []int64, outShape []int) {
	for row := range outShape[1] {
		top := row*o.Stride - o.Padding
		for col := range outShape[2] {
			count, left := out[row*outShape[2]+col], col*o.Stride-o.Padding
			if count == 0 {
				continue
			}
			for y := max(top, 0); y < min(top+o.Kernel, inShape[1]); y++ {
				for x := max(left, 0); x < min(left+o.Kernel, inShape[2]); x++ {
					in[y*inShape[2]+x] += count
				}
			}
		}
	}
}

func sum(counts []int64) int64 {
	s := int64(0)
	for _, c := range counts {
		s += c
	}
	return s
}

// events counts the ways of all sources that are active.
func events[F layer.Real](r *reach, activity []F) int64 {
	ways, n := r.ways(), int64(0)
	for ; len(activity) > 0; activity = activity[len(ways):] {
		n += sumOfActive(ways, activity)
	}
	return n
}

// sumOfActive adds up the counts of the sources that are active.
func sumOfActive[F layer.Real](counts []int64, activity []F) int64 {
	n := int64(0)
	activity = activity[:len(counts)]
	for i, c := range counts {
		n += c * one(activity[i] != 0) // without a branch, which spikes would send the wrong way
	}
	return n
}

// one is 1 for true.
func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// returns counts the ways to all targets that have an error.
func returns[F layer.Real](r *reach, errors []F) int64 {
	n := int64(0)
	for ; len(errors) > 0; errors = errors[len(r.targets()):] {
		if everywhere(errors[:len(r.targets())]) {
			n += r.total()
			continue
		}
		mark(r.targets(), errors)
		n += sum(r.sources())
	}
	return n
}

// pairs counts the ways from an active source to a target with an error.
func pairs[F layer.Real](r *reach, activity, errors []F) int64 {
	n := int64(0)
	for ; len(errors) > 0; errors = errors[len(r.targets()):] {
		sources := r.ways()
		if !everywhere(errors[:len(r.targets())]) {
			mark(r.targets(), errors)
			sources = r.sources()
		}
		n += sumOfActive(sources, activity)
		activity = activity[len(sources):]
	}
	return n
}

// everywhere tells whether all targets of a sample have an error, as a surrogate that is nowhere 0 gives them:
// every way counts then, and none has to be followed.
func everywhere[F layer.Real](errors []F) bool {
	for _, e := range errors {
		if e == 0 {
			return false
		}
	}
	return true
}

// mark sets the counts of the targets that have an error to 1, those of the others to 0.
func mark[F layer.Real](targets []int64, errors []F) {
	for i := range targets {
		targets[i] = 0
		if errors[i] != 0 {
			targets[i] = 1
		}
	}
}
