package ottt

import (
	"slices"

	"couplet/learning/layer"
)

// FromInput is the source of a [Connection] from the network's input.
const FromInput = fromInput

// Connection shows a projection as [New] has built it, for other ways to run a network with the same
// parameters. The map and the gain belong to the network: whoever runs the map does so while the network
// rests, and whoever changes a parameter calls [Net.Changed].
type Connection[F layer.Real] struct {
	Spec Projection
	// Source and Target are places in [Network.Nodes]; Source is FromInput for the input.
	Source, Target int
	// Map is what lies between the two, nil for a projection without operations. It does not include the
	// gain.
	Map layer.Map[F]
	// Gain is the parameter g of Spec.Gain, nil for none.
	Gain *layer.Param[F]
}

// Connections shows all projections, in the order of nodes and, within a node, of Node.From.
func (n *Net[F]) Connections() []Connection[F] {
	place := map[*node[F]]int{nil: FromInput}
	for i, d := range n.nodes {
		place[d] = i
	}
	var list []Connection[F]
	for i, d := range n.nodes {
		for _, p := range d.from {
			list = append(list, Connection[F]{Spec: p.spec, Source: place[p.source], Target: i, Map: p.m, Gain: p.gain})
		}
	}
	return list
}

// Shapes returns the shapes of all nodes, of one sample each: [features] or [channels, height, width].
func (n *Net[F]) Shapes() [][]int {
	shapes := make([][]int, len(n.nodes))
	for i, d := range n.nodes {
		shapes[i] = slices.Clone(d.shape)
	}
	return shapes
}
