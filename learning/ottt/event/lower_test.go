package event_test

import (
	"regexp"
	"testing"

	"couplet/learning/ottt"
	"couplet/learning/ottt/event"

	"github.com/stretchr/testify/require"
)

// lowered lowers a description and lists what became of it.
func lowered(t *testing.T, network ottt.Network, err error, options ...event.Option) []event.Lowered {
	require.NoError(t, err)
	net, err := event.New(network, options...)
	require.NoError(t, err)
	return net.Lowered()
}

// Pooling goes into the kernel of the convolution behind it, feedback becomes a transposed convolution, and the
// average before the classifier a matrix.
func TestConvolutionsStayStencils(t *testing.T) {
	v := ottt.NewVGG([]int{3, 8, 8}, "4C3-AP2-5C3-GAP", 10)
	v.Feedback = true
	network, err := v.Network()
	require.Equal(t, []event.Lowered{
		{Way: "input -> lif0", Rule: "conv", Weights: 4 * 3 * 3 * 3, Folded: true},
		{Way: "lif1 -> lif0", Rule: "transposed_conv", Weights: 5 * 4 * 4 * 4, Delay: 1, Folded: true}, // enlarged by 2: kernel 3 + 1
		{Way: "lif0 -> lif1", Rule: "conv", Weights: 5 * 4 * 6 * 6, Folded: true},                      // windows of 2: kernel 2·2 + 2
		{Way: "lif1 -> readout", Rule: "all_to_all", Weights: 10 * 5 * 4 * 4},
	}, lowered(t, network, err))
}

// A network with the plan of the paper's, of fewer channels, consists of convolutions but for the classifier.
func TestPlanOfThePaperIsLowered(t *testing.T) {
	plan := regexp.MustCompile(`\d+C`).ReplaceAllString(ottt.PlanVGG, "2C")
	network, err := ottt.NewVGG([]int{3, 32, 32}, plan, 10).Network()
	list := lowered(t, network, err)
	require.Len(t, list, 9)
	for _, l := range list[:8] {
		require.Equal(t, "conv", l.Rule, l.Way)
		require.True(t, l.Folded, l.Way)
	}
}

// Each way through the sums of a residual network is a projection: a population hears every branch since the
// last downsampling.
func TestSumsBecomeWays(t *testing.T) {
	network, err := ottt.NewNFResNet([]int{2, 6, 6}, ottt.Stem{Channels: 3, Kernel: 3, Stride: 1}, []ottt.Stage{{Blocks: 2, Channels: 3}, {Blocks: 1, Channels: 4}}, 5).Network()
	var ways []string
	for _, l := range lowered(t, network, err, event.CurrentInput()) {
		require.Equal(t, "conv", l.Rule, l.Way)
		ways = append(ways, l.Way)
	}
	require.Equal(t, []string{
		"b1.sn1 -> b1.sn2",
		"b1.sn2 -> b1 -> b2.sn1",
		"b2.sn1 -> b2.sn2",
		"b2.sn2 -> b2 -> b3.sn1", "b1.sn2 -> b1 -> b2 -> b3.sn1",
		"b3.sn1 -> b3.sn2",
		"b3.sn2 -> b3", "b3.sn1 -> b3", // measured: the classifier learns from its values
	}, ways)
}

// Rows that fill no window of a pooling come in again through the padding behind it: no larger kernel does that.
func TestLeftoverRowsNeedAMatrix(t *testing.T) {
	for image, folded := range map[int]bool{8: true, 7: false} {
		v := ottt.NewVGG([]int{1, image, image}, "2C3-AP2-2C3-GAP", 2)
		network, err := v.Network()
		require.Equal(t, folded, lowered(t, network, err)[1].Folded, "image of %d", image)
	}
}
