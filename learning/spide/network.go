package spide

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"couplet/learning/initial"
	"couplet/learning/layer"
)

// Network describes a ring in the notation of spide.md §6: plain data, from which [BuildRing] makes the
// maps and [Initialise] draws the weights.
type Network struct {
	// Input is the shape of a sample: [features] or [channels, height, width].
	Input []int `json:"input"`
	// Plan lists the layers, joined by "-":
	//
	//	64C5    5×5 convolution to 64 channels, padded to keep the size
	//	64C5S2  the same with stride 2
	//	64C5V   without padding
	//	AP2     2×2 average pooling, with a layer of neurons of its own
	//	400     dense layer of 400 neurons
	Plan string `json:"plan"`
	// Feedback leads from the last layer to the first one: "" for none, "dense", or "64C3U", a
	// transposed 3×3 convolution that doubles the size.
	Feedback string `json:"feedback,omitempty"`
	Classes  int    `json:"classes"`
	// Dropout is that of every synapse block with weights, the feedback's included.
	Dropout float64 `json:"dropout,omitempty"`
	// Rows draws the weights evenly from [−1, 1] and brings each filter to length 1, the choice of
	// the paper's CIFAR nets, instead of normal ones of variance 2/fan-in.
	Rows bool `json:"unit_rows,omitempty"`
}

// FeedbackScale is the factor that the feedback weights start with (spide.md §5, §12).
const FeedbackScale = 0.1

// BuildRing makes the maps of a description, with weights of zero. Their parameters are named
// "layer0.weight", …, "feedback.weight" and "readout.weight".
func BuildRing[F layer.Real](n Network) (Ring[F], error) {
	if err := n.validate(); err != nil {
		return Ring[F]{}, err
	}
	var ring Ring[F]
	shape := n.Input
	for i, token := range strings.Split(n.Plan, "-") {
		m, err := blockOf[F](token, fmt.Sprintf("layer%d", i), shape)
		if err != nil {
			return Ring[F]{}, fmt.Errorf("spide: plan %q: %w", n.Plan, err)
		}
		block := Block[F]{Map: m}
		if len(m.Params()) > 0 {
			block.Dropout = n.Dropout
		}
		if i == 0 {
			ring.Input = block
		} else {
			ring.Between = append(ring.Between, block)
		}
		shape = m.OutShape()
	}
	if n.Feedback != "" {
		m, err := feedbackOf[F](n.Feedback, shape, ring.Input.Map.OutShape())
		if err != nil {
			return Ring[F]{}, fmt.Errorf("spide: feedback %q: %w", n.Feedback, err)
		}
		ring.Feedback = Block[F]{Map: m, Dropout: n.Dropout}
	}
	readout, err := layer.NewDense[F]("readout", layer.Size(shape), n.Classes, true)
	if err != nil {
		return Ring[F]{}, err
	}
	ring.Readout = readout
	return ring, ring.Validate()
}

// validate reports what does not depend on the plan.
func (n Network) validate() error {
	var list []error
	if len(n.Input) != 1 && len(n.Input) != 3 {
		list = append(list, fmt.Errorf("spide: an input of shape %v, want [features] or [channels, height, width]", n.Input))
	}
	if n.Classes < 2 {
		list = append(list, fmt.Errorf("spide: a network of %d classes, want at least 2", n.Classes))
	}
	if !(n.Dropout >= 0 && n.Dropout < 1) {
		list = append(list, fmt.Errorf("spide: dropout %g, want a number in [0, 1)", n.Dropout))
	}
	return errors.Join(list...)
}

var (
	convToken     = regexp.MustCompile(`^(\d{1,6})C(\d{1,3})(?:S(\d{1,3}))?(V)?$`)
	poolToken     = regexp.MustCompile(`^AP(\d{1,3})$`)
	denseToken    = regexp.MustCompile(`^(\d{1,8})$`)
	feedbackToken = regexp.MustCompile(`^(\d{1,6})C(\d{1,3})U$`)
)

// number reads digits that a token's pattern has matched.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0 // an absent part
	}
	return n
}

// blockOf makes the map of one layer of a plan.
func blockOf[F layer.Real](token, name string, in []int) (layer.Map[F], error) {
	if m := convToken.FindStringSubmatch(token); m != nil {
		c := layer.Convolution{Out: number(m[1]), Kernel: number(m[2]), Stride: max(number(m[3]), 1), Bias: true}
		if m[4] == "" {
			c.Padding = c.Kernel / 2
		}
		return layer.NewConv2D[F](name, in, c)
	}
	if m := poolToken.FindStringSubmatch(token); m != nil {
		return layer.NewAvgPool2D[F](in, number(m[1]), 0, 0)
	}
	if m := denseToken.FindStringSubmatch(token); m != nil {
		return layer.NewDense[F](name, layer.Size(in), number(m[1]), true)
	}
	return nil, fmt.Errorf("unknown layer %q, want one like 64C5, 64C5S2, 64C5V, AP2 or 400", token)
}

// feedbackOf makes the map from the last layer to the first one.
func feedbackOf[F layer.Real](token string, last, first []int) (layer.Map[F], error) {
	if token == "dense" {
		return layer.NewDense[F]("feedback", layer.Size(last), layer.Size(first), false)
	}
	m := feedbackToken.FindStringSubmatch(token)
	if m == nil {
		return nil, errors.New(`want "dense" or one like 64C3U`)
	}
	kernel := number(m[2])
	return layer.NewTransposedConv2D[F]("feedback", last,
		layer.Convolution{Out: number(m[1]), Kernel: kernel, Stride: 2, Padding: kernel / 2, OutputPadding: 1})
}

// Initialise draws the weights of a ring of [BuildRing] (spide.md §5 and §12): normal of variance
// 2/fan-in, or filters of unit length with Network.Rows; feedback [FeedbackScale] times that, a dense
// one always from filters of unit length; the readout evenly from ±1/√fan-in. Biases become 0.
func Initialise[F layer.Real](n Network, ring Ring[F], seed uint64) error {
	for i, m := range ring.maps() {
		for _, p := range m.Params() {
			if err := initial.Fill(p.Value, p.Shape, schemeOf(n, ring, m, p.Shape), initial.Key(seed, uint64(i))); err != nil {
				return fmt.Errorf("spide: %s: %w", p.Name, err)
			}
		}
		if d, ok := m.(layer.Prepared); ok {
			d.Prepare()
		}
	}
	return nil
}

// schemeOf chooses the distribution of a parameter of the map m.
func schemeOf[F layer.Real](n Network, ring Ring[F], m layer.Map[F], shape []int) initial.Scheme {
	if len(shape) == 1 {
		return initial.Zeros{}
	}
	fanIn := layer.Size(shape[1:])
	switch {
	case m == ring.Readout:
		h := 1 / math.Sqrt(float64(fanIn))
		return initial.Uniform{Low: -h, High: h}
	case m == ring.Feedback.Map && (n.Rows || len(shape) == 2):
		return initial.UnitRows{Length: FeedbackScale}
	case m == ring.Feedback.Map:
		return initial.KaimingNormal{Gain: math.Sqrt2 * FeedbackScale}
	case n.Rows:
		return initial.UnitRows{}
	}
	return initial.KaimingNormal{}
}
