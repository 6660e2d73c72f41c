package spide

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
)

// SpikeMap is a map that can take its input as lists of spikes, so that its work follows the spikes
// and not the size of the layers. Of the maps of package layer, [layer.Dense] is given this form by
// this package; a map that has the methods itself is used as it is.
//
// A list has the neurons that fired in one sample, ascending, and the signs of their spikes, 1 or −1;
// sign is nil if all are 1. A map whose lists need preparation after its parameters have changed
// implements [layer.Prepared].
type SpikeMap[F layer.Real] interface {
	layer.Map[F]
	// AddSpikes adds W·s to y, one sample at the output. The bias is not added.
	AddSpikes(y []F, neurons []uint32, sign []F)
	// AddSpikesBack adds Wᵀ·s to gx, one sample at the input, for spikes s of neurons at the output.
	AddSpikesBack(gx []F, neurons []uint32, sign []F)
}

// asSpikeMap returns the form of a map that takes lists, or nil.
func asSpikeMap[F layer.Real](m layer.Map[F]) SpikeMap[F] {
	switch m := m.(type) {
	case SpikeMap[F]:
		return m
	case *layer.Dense[F]:
		in, out := layer.Size(m.InShape()), layer.Size(m.OutShape())
		return &spikeDense[F]{Dense: m, outgoing: dense.NewMatrix[F](in, out)}
	}
	return nil
}

// spikeDense delivers spikes through a dense map: each spike of an input neuron adds the row of
// weights that leave it, each spike sent back the row of weights that end in its neuron. The first
// need the weights by input neuron, which is the transpose of how the map holds them.
type spikeDense[F layer.Real] struct {
	*layer.Dense[F]
	outgoing dense.Matrix[F] // in × out
}

// incoming is the weights by output neuron, out × in.
func (d *spikeDense[F]) incoming() dense.Matrix[F] {
	return dense.MatrixOf(d.Weight.Value, d.outgoing.Cols, d.outgoing.Rows)
}

// sort copies the weights, sorted by input neuron.
func (d *spikeDense[F]) sort() { dense.Transpose(d.outgoing, d.incoming()) }

// AddSpikes implements [SpikeMap].
func (d *spikeDense[F]) AddSpikes(y []F, neurons []uint32, sign []F) {
	addRows(y, d.outgoing, neurons, sign)
}

// AddSpikesBack implements [SpikeMap].
func (d *spikeDense[F]) AddSpikesBack(gx []F, neurons []uint32, sign []F) {
	addRows(gx, d.incoming(), neurons, sign)
}

// addRows adds rows of w with signs.
func addRows[F layer.Real](y []F, w dense.Matrix[F], rows []uint32, sign []F) {
	if sign == nil {
		dense.AddRows(y, w, rows)
		return
	}
	dense.AddScaledRows(y, w, rows, sign)
}
