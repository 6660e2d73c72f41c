package ottt_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"couplet/learning/ottt"

	"github.com/stretchr/testify/require"
)

// §4: the authors' networks have as many parameters as counted from their code.
func TestParameterCounts(t *testing.T) {
	vgg := func(input []int, classes int, feedback bool) func() (ottt.Network, error) {
		c := ottt.NewVGG(input, ottt.PlanVGG, classes)
		c.Feedback = feedback
		return c.Network
	}
	for _, c := range []struct {
		name    string
		network func() (ottt.Network, error)
		want    int
	}{
		{"VGG, CIFAR-10", vgg([]int{3, 32, 32}, 10, false), 9_228_362},
		{"VGG, CIFAR-100", vgg([]int{3, 32, 32}, 100, false), 9_274_532},
		{"VGG, event camera", vgg([]int{2, 48, 48}, 10, false), 9_227_786},
		{"VGG-F, CIFAR-100", vgg([]int{3, 32, 32}, 100, true), 9_569_508},
		{"NF-ResNet-34", ottt.NewNFResNet34().Network, 21_797_688},
		{"fully connected", ottt.NewFC(784, 512, 512, 10).Network, 784*512 + 512*512 + 512*10 + 512 + 512 + 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := c.network()
			require.NoError(t, err)
			require.Equal(t, c.want, net.Parameters())
		})
	}
	require.Zero(t, ottt.Network{}.Parameters())
}

// A built network has as many parameters as its description says, and all their names differ.
func TestParametersOfBuiltNetworks(t *testing.T) {
	for _, network := range smallNetworks(t) {
		net, err := ottt.New[float32](network)
		require.NoError(t, err)
		names, count := map[string]bool{}, 0
		for _, p := range net.Params() {
			require.False(t, names[p.Name], p.Name)
			names[p.Name] = true
			count += len(p.Value)
		}
		require.Equal(t, network.Parameters(), count)
	}
}

// smallNetworks has one network of each family.
func smallNetworks(t testing.TB) []ottt.Network {
	vgg := ottt.NewVGG([]int{2, 8, 8}, "3C3-AP2-4C3-GAP", 3)
	feedback := vgg
	feedback.Feedback, feedback.Dropout = true, 0.25
	plain := vgg
	plain.Plan, plain.Standardised, plain.Scale = "3C5S2-AP2-6", false, 1
	res := ottt.NewNFResNet([]int{2, 12, 12}, ottt.Stem{Channels: 3, Kernel: 3, Stride: 1, Pool: true}, []ottt.Stage{{1, 3}, {2, 4}}, 3)
	var list []ottt.Network
	for _, c := range []interface{ Network() (ottt.Network, error) }{ottt.NewFC(5, 7, 6, 3), vgg, feedback, plain, res} {
		net, err := c.Network()
		require.NoError(t, err)
		list = append(list, net)
	}
	return list
}

// Descriptions survive being written to a file.
func TestNetworkJSON(t *testing.T) {
	for _, network := range smallNetworks(t) {
		data, err := json.Marshal(network)
		require.NoError(t, err)
		var back ottt.Network
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, network, back)
	}
}

// β of ottt.md §4: it grows with the variance that the branches add, and starts anew with downsampling.
func TestResidualVariance(t *testing.T) {
	net, err := ottt.NewNFResNet([]int{1, 8, 8}, ottt.Stem{Channels: 2, Kernel: 3, Stride: 1}, []ottt.Stage{{3, 2}, {2, 4}}, 2).Network()
	require.NoError(t, err)
	var variances []float64
	for _, n := range net.Nodes {
		if !strings.HasSuffix(n.Name, ".sn1") {
			continue
		}
		beta := 1.0
		if through := n.From[0].Through; len(through) > 0 {
			beta = 1 / through[0].Factor
		}
		variances = append(variances, beta*beta)
	}
	want := []float64{1, 1.04, 1.08, 1.12, 1.04} // α² = 0.04
	require.Len(t, variances, len(want))
	for i := range want {
		require.InDelta(t, want[i], variances[i], 1e-12, "block %d", i+1)
	}
}

