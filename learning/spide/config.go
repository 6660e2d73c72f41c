package spide

import (
	"errors"
	"fmt"

	"couplet/internal/param"
)

// Config holds the constants of the two stages. [NewConfig] gives the paper's; the zero value is not
// valid. Membrane quantities have the unit of the weights.
type Config struct {
	// ForwardTicks is T_F, the length of the forward stage.
	ForwardTicks int `json:"t_forward"`
	// BackwardTicks is T_B, the length of the backward stage.
	BackwardTicks int `json:"t_backward"`

	Threshold float64 `json:"v_th" param:"v_th" default:"1" range:"(0,inf)" doc:"threshold V of the neurons"`
	Rest      float64 `json:"v_rest" param:"v_rest" default:"-1" range:"(-inf,inf)" doc:"rest potential r; a spike takes θ = V - r off the membrane. r = -V is the modified reset, r = 0 the unmodified one"`

	BackThreshold float64 `json:"v_th_back" param:"v_th_back" default:"0.5" range:"(0,inf)" doc:"threshold V_B of the couples of the backward stage, on both signs"`
	BackRest      float64 `json:"v_rest_back" param:"v_rest_back" default:"-0.5" range:"(-inf,inf)" doc:"rest potential r_B of the couples; a spike carries θ_B = V_B - r_B"`

	Leak     float64 `json:"leak" param:"leak" default:"1" range:"(0,1]" doc:"part λ of the membrane that is left after a tick: 1 is integrate-and-fire"`
	BackLeak float64 `json:"leak_back" param:"leak_back" default:"0" range:"[0,1]" doc:"λ of the couples; 0 for that of the forward stage"`

	LossScale float64 `json:"loss_scale" param:"loss_scale" default:"100" range:"(0,inf)" doc:"factor of the loss in the backward stage; learning rates are divided by it"`

	FeedbackNorm float64 `json:"feedback_norm" param:"feedback_norm" default:"0" range:"[0,inf)" doc:"largest norm R of the feedback weights: longer ones count as shortened to it; 0 for no limit"`
	// NormVectors is the number of random vectors that estimate the norm of the feedback weights anew
	// for each batch, 64 in the reference; 0 for the exact Frobenius norm.
	NormVectors int `json:"norm_vectors"`

	ReferenceDropout bool `json:"reference_dropout" param:"reference_dropout" default:"false" doc:"leave the dropout masks out of the weight gradients, as the reference code does"`

	ListsUpTo float64 `json:"lists_up_to" param:"lists_up_to" default:"1" range:"[0,1]" doc:"largest share of firing neurons at which spikes are delivered one by one, where the map can; above, as a dense array. Below 1 the last bit of a membrane may depend on the batch"`

	// Seed is that of dropout masks and norm estimates.
	Seed uint64 `json:"seed"`
}

// NewConfig returns the constants of the paper's MNIST nets: V = 1, V_B = 0.5, the modified reset in
// both stages, integrate-and-fire, 30 and 100 ticks, a loss scale of 100.
func NewConfig() Config {
	return param.Defaults(Config{ForwardTicks: 30, BackwardTicks: 100})
}

// maxTicks is the largest number of ticks that a count in float32 holds exactly.
const maxTicks = 1 << 24

// Validate reports everything that is out of range, or nil.
func (c Config) Validate() error {
	var list []error
	bad := func(format string, args ...any) { list = append(list, fmt.Errorf("spide: "+format, args...)) }
	for _, e := range param.Check(c) {
		bad("%w", e)
	}
	if c.ForwardTicks < 1 || c.ForwardTicks > maxTicks {
		bad("t_forward must be in [1, 2^24] (%d)", c.ForwardTicks)
	}
	if c.BackwardTicks < 1 || c.BackwardTicks > maxTicks {
		bad("t_backward must be in [1, 2^24] (%d)", c.BackwardTicks)
	}
	if c.NormVectors < 0 {
		bad("norm_vectors must be at least 0 (%d)", c.NormVectors)
	}
	if !(c.Rest < c.Threshold) {
		bad("v_rest must lie below the threshold of %g (%g)", c.Threshold, c.Rest)
	}
	if !(c.BackRest < c.BackThreshold) {
		bad("v_rest_back must lie below the threshold of %g (%g)", c.BackThreshold, c.BackRest)
	}
	return errors.Join(list...)
}

// Theta is θ = V − r, what a spike takes off the membrane and the unit in which rates count.
func (c Config) Theta() float64 { return c.Threshold - c.Rest }

// BackTheta is θ_B = V_B − r_B, the value that a couple's spike stands for and the largest |β|.
func (c Config) BackTheta() float64 { return c.BackThreshold - c.BackRest }

// backLeak is λ of the backward stage.
func (c Config) backLeak() float64 {
	if c.BackLeak == 0 {
		return c.Leak
	}
	return c.BackLeak
}

// LearningRate is the rate for an optimiser that is given gradients scaled by LossScale. The step is
// lr/s·(s·∇ + decay·w): note that a weight decay added to the gradient is weakened by s, as in the
// reference code.
func (c Config) LearningRate(lr float64) float64 { return lr / c.LossScale }
