package vectors

import (
	"fmt"

	"couplet/learning/layer"
)

// Pairs lists the synapses of a block of a golden file as pairs (from, to), from the formula of its
// kind: the definition, as slow as it is.
func Pairs(v *File, name string, in, out []int) (list [][2]int) {
	w := v.Arrays["param."+name+".weight"]
	switch {
	case w == nil: // average pooling
		k := in[1] / out[1]
		for c := range in[0] {
			for y := range out[1] * k {
				for x := range out[2] * k {
					list = append(list, [2]int{(c*in[1]+y)*in[2] + x, (c*out[1]+y/k)*out[2] + x/k})
				}
			}
		}
	case len(w.Shape) == 2:
		for i := range layer.Size(in) {
			for o := range layer.Size(out) {
				list = append(list, [2]int{i, o})
			}
		}
	case out[1] > in[1]: // transposed convolution, stride 2, padding 1
		for _, p := range ConvPairs(out, in, w.Shape[2], 2, 1) {
			list = append(list, [2]int{p[1], p[0]})
		}
	default:
		list = ConvPairs(in, out, w.Shape[2], (in[1]+out[1]-1)/out[1], (w.Shape[2]-1)/2)
	}
	return list
}

// ConvPairs lists those of a convolution between shapes [channels, height, width].
func ConvPairs(in, out []int, kernel, stride, padding int) (list [][2]int) {
	for o := range layer.Size(out) {
		r, c := o/out[2]%out[1], o%out[2]
		for ch := range in[0] {
			for p := range kernel {
				for q := range kernel {
					y, x := r*stride-padding+p, c*stride-padding+q
					if y >= 0 && y < in[1] && x >= 0 && x < in[2] {
						list = append(list, [2]int{(ch*in[1]+y)*in[2] + x, o})
					}
				}
			}
		}
	}
	return list
}

// Ends returns the names and the shapes at the ends of all blocks of a golden file, in the order
// of the ring.
func Ends(v *File) (names []string, ends [][2][]int) {
	x := v.Arrays["x"].Shape[1:]
	if v.Meta.Input == "spikes" {
		x = x[1:]
	}
	shapes := v.Meta.Shapes
	names, ends = []string{"x"}, [][2][]int{{x, shapes[0]}}
	for i := range shapes {
		names = append(names, fmt.Sprintf("s%d", i))
		ends = append(ends, [2][]int{shapes[i], shapes[(i+1)%len(shapes)]})
	}
	return names, ends
}

// Degrees counts the synapses of every neuron at one end of a block.
func Degrees(list [][2]int, end, n int) []int64 {
	d := make([]int64, n)
	for _, p := range list {
		d[p[end]]++
	}
	return d
}

// InputTrain returns the input of n ticks, one after the other.
func InputTrain(v *File, n int) []float64 {
	x := v.Arrays["x"].Data
	if v.Meta.Input == "spikes" {
		return x[:len(x)/v.Arrays["x"].Shape[0]*n]
	}
	var train []float64
	for range n {
		train = append(train, x...)
	}
	return train
}