func TestDescriptionErrors(t *testing.T) {
	dense := func(from string, units int) ottt.Projection {
		return ottt.Projection{Name: "w." + from, From: from, Through: []ottt.Op{{Kind: ottt.Dense, Units: units}}}
	}
	// valid is a network of two populations; each case spoils it.
	valid := func() ottt.Network {
		return ottt.Network{Input: []int{1, 4, 4}, Neuron: ottt.NewNeuron(), Nodes: []ottt.Node{
			{Name: "a", Kind: ottt.LIF, From: []ottt.Projection{
				{Name: "c", From: ottt.InputName, Through: []ottt.Op{{Kind: ottt.Conv, Units: 2, Kernel: 3, Stride: 1, Padding: 1}}},
			}},
			{Name: "b", Kind: ottt.LIF, From: []ottt.Projection{dense("a", 5)}},
			{Name: "out", Kind: ottt.Sum, From: []ottt.Projection{dense("b", 3)}},
		}}
	}
	require.NoError(t, valid().Validate())
	first := func(n *ottt.Network) *ottt.Op { return &n.Nodes[0].From[0].Through[0] }
	for want, spoil := range map[string]func(n *ottt.Network){
		`input: shape [0], want sizes of at least 1 and at most 2^31 values`:    func(n *ottt.Network) { n.Input = []int{0} },
		`input: shape [2 2], want [features] or [channels, height, width]`:      func(n *ottt.Network) { n.Input = []int{2, 2} },
		`neuron: parameter lambda: `:                                            func(n *ottt.Network) { n.Neuron.Lambda = 1.5 },
		`neuron: parameter v_th: `:                                              func(n *ottt.Network) { n.Neuron.Threshold = 0 },
		`neuron: parameter alpha: `:                                             func(n *ottt.Network) { n.Neuron.Alpha = math.NaN() },
		`the network has no nodes`:                                              func(n *ottt.Network) { n.Nodes = nil },
		`node 1 has no name`:                                                    func(n *ottt.Network) { n.Nodes[1].Name = "" },
		`node 1: the name "a" is taken`:                                         func(n *ottt.Network) { n.Nodes[1].Name = "a" },
		`node 1: the name "input" is that of the network's input`:               func(n *ottt.Network) { n.Nodes[1].Name = "input" },
		`node "b": unknown kind ("if"), want "lif" or "sum"`:                    func(n *ottt.Network) { n.Nodes[1].Kind = "if" },
		`node "b": dropout 1, want a probability from 0 to below 1`:             func(n *ottt.Network) { n.Nodes[1].Dropout = 1 },
		`node "out": dropout 0.5, want 0: only a population has spikes to drop`: func(n *ottt.Network) { n.Nodes[2].Dropout = 0.5 },
		`node "b": no projection of the same tick ends here`:                    func(n *ottt.Network) { n.Nodes[1].From = nil },
		`projection "w.a" to "b": there is no node "d"`:                         func(n *ottt.Network) { n.Nodes[1].From[0].From = "d" },
		`projection "w.a" to "b": the source is evaluated later`:                func(n *ottt.Network) { n.Nodes[1].From[0].From = "out" },
		`projection "w.a" to "b": feedback from an earlier node`:                func(n *ottt.Network) { n.Nodes[1].From[0].Feedback = true },
		`projection "c" to "a": feedback from the input`:                        func(n *ottt.Network) { n.Nodes[0].From[0].Feedback = true },
		`projection from "out" to "a": feedback from a sum, want a population`: func(n *ottt.Network) {
			n.Nodes[0].From = append(n.Nodes[0].From, ottt.Projection{From: "out", Feedback: true})
		},
		`projection from "b" to "a": it arrives with shape [5], and the node has [2 4 4]`: func(n *ottt.Network) {
			n.Nodes[0].From = append(n.Nodes[0].From, ottt.Projection{From: "b", Feedback: true})
		},
		`projection "w.b" to "out": only spikes leave traces, and "b" is a sum`:                   func(n *ottt.Network) { n.Nodes[1].Kind, n.Nodes[2].From[0].Traced = ottt.Sum, true },
		`projection from "a" to "b": its weights need a name`:                                     func(n *ottt.Network) { n.Nodes[1].From[0].Name = "" },
		`projection "c" to "b": the name "c" of its parameters is taken by the projection "c" to`: func(n *ottt.Network) { n.Nodes[1].From[0].Name = "c" },
		`projection "w.a" to "b": gain "g" has a factor of 0, want a finite number other than 0`:  func(n *ottt.Network) { n.Nodes[1].From[0].Gain.Name = "g" },
		`projection "w.a" to "b": the gain has no name`:                                           func(n *ottt.Network) { n.Nodes[1].From[0].Gain.Factor = 1 },
		`projection "c" to "a": operation 0 (conv) has weights, which only the last one may have`: func(n *ottt.Network) {
			p := &n.Nodes[0].From[0]
			p.Through = append(p.Through, ottt.Op{Kind: ottt.Scale, Factor: 2})
		},
		`node "out": the last node is the readout, want a sum`: func(n *ottt.Network) { n.Nodes[2].Kind = ottt.LIF },
		`node "b": the readout has shape [2 4 4], want [classes]`: func(n *ottt.Network) {
			n.Nodes = n.Nodes[:2]
			n.Nodes[1].Kind, n.Nodes[1].From[0].Through = ottt.Sum, nil
		},
		`unknown operation ("pool"), want one of ["dense" "conv" `:     func(n *ottt.Network) { first(n).Kind = "pool" },
		`conv with units 0, want 1 to `:                                func(n *ottt.Network) { first(n).Units = 0 },
		`conv with padding 3, want 0 to 2`:                             func(n *ottt.Network) { first(n).Padding = 3 },
		`conv has no times (2)`:                                        func(n *ottt.Network) { first(n).Times = 2 },
		`conv has no factor (2)`:                                       func(n *ottt.Network) { first(n).Factor = 2 },
		`conv of an input of shape [1 4 4]: shape [2 0 0], want sizes`: func(n *ottt.Network) { first(n).Kernel, first(n).Padding = 7, 0 },
		`conv with one weight per unit cannot be standardised: it has no variance`: func(n *ottt.Network) {
			*first(n) = ottt.Op{Kind: ottt.Conv, Units: 1, Kernel: 1, Stride: 1, Standardised: true}
		},
		`conv of an input of shape [1 4 4] has more than 2^31 weights`:                             func(n *ottt.Network) { first(n).Units, first(n).Kernel, first(n).Padding = 1<<25, 9, 4 },
		`scale by 0, want a finite number other than 0`:                                            func(n *ottt.Network) { *first(n) = ottt.Op{Kind: ottt.Scale} },
		`scale has no weights that could have a bias, be standardised or be drawn`:                 func(n *ottt.Network) { *first(n) = ottt.Op{Kind: ottt.Scale, Factor: 1, Bias: true} },
		`unknown distribution of initial weights ("he"), want "kaiming_fan_in", `:                  func(n *ottt.Network) { first(n).Init = "he" },
		`projection "w.b" to "out": upsample of an input of shape [5], want [channels, height, wi`: func(n *ottt.Network) { n.Nodes[2].From[0].Through[0] = ottt.Op{Kind: ottt.Upsample, Times: 2} },
	} {
		n := valid()
		spoil(&n)
		require.ErrorContains(t, n.Validate(), want)
		_, err := ottt.New[float32](n)
		require.Error(t, err, want)
	}

	n := valid()
	n.Neuron.Lambda, n.Nodes[1].Dropout = -1, 2
	err := n.Validate()
	require.ErrorContains(t, err, "lambda")
	require.ErrorContains(t, err, "dropout", "all errors are reported together")
}

