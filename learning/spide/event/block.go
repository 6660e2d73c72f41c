package event

import (
	"fmt"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/wire"
)

// block is a synapse block as the two networks use it.
type block struct {
	name    string
	m       layer.Map[float64]
	wires   *wire.Wires[float64]
	dropout float64
	bias    []float64 // as of the batch, of a block whose bias is a current of its own
}

// blocksOf lays out the blocks in the order of the ring; a missing feedback is nil.
func blocksOf(ring spide.Ring[float64]) ([]*block, error) {
	var list []*block
	for i, b := range append(append([]spide.Block[float64]{ring.Input}, ring.Between...), ring.Feedback) {
		if b.Map == nil {
			list = append(list, nil)
			continue
		}
		w, err := wire.Of(b.Map)
		if err != nil {
			return nil, fmt.Errorf("event: the %s: %w", nameOf(i, len(ring.Between)), err)
		}
		list = append(list, &block{name: nameOf(i, len(ring.Between)), m: b.Map, wires: w, dropout: b.Dropout})
	}
	return list, nil
}

// nameOf names a block in errors, by its place in a ring with so many blocks between layers.
func nameOf(place, between int) string {
	switch place {
	case 0:
		return "input block"
	case between + 1:
		return "feedback block"
	}
	return fmt.Sprintf("block %d -> %d", place-1, place)
}

// size is the number of neurons at the output.
func (b *block) size() int { return b.wires.Targets(wire.Forward) }

// in is the number of neurons at the input.
func (b *block) in() int { return b.wires.Sources(wire.Forward) }
