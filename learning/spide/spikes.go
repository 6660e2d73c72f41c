package spide

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
)

// Spikes holds the spikes of a layer in one tick, a list for each sample. Where nobody is to read the lists,
// an array takes their place.
type Spikes[F layer.Real] struct {
	neurons int
	signed  bool
	starts  []int32  // sample b has the spikes starts[b] to starts[b+1]−1
	index   []uint32 // of the neurons, ascending within a sample
	sign    []F      // 1 or −1

	array []F    // samples × neurons; nil: there are lists
	fired []bool // per sample of the array
}

// Samples returns the number of samples.
func (s *Spikes[F]) Samples() int { return len(s.starts) - 1 }

// Neurons returns the number of neurons of the layer.
func (s *Spikes[F]) Neurons() int { return s.neurons }

// Of returns the neurons that fired in a sample, ascending, and the signs of their spikes, 1 or −1. The
// signs are nil if all are 1.
func (s *Spikes[F]) Of(sample int) (neurons []uint32, sign []F) {
	lo, hi := s.starts[sample], s.starts[sample+1]
	if s.signed {
		sign = s.sign[lo:hi]
	}
	return s.index[lo:hi], sign
}

// hold makes room for samples in which every neuron fires, in lists.
func (s *Spikes[F]) hold(samples, neurons int) {
	s.neurons, s.array = neurons, nil
	s.starts = grown(s.starts, samples+1)
	s.index, s.sign = grown(s.index, samples*neurons), grown(s.sign, samples*neurons)
	s.clear()
}

// holdArray is hold with an array in the place of lists, which stay empty.
func (s *Spikes[F]) holdArray(array []F, samples, neurons int) {
	s.hold(samples, neurons)
	s.array, s.fired = array[:samples*neurons], grown(s.fired, samples)
	clear(s.array)
	clear(s.fired)
}

// clear removes all spikes.
func (s *Spikes[F]) clear() {
	s.index, s.sign, s.signed = s.index[:0], s.sign[:0], false
	clear(s.starts)
}

// begin starts a tick anew; the lists of the samples then follow in order, by end.
func (s *Spikes[F]) begin(signed bool) {
	s.index, s.sign, s.signed = s.index[:0], s.sign[:0], signed
}

// add lists the entries of x that are not 0 for the present sample.
func (s *Spikes[F]) add(x []F) {
	s.index, s.sign = dense.AppendNonzero(s.index, s.sign, x)
}

// end ends the list of a sample.
func (s *Spikes[F]) end(sample int) { s.starts[sample+1] = int32(len(s.index)) }

// row is where the neurons of a sample leave their spikes: in the array, or else where the list is made from.
func (s *Spikes[F]) row(sample int, scratch []F) []F {
	if s.array == nil {
		return scratch
	}
	return s.array[sample*s.neurons:][:s.neurons]
}

// take takes the spikes that a sample has left in its row, if any.
func (s *Spikes[F]) take(sample int, row []F, any bool) {
	if s.array == nil {
		if any {
			s.add(row)
		}
		s.end(sample)
		return
	}
	if !any && s.fired[sample] {
		clear(row)
	}
	s.fired[sample] = any
}

// silent tells whether a sample has no spike.
func (s *Spikes[F]) silent(sample int) bool {
	if s.array != nil {
		return !s.fired[sample]
	}
	return s.starts[sample] == s.starts[sample+1]
}

// count adds the spikes of all samples to counts, by neuron.
func (s *Spikes[F]) count(counts []int32) {
	for _, i := range s.index {
		counts[i]++
	}
	for j, v := range s.array {
		if v != 0 {
			counts[j%s.neurons]++
		}
	}
}

// gate keeps the spikes of the neurons that are open. open is samples × neurons.
func (s *Spikes[F]) gate(open []bool) {
	kept, from := 0, s.starts[0]
	for b := range s.Samples() {
		row, to := open[b*s.neurons:][:s.neurons], s.starts[b+1]
		for k := from; k < to; k++ {
			if i := s.index[k]; row[i] {
				s.index[kept], s.sign[kept] = i, s.sign[k]
				kept++
			}
		}
		from, s.starts[b+1] = to, int32(kept)
	}
	s.index, s.sign = s.index[:kept], s.sign[:kept]
}

// scatter writes the spikes as ±1 into an array that was zero, samples × neurons; unscatter makes it
// zero again. Both cost what there are spikes.
func (s *Spikes[F]) scatter(x []F) {
	for b := range s.Samples() {
		row := x[b*s.neurons:][:s.neurons]
		for k := s.starts[b]; k < s.starts[b+1]; k++ {
			row[s.index[k]] = s.sign[k]
		}
	}
}

func (s *Spikes[F]) unscatter(x []F) {
	for b := range s.Samples() {
		row := x[b*s.neurons:][:s.neurons]
		for _, i := range s.index[s.starts[b]:s.starts[b+1]] {
			row[i] = 0
		}
	}
}

// collect lists the spikes of an array, samples × neurons, if its entries are all −1, 0 or 1, and tells
// whether they are.
func (s *Spikes[F]) collect(x []F) bool {
	s.begin(true)
	for b := range s.Samples() {
		s.add(x[b*s.neurons:][:s.neurons])
		s.end(b)
	}
	for _, v := range s.sign {
		if v != 1 && v != -1 {
			return false
		}
	}
	return true
}