func TestPlanErrors(t *testing.T) {
	for plan, want := range map[string]string{
		"":                         `ottt: plan "": unknown layer "", want one like 64C3, 64C7S2, 512, AP2 or GAP`,
		"16C3-MP2":                 `unknown layer "MP2"`,
		"GAP":                      `ottt: plan "GAP" has no neurons`,
		"0C3":                      `conv with units 0`,
		"4C3-AP9":                  `avg_pool of an input of shape [4 8 8]: shape [4 0 0]`,
		"4C3-99999999999999999999": `dense with units -1`,
		"4C3-GAP-4C3":              `conv of an input of shape [4], want [channels, height, width]`,
	} {
		_, err := ottt.NewVGG([]int{2, 8, 8}, plan, 3).Network()
		require.ErrorContains(t, err, want, plan)
	}
	for plan, want := range map[string]string{
		"4C3-12":      "feedback needs convolutions as first and last layer",
		"4C3-4C3S3":   "feedback cannot enlarge feature maps of 3×3 to 8×8, want a whole factor",
		"4C3-AP2-4C4": "feedback cannot enlarge feature maps of 5×5 to 8×8",
	} {
		c := ottt.NewVGG([]int{2, 8, 8}, plan, 3)
		c.Feedback = true
		_, err := c.Network()
		require.ErrorContains(t, err, want, plan)
	}
	_, err := ottt.NewFC(3).Network()
	require.EqualError(t, err, "ottt: a fully connected network of sizes [3], want at least those of input and readout")
	_, err = ottt.NewFC(3, 0, 2).Network()
	require.ErrorContains(t, err, "dense with units 0")
	_, err = ottt.NewNFResNet([]int{1, 8, 8}, ottt.Stem{Channels: 1, Kernel: 3, Stride: 1}, nil, 2).Network()
	require.EqualError(t, err, "ottt: a residual network without stages")
	_, err = ottt.NewNFResNet([]int{1, 8, 8}, ottt.Stem{Channels: 1, Kernel: 3, Stride: 1}, []ottt.Stage{{0, 4}}, 2).Network()
	require.EqualError(t, err, "ottt: stage 0 of a residual network has 0 blocks, want at least 1")
}

// FuzzPlan feeds the reader of plans with anything: it answers with an error or with a description that
// has been checked, and builds nothing.
func FuzzPlan(f *testing.F) {
	for _, seed := range []string{ottt.PlanVGG, "16C3-AP2-32C3-AP2", "4C7S2-GAP", "12", "4C3-", "C3", "4C3S0", "1C99999999999", "AP2-4C3"} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, plan string, feedback bool) {
		c := ottt.NewVGG([]int{2, 16, 16}, plan, 4)
		c.Feedback = feedback
		net, err := c.Network()
		if err != nil {
			return
		}
		require.NoError(t, net.Validate())
		require.Positive(t, net.Parameters())
		require.Equal(t, ottt.ReadoutName, net.Nodes[len(net.Nodes)-1].Name)
	})
}
