package ottt_test

import (
	"testing"

	"couplet/learning/layer"
	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// The connections are the description with its names resolved, and own all parameters between them.
func TestConnections(t *testing.T) {
	c := ottt.NewVGG([]int{2, 8, 8}, "3C3-AP2-4C3", 5)
	c.Feedback = true
	feedback, err := c.Network()
	require.NoError(t, err)
	residual, err := ottt.NewNFResNet([]int{2, 8, 8}, ottt.Stem{Channels: 3, Kernel: 3, Stride: 1}, []ottt.Stage{{Blocks: 2, Channels: 3}}, 4).Network()
	require.NoError(t, err)
	for _, network := range []ottt.Network{feedback, residual} {
		net, err := ottt.New[float64](network)
		require.NoError(t, err)
		shapes, list := net.Shapes(), net.Connections()
		require.Len(t, shapes, len(network.Nodes))
		var params []*layer.Param[float64]
		for i, d := range network.Nodes {
			for _, spec := range d.From {
				p := list[0]
				list = list[1:]
				require.Equal(t, spec, p.Spec)
				require.Equal(t, i, p.Target)
				from := network.Input
				if spec.From == ottt.InputName {
					require.Equal(t, ottt.FromInput, p.Source)
				} else {
					require.Equal(t, spec.From, network.Nodes[p.Source].Name)
					from = shapes[p.Source]
				}
				if p.Map == nil {
					require.Empty(t, spec.Through)
					require.Equal(t, from, shapes[i])
				} else {
					require.Equal(t, layer.Size(from), layer.Size(p.Map.InShape()))
					require.Equal(t, shapes[i], p.Map.OutShape())
					params = append(params, p.Map.Params()...)
				}
				require.Equal(t, spec.Gain.Name != "", p.Gain != nil)
				if p.Gain != nil {
					params = append(params, p.Gain)
				}
			}
		}
		require.Empty(t, list)
		require.Equal(t, net.Params(), params)
	}
}
