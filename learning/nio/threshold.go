package nio

import (
	"fmt"
	"math"

	"couplet/neuron"
)

// Register is what makes a population of integrate-and-fire neurons behave as if all that reaches it were
// multiplied by Alpha: its membranes are measured in units of 1/Alpha (nio.md §5).
type Register struct {
	Population string
	// Alpha divides threshold, rest potential, reset and initial potential.
	Alpha float64
	// Bias multiplies the bias, which stays where it is: the factor of the bias over Alpha. It is 1 for a bias of
	// zero, or none.
	Bias float64
}

// Potential returns what becomes of a threshold, a rest potential or an initial potential.
func (r Register) Potential(u float64) float64 { return u / r.Alpha }

// Model returns the step-coded model m with its potentials and its bias changed. Neurons with parameters of
// their own need [Register.Potential]. Other models than if, lif, lif_rest and the ternary couples are an error,
// since not all of their potentials scale.
func (r Register) Model(m neuron.Model) (neuron.Model, error) {
	switch m := m.(type) {
	case neuron.StepIF:
		m.VTh, m.Ie = r.Potential(m.VTh), m.Ie*r.Bias
		return m, nil
	case neuron.StepLIF:
		m.VTh, m.Ie = r.Potential(m.VTh), m.Ie*r.Bias
		return m, nil
	case neuron.RestLIF:
		m.VTh, m.VRest, m.Ie = r.Potential(m.VTh), r.Potential(m.VRest), m.Ie*r.Bias
		return m, nil
	case neuron.Couple: // both members of a couple share the threshold
		m.VTh, m.VRest, m.Ie = r.Potential(m.VTh), r.Potential(m.VRest), m.Ie*r.Bias
		return m, nil
	case neuron.CouplePair:
		m.VTh, m.VRest = r.Potential(m.VTh), r.Potential(m.VRest)
		return m, nil
	case nil:
		return nil, fmt.Errorf("nio: population %q has no model", r.Population)
	}
	return nil, fmt.Errorf("nio: population %q: scaling the threshold of %s is not scaling its input", r.Population, m.Info().Name)
}

// Thresholds are the factors of NIO in the form of thresholds, as far as they have it.
type Thresholds struct {
	Registers []Register
	// Rewritten are the tensors whose values have to be written: those without a threshold, those of populations
	// with several weights of different factors or with other input, and biases with a factor of their own.
	Rewritten []Tensor
	// Values is the number of values of all tensors whose factor is not 1: the writes that it takes without thresholds.
	Values int
}

// Writes is the number of writes that it takes with thresholds: one per population, and the values of the tensors
// that are rewritten.
func (t Thresholds) Writes() int {
	n := 0
	for _, r := range t.Registers {
		if r.Alpha != 1 {
			n++
		}
	}
	for _, w := range t.Rewritten {
		n += w.Size
	}
	return n
}

// String sums the plan up: what is written, and in place of what.
func (t Thresholds) String() string {
	s := fmt.Sprintf("%d writes in place of %d:", t.Writes(), t.Values)
	for _, r := range t.Registers {
		s += fmt.Sprintf(" threshold of %s / %.4g,", r.Population, r.Alpha)
	}
	for _, x := range t.Rewritten {
		s += fmt.Sprintf(" %d values of %s,", x.Size, x.Name)
	}
	return s[:len(s)-1]
}

// NewThresholds turns the factors of tensors into those of thresholds. For a population whose membranes take
//
//	u_pre = λ·u + α·(W·s) + α_b·b,   spike where u_pre ≥ V,   u = u_pre − V·s,
//
// division by α gives the same equations for u/α with W unscaled, the bias α_b/α·b, and the threshold V/α: the
// leak is linear. That is exact in real numbers. With floating point it is exact, bit for bit, where α is a power
// of two; else a spike can move where a potential meets the threshold to within rounding.
//
// It is the same for spikes on their way forward. Rules that learn with a surrogate of fixed width around the
// threshold, as OTTT does, see a steeper one after the change.
func NewThresholds(tensors []Tensor, alphas []float64) (Thresholds, error) {
	if err := checkAlphas(alphas, len(tensors)); err != nil {
		return Thresholds{}, err
	}
	var t Thresholds
	var populations []string
	members := map[string][]int{}
	for l, x := range tensors {
		if a := alphas[l]; math.IsNaN(a) || math.IsInf(a, 0) || a < 0 || (a == 0 && x.Kind != Bias) {
			return Thresholds{}, fmt.Errorf("nio: the factor of %q is %g, want a positive number", x.Name, a)
		}
		if alphas[l] != 1 {
			t.Values += x.Size
		}
		if members[x.Population] == nil {
			populations = append(populations, x.Population)
		}
		members[x.Population] = append(members[x.Population], l)
	}
	for _, name := range populations {
		t.add(name, members[name], tensors, alphas)
	}
	return t, nil
}

// add finds the register of one population, or the tensors to be rewritten in its place.
func (t *Thresholds) add(name string, members []int, tensors []Tensor, alphas []float64) {
	alpha, hasWeights := common(Weight, members, tensors, alphas)
	bias, hasBias := common(Bias, members, tensors, alphas)
	expressible := hasWeights
	for _, l := range members {
		expressible = expressible && tensors[l].Population != "" && tensors[l].Exclusive && tensors[l].Kind != Gain
	}
	// Two biases that move apart have no common factor; without any, or of zeros, 1 does.
	expressible = expressible && (hasBias || !has(Bias, members, tensors))
	r := Register{Population: name, Alpha: alpha, Bias: 1}
	if hasBias {
		r.Bias = bias / alpha
	}
	if expressible {
		t.Registers = append(t.Registers, r)
	}
	for _, l := range members {
		ownBias := tensors[l].Kind == Bias && tensors[l].Norm != 0 && r.Bias != 1
		if (expressible && ownBias) || (!expressible && alphas[l] != 1) {
			t.Rewritten = append(t.Rewritten, tensors[l])
		}
	}
}

// common is the factor that all tensors of a kind have, those of zeros left out, as these may have any. There is
// none if they differ, or if there are no such tensors.
func common(kind Kind, members []int, tensors []Tensor, alphas []float64) (factor float64, ok bool) {
	for _, l := range members {
		switch {
		case tensors[l].Kind != kind || tensors[l].Norm == 0:
		case !ok:
			factor, ok = alphas[l], true
		case alphas[l] != factor:
			return 0, false
		}
	}
	return factor, ok
}

// has tells whether there is a tensor of a kind that is not all zeros.
func has(kind Kind, members []int, tensors []Tensor) bool {
	for _, l := range members {
		if tensors[l].Kind == kind && tensors[l].Norm != 0 {
			return true
		}
	}
	return false
}
