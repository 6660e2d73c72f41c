package opcount

import (
	"errors"
	"fmt"
)

// geometry describes the windows of a convolution or pooling; lists that are nil have their defaults.
type geometry struct {
	in                        []int // channels, extents
	out                       int   // channels
	kernel                    []int
	stride, padding, dilation []int
	groups                    int
	transposed                bool
	rest                      []int // output padding of a transposed convolution
}

const (
	axes      = 3       // of a stencil; axes that a map does not have are of extent 1
	maxExtent = 1 << 20 // of kernels, strides, paddings and dilations
)

// tap is a way along one axis: through a position of the kernel to a position at the other end.
type tap struct{ kernel, to int }

// stencil has, for each axis by itself, the taps of every position. A synapse is one tap an axis together
// with two channels of one group.
type stencil struct {
	in, out         int // channels
	groups          int
	from, to        [axes]int // extents
	kernel          [axes]int
	taps            [axes][][]tap // by position of the source
	back            [axes][][]tap // by position of the target
	transposed      bool
	positions       int // of the sources of a channel
	targetPositions int
}

// newStencil checks a geometry and makes its tables.
func newStencil(g geometry) (*stencil, error) {
	n := len(g.in) - 1
	if n < 1 || n > axes {
		return nil, fmt.Errorf("shape %v, want channels and 1 to %d extents", g.in, axes)
	}
	if len(g.kernel) != n {
		return nil, fmt.Errorf("kernel %v for the shape %v, want %d extents", g.kernel, g.in, n)
	}
	w := &stencil{in: g.in[0], out: g.out, groups: max(g.groups, 1), transposed: g.transposed}
	if err := w.checkChannels(g.groups); err != nil {
		return nil, err
	}
	for a := range axes {
		l, err := g.line(a, n)
		if err != nil {
			return nil, err
		}
		w.from[a], w.to[a], w.kernel[a] = l.in, l.out, l.kernel
		w.taps[a], w.back[a] = l.tables()
	}
	var err error
	if w.positions, err = neurons(w.in, w.from); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if w.targetPositions, err = neurons(w.out, w.to); err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	return w, w.checkWeights()
}

func (w *stencil) checkChannels(groups int) error {
	switch {
	case w.in < 1 || w.out < 1:
		return fmt.Errorf("%d channels to %d, want at least 1", w.in, w.out)
	case groups < 0 || w.in%w.groups != 0 || w.out%w.groups != 0:
		return fmt.Errorf("%d groups of %d channels to %d, want a common divisor", groups, w.in, w.out)
	}
	return nil
}

// checkWeights sees to it that the number of weights fits an array, and that of synapses a count: there
// are at most as many as weights times positions.
func (w *stencil) checkWeights() error {
	var weights, synapses tally
	weights.add(int64(w.in), int64(w.out/w.groups))
	for _, k := range w.kernel {
		n := weights.n
		weights.n = 0
		weights.add(n, int64(k))
	}
	synapses.add(weights.n, int64(max(w.positions, w.targetPositions)))
	if err := errors.Join(weights.err(), synapses.err()); err != nil {
		return errors.New("more than 2^63 synapses, too many to count")
	}
	return nil
}

// neurons checks the number of neurons of a shape and returns that of one channel.
func neurons(channels int, extents [axes]int) (int, error) {
	total, positions := channels, 1
	for _, e := range extents {
		if e > MaxNeurons/total {
			return 0, fmt.Errorf("%d channels of %v have more than %d neurons", channels, extents, MaxNeurons)
		}
		total *= e
		positions *= e
	}
	return positions, nil
}

// line is the geometry along one axis.
type line struct {
	in, out, kernel, stride, padding, dilation int
	transposed                                 bool
}

// line is axis a of a geometry of n axes.
func (g geometry) line(a, n int) (line, error) {
	if a >= n {
		return line{in: 1, out: 1, kernel: 1, stride: 1, dilation: 1}, nil
	}
	l := line{in: g.in[a+1], kernel: g.kernel[a], transposed: g.transposed}
	rest := 0
	for _, p := range []struct {
		name      string
		list      []int
		otherwise int
		least     int
		to        *int
	}{
		{"stride", g.stride, 1, 1, &l.stride},
		{"padding", g.padding, 0, 0, &l.padding},
		{"dilation", g.dilation, 1, 1, &l.dilation},
		{"output padding", g.rest, 0, 0, &rest},
	} {
		*p.to = p.otherwise
		if p.list == nil {
			continue
		}
		if len(p.list) != n {
			return l, fmt.Errorf("%s %v for %d axes", p.name, p.list, n)
		}
		if *p.to = p.list[a]; *p.to < p.least || *p.to > maxExtent {
			return l, fmt.Errorf("%s %d, want %d to %d", p.name, *p.to, p.least, maxExtent)
		}
	}
	return l, l.fit(rest)
}

// fit works out the extent of the output.
func (l *line) fit(rest int) error {
	if l.in < 1 || l.in > MaxNeurons {
		return fmt.Errorf("extent %d, want 1 to %d", l.in, MaxNeurons)
	}
	if l.kernel < 1 || l.kernel > maxExtent {
		return fmt.Errorf("kernel of extent %d, want 1 to %d", l.kernel, maxExtent)
	}
	reach := l.dilation*(l.kernel-1) + 1
	if l.transposed {
		if rest >= max(l.stride, l.dilation) {
			return fmt.Errorf("output padding %d, want less than the stride %d or the dilation %d", rest, l.stride, l.dilation)
		}
		l.out = (l.in-1)*l.stride - 2*l.padding + reach + rest
	} else {
		l.out = (l.in + 2*l.padding - reach + l.stride) / l.stride
		if l.in+2*l.padding < reach {
			l.out = 0
		}
	}
	if l.out < 1 || l.out > MaxNeurons {
		return fmt.Errorf("a window of %d in an extent of %d with padding %d gives an output of extent %d, want 1 to %d",
			reach, l.in, l.padding, l.out, MaxNeurons)
	}
	return nil
}

