package spide

import (
	"errors"
	"fmt"

	"couplet/learning/layer"
)

// Block is a synapse block: a linear map from the spikes of one layer to the membranes of another.
type Block[F layer.Real] struct {
	Map layer.Map[F]
	// Dropout is the probability, in [0, 1), with which an output of the block is silenced for a whole
	// training sample, in both stages; the others count 1/(1−Dropout).
	Dropout float64
}

// Ring describes a network of N layers of neurons, 0 to N−1, that excite each other in a ring. The
// sizes of the layers follow from the blocks. An average pooling is a block like any other, and its
// output a layer of neurons.
type Ring[F layer.Real] struct {
	// Input leads from the network's input to layer 0; its bias is that of layer 0.
	Input Block[F]
	// Between holds S_0 … S_(N−2): Between[i] leads from layer i to layer i+1, within a tick. A ring
	// of one layer has none.
	Between []Block[F]
	// Feedback is S_(N−1), from layer N−1 to layer 0 with a delay of one tick, without bias. Its Map
	// is nil for a feed-forward network.
	Feedback Block[F]
	// Readout maps the average rates of layer N−1 to logits, in real numbers. It may be nil where the
	// caller has a loss on the rates themselves.
	Readout layer.Map[F]
}

// Params lists the parameters of all blocks, from the input to the readout.
func (r Ring[F]) Params() []*layer.Param[F] {
	var list []*layer.Param[F]
	for _, m := range r.maps() {
		list = append(list, m.Params()...)
	}
	return list
}

// maps lists the maps that there are.
func (r Ring[F]) maps() []layer.Map[F] {
	var list []layer.Map[F]
	for _, b := range r.blocks() {
		if b.Map != nil {
			list = append(list, b.Map)
		}
	}
	if r.Readout != nil {
		list = append(list, r.Readout)
	}
	return list
}

// blocks lists the synapse blocks in the order of the ring.
func (r Ring[F]) blocks() []Block[F] {
	list := append([]Block[F]{r.Input}, r.Between...)
	return append(list, r.Feedback)
}

// blockName names a block in errors and reports; place is its position in blocks().
func (r Ring[F]) blockName(place int) string {
	switch place {
	case 0:
		return "input block"
	case len(r.Between) + 1:
		return "feedback block"
	}
	return fmt.Sprintf("block %d -> %d", place-1, place)
}

// Validate reports every block that is missing or does not fit, or nil.
func (r Ring[F]) Validate() error {
	var list []error
	for i, b := range r.blocks() {
		feedback := i == len(r.Between)+1
		if b.Map == nil && !feedback {
			list = append(list, fmt.Errorf("spide: the %s has no map", r.blockName(i)))
		}
		if !(b.Dropout >= 0 && b.Dropout < 1) {
			list = append(list, fmt.Errorf("spide: the dropout of the %s must be in [0, 1) (%g)", r.blockName(i), b.Dropout))
		}
	}
	if len(list) > 0 {
		return errors.Join(list...)
	}
	return errors.Join(r.checkSizes()...)
}

// checkSizes reports blocks whose input is not the layer before, and a feedback with a bias.
func (r Ring[F]) checkSizes() (list []error) {
	size := layer.Size(r.Input.Map.OutShape())
	fits := func(what string, m layer.Map[F]) {
		if in := layer.Size(m.InShape()); in != size {
			list = append(list, fmt.Errorf("spide: the %s takes %d values %v, but the layer before it has %d neurons",
				what, in, m.InShape(), size))
		}
	}
	first := size
	for i, b := range r.Between {
		fits(r.blockName(i+1), b.Map)
		size = layer.Size(b.Map.OutShape())
	}
	if r.Readout != nil {
		fits("readout", r.Readout)
	}
	if r.Feedback.Map == nil {
		return list
	}
	fits("feedback block", r.Feedback.Map)
	if out := layer.Size(r.Feedback.Map.OutShape()); out != first {
		list = append(list, fmt.Errorf("spide: the feedback block gives %d values %v, but layer 0 has %d neurons",
			out, r.Feedback.Map.OutShape(), first))
	}
	for _, p := range r.Feedback.Map.Params() {
		if len(p.Shape) == 1 {
			list = append(list, fmt.Errorf("spide: the feedback block has a bias (%s): the bias of layer 0 belongs to the input block", p.Name))
		}
	}
	return list
}
