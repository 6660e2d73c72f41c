package nio

import (
	"fmt"
	"slices"

	"couplet/internal/rng"
)

// Derivative is a way to get the derivatives of the objective by the factors α: [Analytic], [Central] or [SPSA].
type Derivative interface {
	// slopes returns the derivative of the target by each factor; 0 for tensors that are skipped. It may leave the
	// network at factors other than those of the point.
	slopes(p *point) ([]float64, error)
	validate() error
}

// point is where derivatives are wanted: a network at its factors, and a batch.
type point struct {
	net       Net
	batch     Batch
	parts     []Part
	alphas    []float64
	skip      []bool
	blocks    Gram // of the parts, at alphas
	target    target
	iteration int
}

// measure returns the Gram matrix of the parts at the present factors of the network.
func (p *point) measure() (Gram, error) {
	grams, err := p.net.Grams(p.batch)
	if err != nil {
		return Gram{}, err
	}
	total, err := Sum(grams)
	if err != nil {
		return Gram{}, err
	}
	if err := total.finite(); err != nil {
		return Gram{}, err
	}
	if n := len(p.batch.Labels); total.N != n {
		return Gram{}, fmt.Errorf("nio: the network returned a Gram matrix of %d samples for a batch of %d", total.N, n)
	}
	return total.Blocks(p.parts)
}

// valueAt is the target with other factors.
func (p *point) valueAt(alphas []float64) (float64, error) {
	if err := p.net.Rescale(alphas); err != nil {
		return 0, err
	}
	g, err := p.measure()
	if err != nil {
		return 0, err
	}
	return p.target.value(g), nil
}

// active lists the tensors that are not skipped.
func (p *point) active() []int {
	var list []int
	for l, skipped := range p.skip {
		if !skipped {
			list = append(list, l)
		}
	}
	return list
}

// Analytic takes exact derivatives, of a network that is [Differentiable].
type Analytic struct{}

func (Analytic) validate() error { return nil }

func (Analytic) slopes(p *point) ([]float64, error) {
	net, ok := p.net.(Differentiable)
	if !ok {
		return nil, fmt.Errorf("nio: the network has no exact derivatives (%T), want Central or SPSA", p.net)
	}
	active := p.active()
	along, err := net.GramSlopes(p.batch, active)
	if err != nil {
		return nil, err
	}
	list := make([]float64, len(p.alphas))
	for k, l := range active {
		d, err := along[k].Blocks(p.parts)
		if err != nil {
			return nil, err
		}
		list[l] = p.target.slope(p.blocks, d)
	}
	return list, nil
}

// Central takes central differences, two passes for each tensor, over the same batch and random numbers:
//
//	∂O/∂α_l ≈ ( O(α_l·(1+h)) − O(α_l·(1−h)) ) / (2·h·α_l).
//
// The step is a share of α, so that no factor becomes negative.
type Central struct {
	// H is h, in (0, 1): 1e-5 for smooth networks; 0.02 to 0.05 for spiking ones, whose gradients jump when a
	// spike comes or goes.
	H float64
}

// NewCentral returns the differences for spiking networks, h = 0.03.
func NewCentral() Central { return Central{H: 0.03} }

func (c Central) validate() error { return validateStep(c.H) }

func (c Central) slopes(p *point) ([]float64, error) {
	list := make([]float64, len(p.alphas))
	moved := slices.Clone(p.alphas)
	for _, l := range p.active() {
		step := float64(c.H * p.alphas[l])
		moved[l] = p.alphas[l] + step
		up, err := p.valueAt(moved)
		if err != nil {
			return nil, err
		}
		moved[l] = p.alphas[l] - step
		down, err := p.valueAt(moved)
		if err != nil {
			return nil, err
		}
		list[l] = (up - down) / (2 * step)
		moved[l] = p.alphas[l]
	}
	return list, nil
}

// SPSA takes differences along random directions, two passes each for all tensors at once (simultaneous
// perturbation, J. C. Spall 1992): with signs s_l = ±1,
//
//	∂O/∂α_l ≈ ( O(α·(1+h·s)) − O(α·(1−h·s)) ) / (2·h·s_l·α_l).
//
// What the other tensors contribute is noise of mean 0, which Directions averages.
type SPSA struct {
	H          float64
	Directions int
	Seed       uint64
}

// NewSPSA returns h = 0.03 and four directions.
func NewSPSA(seed uint64) SPSA { return SPSA{H: 0.03, Directions: 4, Seed: seed} }

func (s SPSA) validate() error {
	if s.Directions < 1 {
		return fmt.Errorf("nio: SPSA needs at least 1 direction (%d)", s.Directions)
	}
	return validateStep(s.H)
}

func (s SPSA) slopes(p *point) ([]float64, error) {
	list := make([]float64, len(p.alphas))
	active := p.active()
	key := rng.NewKey(s.Seed, rng.Noise, uint64(p.iteration))
	for k := range s.Directions {
		steps := make([]float64, len(p.alphas))
		for _, l := range active {
			steps[l] = float64(s.H * p.alphas[l])
			if key.Sub(uint64(k)).Bernoulli(uint64(l), 0.5) {
				steps[l] = -steps[l]
			}
		}
		up, err := p.valueAt(shifted(p.alphas, steps, 1))
		if err != nil {
			return nil, err
		}
		down, err := p.valueAt(shifted(p.alphas, steps, -1))
		if err != nil {
			return nil, err
		}
		for _, l := range active {
			list[l] += (up - down) / (2 * steps[l]) / float64(s.Directions)
		}
	}
	return list, nil
}

// shifted returns x + sign·steps.
func shifted(x, steps []float64, sign float64) []float64 {
	y := slices.Clone(x)
	for l, step := range steps {
		y[l] += float64(sign * step)
	}
	return y
}

func validateStep(h float64) error {
	if !(h > 0 && h < 1) {
		return fmt.Errorf("nio: the step of differences must be in (0, 1) (%g)", h)
	}
	return nil
}
