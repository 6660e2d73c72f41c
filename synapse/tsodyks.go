package synapse

import (
	"errors"
	"math"
)

// Tsodyks2 is short-term plasticity after Tsodyks and Markram, in the mean form of Tsodyks, Uziel,
// Markram, J. Neurosci. 20 (2000), as NEST's tsodyks2_synapse computes it. A synapse has a fraction x of its
// resources ready and releases the fraction u of them at a spike. At every presynaptic spike but the
// first, Δ after the last,
//
//	x ← 1 + (x - x·u - 1)·exp(-Δ/tau_rec)      with the old u
//	u ← U + u·(1-U)·exp(-Δ/tau_fac)            second term 0 for tau_fac = 0
//
// and the weight handed on is x·u·w, from the first spike on. At the start x = 1 and u = U.
type Tsodyks2 struct {
	Weight, DelayMs Value

	U      float64 `param:"U" default:"0.5" range:"[0,1]" doc:"fraction of the ready resources that an isolated spike releases"`
	TauRec float64 `param:"tau_rec" unit:"ms" default:"800" range:"(0,inf)" doc:"time constant of recovery from depression"`
	TauFac float64 `param:"tau_fac" unit:"ms" default:"0" range:"[0,inf)" doc:"time constant of facilitation; 0 for none"`
}

// NewTsodyks2 returns the rule with its default parameters, weight 1 and delay 1 ms.
func NewTsodyks2() Tsodyks2 { return withDefaults(Tsodyks2{Weight: Const(1), DelayMs: Const(1)}) }

// Name implements [Synapse].
func (Tsodyks2) Name() string { return "tsodyks2" }

// Strength implements [Synapse].
func (s Tsodyks2) Strength() (weight, delayMs Value) { return s.Weight, s.DelayMs }

// Validate implements [Synapse].
func (s Tsodyks2) Validate() error {
	return errors.Join(checkParams(s), validateStrength(s.Weight, s.DelayMs))
}

// Reach implements [Plastic]: x and u never leave [0, 1].
func (s Tsodyks2) Reach() (lo, hi float64) {
	lo, hi = s.Weight.Bounds()
	return min(lo, 0), max(hi, 0)
}

// Plasticity implements [Plastic].
func (s Tsodyks2) Plasticity(rows PlasticRows, _ int, tickMs float64) (Plasticity, error) {
	if _, err := checkDelays(rows); err != nil {
		return nil, err
	}
	n := rows.Len()
	r := &release{
		rows: rows, baseline: s.U, recovery: newDecay(s.TauRec, tickMs),
		last: make([]int64, n), x: make([]float64, n), u: make([]float64, n),
	}
	if s.TauFac > 0 {
		r.facilitation = newDecay(s.TauFac, tickMs)
	}
	for i := range n {
		r.last[i], r.x[i], r.u[i] = noSpike, 1, s.U
	}
	return r, nil
}

// release is the [Plasticity] of [Tsodyks2]. It looks at presynaptic spikes only and leaves the
// weights in the table alone: what a row hands on is x·u times them.
type release struct {
	rows         PlasticRows
	baseline     float64 // U
	recovery     *decay
	facilitation *decay // nil for none

	last []int64 // per row: tick of the last spike
	x, u []float64
}

// noSpike is the tick of the last spike of a row that has not had any.
const noSpike = math.MinInt64

// Arrive implements [Plasticity].
func (p *release) Arrive(r int, sent int64) float64 {
	if p.last[r] != noSpike {
		p.step(r, sent-p.last[r])
	}
	p.last[r] = sent
	return float64(p.x[r] * p.u[r])
}

func (p *release) step(r int, gap int64) {
	x, u := p.x[r], p.u[r]
	p.x[r] = 1 + float64((x-float64(x*u)-1)*p.recovery.at(gap))
	p.u[r] = p.baseline
	if p.facilitation != nil {
		p.u[r] += float64(float64(u*(1-p.baseline)) * p.facilitation.at(gap))
	}
}

// NeedsPost implements [Plasticity].
func (p *release) NeedsPost() bool { return false }

// PostSpike implements [Plasticity].
func (p *release) PostSpike(uint32, int64) {}

// NeedsCatchUp implements [Plasticity].
func (p *release) NeedsCatchUp() bool { return false }

// CatchUp implements [Plasticity].
func (p *release) CatchUp(int64) {}

// Settled implements [Plasticity].
func (p *release) Settled(r int, _ int64, dst []float64) []float64 {
	_, _, weights := p.rows.Row(r)
	return append(dst, weights...)
}

// Save implements [Plasticity].
func (p *release) Save() []Column {
	return []Column{
		{Name: "last", I64: append([]int64(nil), p.last...)},
		{Name: "x", F64: append([]float64(nil), p.x...)},
		{Name: "u", F64: append([]float64(nil), p.u...)},
	}
}

// Restore implements [Plasticity].
func (p *release) Restore(saved []Column) error {
	f := columnFinder{saved: saved}
	n := len(p.last)
	last, x, u := f.ints("last", n), f.floats("x", n), f.floats("u", n)
	if f.err != nil {
		return f.err
	}
	copy(p.last, last)
	copy(p.x, x)
	copy(p.u, u)
	return nil
}