// tables lists the taps of the sources and, the same ones from the other end, of the targets.
func (l line) tables() (sources, targets [][]tap) {
	sources, targets = make([][]tap, l.in), make([][]tap, l.out)
	large, small := l.in, l.out // of the convolution whose adjoint a transposed one is
	if l.transposed {
		large, small = small, large
	}
	for q := range small {
		for k := range l.kernel {
			p := q*l.stride - l.padding + k*l.dilation
			if p < 0 || p >= large {
				continue
			}
			from, to := p, q
			if l.transposed {
				from, to = q, p
			}
			sources[from] = append(sources[from], tap{k, to})
			targets[to] = append(targets[to], tap{k, from})
		}
	}
	return sources, targets
}

// kernelSize is the number of positions of the kernel.
func (w *stencil) kernelSize() int { return w.kernel[0] * w.kernel[1] * w.kernel[2] }

// weights is the number of weights of all channels.
func (w *stencil) weights() int { return w.in * (w.out / w.groups) * w.kernelSize() }

// count counts the synapses. How many weights other than zero leave a channel through a position of the
// kernel is the same at every place, so that the weights are looked at only once.
func (w *stencil) count(mask []bool) *Synapses {
	s := &Synapses{
		Sources: w.in * w.positions, Targets: w.out * w.targetPositions,
		Padded:  int64(w.targetPositions) * int64(w.weights()),
		Weights: int64(w.weights()),
		pairs:   w.pairs,
	}
	leave, arrive := w.perKernel(nil)
	s.AllOut = w.spread(w.in, w.from, w.taps, leave)
	s.AllIn = w.spread(w.out, w.to, w.back, arrive)
	s.FanOut, s.FanIn = s.AllOut, s.AllIn
	if mask != nil {
		leave, arrive = w.perKernel(mask)
		s.FanOut = w.spread(w.in, w.from, w.taps, leave)
		s.FanIn = w.spread(w.out, w.to, w.back, arrive)
		s.ZeroWeights = s.Weights - active(mask)
	}
	for i, n := range s.FanOut {
		s.Total += n
		s.All += s.AllOut[i]
	}
	return s
}

// perKernel counts the weights other than zero that leave each source channel, and that arrive at each
// target channel, by position of the kernel. Without a mask no weight is zero.
func (w *stencil) perKernel(mask []bool) (leave, arrive []int64) {
	k, perIn, perOut := w.kernelSize(), w.in/w.groups, w.out/w.groups
	if mask == nil {
		return filled(w.in*k, int64(perOut)), filled(w.out*k, int64(perIn))
	}
	leave, arrive = make([]int64, w.in*k), make([]int64, w.out*k)
	inner := perIn // channels per row of the array [out][in] of a convolution
	if w.transposed {
		inner = perOut // [in][out]
	}
	for at, set := range mask {
		if !set {
			continue
		}
		position, row := at%k, at/k
		outer, within := row/inner, row%inner
		i, o := 0, outer
		if w.transposed {
			i, o = outer, outer/perIn*perOut+within
		} else {
			i = outer/perOut*perIn + within
		}
		leave[i*k+position]++
		arrive[o*k+position]++
	}
	return leave, arrive
}

// spread sums, for every neuron, what its channel has at the kernel positions of its taps.
func (w *stencil) spread(channels int, extents [axes]int, taps [axes][][]tap, perKernel []int64) []int64 {
	size := w.kernelSize()
	fan := make([]int64, 0, channels*extents[0]*extents[1]*extents[2])
	for c := range channels {
		channel := perKernel[c*size:][:size]
		for x := range extents[0] {
			for y := range extents[1] {
				for z := range extents[2] {
					fan = append(fan, w.sum(channel, taps[0][x], taps[1][y], taps[2][z]))
				}
			}
		}
	}
	return fan
}

func (w *stencil) sum(channel []int64, x, y, z []tap) int64 {
	n := int64(0)
	for _, a := range x {
		for _, b := range y {
			row := (a.kernel*w.kernel[1] + b.kernel) * w.kernel[2]
			for _, c := range z {
				n += channel[row+c.kernel]
			}
		}
	}
	return n
}

// pairs counts the synapses between active neurons: each active source meets, through each of its taps,
// the active targets at one position of its group.
func (w *stencil) pairs(source, target []bool) int64 {
	perIn, perOut := w.in/w.groups, w.out/w.groups
	n := int64(0)
	for g := range w.groups {
		there := make([]int64, w.targetPositions)
		for o := g * perOut; o < (g+1)*perOut; o++ {
			for q, on := range target[o*w.targetPositions:][:w.targetPositions] {
				if on {
					there[q]++
				}
			}
		}
		for i := g * perIn; i < (g+1)*perIn; i++ {
			for p, on := range source[i*w.positions:][:w.positions] {
				if on {
					n += w.meet(p, there)
				}
			}
		}
	}
	return n
}

// meet sums the targets at the other ends of the taps of position p.
func (w *stencil) meet(p int, there []int64) int64 {
	n := int64(0)
	z := p % w.from[2]
	y := p / w.from[2] % w.from[1]
	x := p / (w.from[2] * w.from[1])
	for _, a := range w.taps[0][x] {
		for _, b := range w.taps[1][y] {
			row := (a.to*w.to[1] + b.to) * w.to[2]
			for _, c := range w.taps[2][z] {
				n += there[row+c.to]
			}
		}
	}
	return n
}
