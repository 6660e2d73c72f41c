package neuron

import (
	"fmt"
	"math"
)

// stepSpec is what a step-coded model says about its update. All of them are one update with the
// leak at one of two places:
//
//	u_pre = before·u + input + drive
//	u     = after·(u_pre - quantum·q)
type stepSpec struct {
	before, after, threshold, quantum float64
	signed                            bool // q may be -1
	bias                              float64
}

// stepModel is a step-coded model.
type stepModel interface {
	comparableModel
	spec() stepSpec
}

// stepState is the state of a shard of step-coded neurons.
type stepState[F real] struct {
	first  uint32
	rules  []stepRule[F] // one per distinct parameter set
	class  []uint32      // neuron -> rule; nil if there is only one
	bias   float64
	biases []float64 // I_e where it differs between neurons, else nil
	u, pre []F       // after the last update, and before its reset
	drive  []F       // I_e and all stimuli
	last   []int64   // tick of the last update; only in lazy hosting
}

func buildSteps[M stepModel](b Build, m M) (State, error) {
	specs, class, err := stepSpecs(b, m)
	if err != nil {
		return nil, err
	}
	if b.Single {
		return newStepState[float32](b, specs, class), nil
	}
	return newStepState[float64](b, specs, class), nil
}

// stepSpecs gives the specs of the distinct parameter sets of a shard.
func stepSpecs[M stepModel](b Build, m M) (specs []stepSpec, class []uint32, err error) {
	distinct, class, err := classes(b, m, "I_e")
	if err != nil {
		return nil, nil, err
	}
	specs = make([]stepSpec, len(distinct))
	for c, d := range distinct {
		specs[c] = d.spec()
		if th := float32(specs[c].threshold); b.Single && (th == 0 || math.IsInf(float64(th), 0)) {
			return nil, nil, fmt.Errorf("neuron: %s: V_th of %g does not fit in single precision", m.Info().Name, specs[c].threshold)
		}
	}
	return specs, class, nil
}

func newStepState[F real](b Build, specs []stepSpec, class []uint32) *stepState[F] {
	s := &stepState[F]{
		first: uint32(b.First), rules: make([]stepRule[F], len(specs)), class: class,
		bias: specs[0].bias, biases: b.Each["I_e"],
		u: make([]F, b.N), pre: make([]F, b.N), drive: make([]F, b.N),
	}
	for c, spec := range specs {
		s.rules[c] = newStepRule[F](spec)
	}
	if b.Lazy {
		s.last = make([]int64, b.N)
	}
	for i := range b.N {
		s.u[i] = F(b.value("u", i, 0))
		s.pre[i] = s.u[i]
		s.SetCurrent(i, 0)
	}
	return s
}

func (s *stepState[F]) rule(i int) *stepRule[F] {
	if s.class == nil {
		return &s.rules[0]
	}
	return &s.rules[s.class[i]]
}

// Columns lists the mutable state.
func (s *stepState[F]) Columns() []Column {
	columns := []Column{floats("u", s.u), floats("u_pre", s.pre), floats("drive", s.drive)}
	if s.last != nil {
		columns = append(columns, Column{Name: "last", I64: s.last})
	}
	return columns
}

// Read gives u or u_pre. Before the first update u_pre is the initial u.
func (s *stepState[F]) Read(v, i int, now int64) float64 {
	u, pre := s.u[i], s.pre[i]
	if s.last != nil {
		u, pre = s.rule(i).pass(u, pre, s.drive[i], now-s.last[i])
	}
	if v == stepPre {
		return float64(pre)
	}
	return float64(u)
}

// SetCurrent sets the sum of the stimuli into neuron i, charge per step, which adds to its I_e.
func (s *stepState[F]) SetCurrent(i int, current float64) {
	bias := s.bias
	if s.biases != nil {
		bias = s.biases[i]
	}
	s.drive[i] = F(bias + current)
}

// Step updates every neuron by one tick.
func (s *stepState[F]) Step(_ int64, in []Input, out *Spikes) {
	switch {
	case s.class != nil:
		for i := range s.u {
			s.update(i, F(in[0].take(i)), out)
		}
	case in[0].Sum32 != nil:
		stepAlike(s, in[0].Sum32, in[0].Quantum, out)
	default:
		stepAlike(s, in[0].Sum64, in[0].Quantum, out)
	}
}

// stepAlike updates all neurons of a shard whose neurons have the same parameters: update in a loop,
// in which only the neurons outside the thresholds leave the straight path.
func stepAlike[F real, S sum](s *stepState[F], sums []S, quantum float64, out *Spikes) {
	r := s.rules[0]
	low := -r.threshold
	if !r.signed {
		low = F(math.Inf(-1))
	}
	u, pre, drive := s.u[:len(sums)], s.pre[:len(sums)], s.drive[:len(sums)]
	for i := range sums {
		v := r.charge(u[i], F(float64(sums[i])*quantum), drive[i])
		sums[i] = 0
		pre[i] = v
		if v < r.threshold && v > low {
			u[i] = r.after * v
			continue
		}
		u[i] = s.emit(i, v, out)
	}
}

// Touch brings the listed neurons to tick now.
func (s *stepState[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	for _, i := range list {
		s.Advance(int(i), now-1)
		s.update(int(i), F(in[0].take(int(i))), out)
		s.last[i] = now
	}
}

// update moves neuron i by one tick.
func (s *stepState[F]) update(i int, input F, out *Spikes) {
	s.pre[i] = s.rule(i).charge(s.u[i], input, s.drive[i])
	s.u[i] = s.emit(i, s.pre[i], out)
}

// emit tests neuron i for a spike and gives its u.
func (s *stepState[F]) emit(i int, pre F, out *Spikes) F {
	r := s.rule(i)
	q := r.fire(pre)
	switch q {
	case 1:
		out.Neurons = append(out.Neurons, s.first+uint32(i))
	case -1:
		out.Neurons = append(out.Neurons, (s.first+uint32(i))|Negative)
	}
	return r.settle(pre, q)
}

// Advance brings neuron i to tick to without arrivals.
func (s *stepState[F]) Advance(i int, to int64) {
	if to > s.last[i] {
		s.u[i], s.pre[i] = s.rule(i).pass(s.u[i], s.pre[i], s.drive[i], to-s.last[i])
		s.last[i] = to
	}
}

// Wake is the first tick at which the drive may bring the neuron to its threshold.
func (s *stepState[F]) Wake(i int) int64 {
	return later(s.last[i], s.rule(i).wake(s.u[i], s.drive[i]))
}
