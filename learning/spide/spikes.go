package spide

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
)

// Spikes holds the spikes of a layer in one tick, a list for each sample of the batch.
type Spikes[F layer.Real] struct {
	neurons int
	signed  bool
	starts  []int32  // sample b has the spikes starts[b] to starts[b+1]−1
	index   []uint32 // of the neurons, ascending within a sample
	sign    []F      // 1 or −1
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

// hold makes room for a batch in which every neuron fires.
func (s *Spikes[F]) hold(batch, neurons int) {
	s.neurons = neurons
	s.starts = grown(s.starts, batch+1)
	s.index, s.sign = grown(s.index, batch*neurons), grown(s.sign, batch*neurons)
	s.clear()
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

// silent tells whether a sample has no spike.
func (s *Spikes[F]) silent(sample int) bool { return s.starts[sample] == s.starts[sample+1] }

// copyFrom makes s a copy.
func (s *Spikes[F]) copyFrom(from *Spikes[F]) {
	s.neurons, s.signed = from.neurons, from.signed
	s.starts = append(s.starts[:0], from.starts...)
	s.index = append(s.index[:0], from.index...)
	s.sign = append(s.sign[:0], from.sign...)
}

// gate keeps the spikes of the neurons that are open. open is batch × neurons.
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

// scatter writes the spikes as ±1 into an array that was zero, batch × neurons; unscatter makes it
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

// collect lists the spikes of an array, batch × neurons, if its entries are all −1, 0 or 1, and tells
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
