package neuron

import (
	"fmt"
	"slices"
)

// CouplePair is the ternary couple wired out of two binary neurons, p and n (SPIDE, arXiv 2302.00232,
// backward stage). A population of size 2N holds N couples: member k < N is the p of couple k and
// member N+k its n. Each member has a membrane and an input of its own,
//
//	u_pre = u + input + current
//	s     = 1 if u_pre ≥ V_th, else 0
//
// and either one's spike resets both: with theta = V_th - V_rest
//
//	u_p = lambda·(u_pre_p - theta·s_p + theta·s_n)
//	u_n = lambda·(u_pre_n - theta·s_n + theta·s_p)
//
// Nothing in the model makes the members opposite. They are if their inputs are: a synapse of
// weight w on a couple is one of weight w on its p and one of weight -w on its n. Then u_n = -u_p to
// the last bit, p fires where Couple has +1 and n where it has -1.
type CouplePair struct {
	VTh    float64 `param:"V_th" default:"0.5" range:"(0,inf)" doc:"threshold of both members"`
	VRest  float64 `param:"V_rest" default:"-0.5" doc:"rest potential: a spike moves V_th - V_rest from one member to the other"`
	Lambda float64 `param:"lambda" default:"1" range:"[0,1]" doc:"what is left of the membrane after one step"`
}

// NewCouplePair returns the model with the defaults of SPIDE: V_th = 0.5, V_rest = -0.5, no leak.
func NewCouplePair() CouplePair { return withDefaults(CouplePair{}) }

// Info describes the model.
func (CouplePair) Info() Info {
	return stepInfo("ternary_couple_pair", "step-coded couple of neurons as its two binary members; the size of a population is even")
}

// Validate reports the parameters that are out of range, and a rest at or above the threshold.
func (m CouplePair) Validate() []ParamError {
	return append(checkRanges(m), checkRest(m.VRest, m.VTh)...)
}

// Indivisible tells that a population must be one shard: the members of a couple lie half a
// population apart.
func (CouplePair) Indivisible() bool { return true }

// Build makes the state of a population of 2N members; it can be hosted either way.
func (m CouplePair) Build(b Build) (State, error) {
	if b.N%2 != 0 {
		return nil, fmt.Errorf("neuron: ternary_couple_pair needs an even number of neurons, p members first (%d)", b.N)
	}
	if b.First != 0 {
		return nil, fmt.Errorf("neuron: a population of ternary_couple_pair cannot be divided (shard starts at %d)", b.First)
	}
	specs, class, err := stepSpecs(b, m)
	if err != nil {
		return nil, err
	}
	if b.Single {
		return &pairState[float32]{newStepState[float32](b, specs, class)}, nil
	}
	return &pairState[float64]{newStepState[float64](b, specs, class)}, nil
}

func (m CouplePair) spec() stepSpec {
	return stepSpec{before: 1, after: m.Lambda, threshold: m.VTh, quantum: m.VTh - m.VRest}
}

// pairState is the state of a population of couples: members like any step-coded neurons between
// spikes, whose updates go by couples. Both members of a couple are always at the same tick.
type pairState[F real] struct{ *stepState[F] }

// couples is N.
func (s *pairState[F]) couples() int { return len(s.u) / 2 }

// Step updates every couple by one tick.
func (s *pairState[F]) Step(_ int64, in []Input, out *Spikes) {
	start := len(out.Neurons)
	for p := range s.couples() {
		s.update(p, &in[0], out)
	}
	slices.Sort(out.Neurons[start:])
}

// Touch brings the couples of the listed members to tick now.
func (s *pairState[F]) Touch(now int64, list []uint32, in []Input, out *Spikes) {
	start := len(out.Neurons)
	for _, i := range list {
		p := int(i) % s.couples()
		if s.last[p] == now {
			continue // both members are listed
		}
		s.Advance(p, now-1)
		s.update(p, &in[0], out)
		s.last[p], s.last[p+s.couples()] = now, now
	}
	slices.Sort(out.Neurons[start:])
}

// update moves couple p by one tick.
func (s *pairState[F]) update(p int, in *Input, out *Spikes) {
	n := p + s.couples()
	rp, rn := s.rule(p), s.rule(n)
	up, un := rp.charge(s.u[p], F(in.take(p)), s.drive[p]), rn.charge(s.u[n], F(in.take(n)), s.drive[n])
	s.pre[p], s.pre[n] = up, un
	firesP, firesN := up >= rp.threshold, un >= rn.threshold
	if firesP {
		out.Neurons = append(out.Neurons, uint32(p))
		up -= rp.quantum
		un += rp.quantum
	}
	if firesN {
		out.Neurons = append(out.Neurons, uint32(n))
		un -= rn.quantum
		up += rn.quantum
	}
	s.u[p], s.u[n] = rp.after*up, rn.after*un
}

// Advance brings the couple of member i to tick to without arrivals.
func (s *pairState[F]) Advance(i int, to int64) {
	p := i % s.couples()
	s.stepState.Advance(p, to)
	s.stepState.Advance(p+s.couples(), to)
}

// Wake is the first tick at which either member of i's couple may fire: a touch of one member
// brings both up to date, so that only the touched one's wake-up is asked for.
func (s *pairState[F]) Wake(i int) int64 {
	p := i % s.couples()
	return min(s.stepState.Wake(p), s.stepState.Wake(p+s.couples()))
}
