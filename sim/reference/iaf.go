package reference

import "math"

// The integrate-and-fire models of the millisecond grid with step h. Potentials are relative to
// E_L. The order of one update is: new V from the old currents, or count down the refractory
// counter; decay of the currents; arrivals; test of the threshold.

// membrane is what they share.
type membrane struct {
	h, tauM, cm  float64
	rest         float64 // E_L
	vTh, vReset  float64
	ie           float64
	refractoryOf int64 // R = round(t_ref/h)
	v            float64
	counter      int64 // refractory updates left
}

func newMembrane(p values, tickMs float64) membrane {
	rest := p.get("E_L")
	return membrane{
		h: tickMs, tauM: p.get("tau_m"), cm: p.get("C_m"), rest: rest,
		vTh: p.get("V_th") - rest, vReset: p.get("V_reset") - rest, ie: p.get("I_e"),
		refractoryOf: ticks(p.get("t_ref"), tickMs),
		v:            p.initial("V_m", rest) - rest,
	}
}

// leak is P = exp(-h/tau_m).
func (m *membrane) leak() float64 { return math.Exp(-m.h / m.tauM) }

// gain is G = tau_m/C·(1-P).
func (m *membrane) gain() float64 { return m.tauM / m.cm * (1 - m.leak()) }

// test fires the neuron at the threshold.
func (m *membrane) test() bool {
	if m.v < m.vTh {
		return false
	}
	m.v, m.counter = m.vReset, m.refractoryOf
	return true
}

// delta is iaf_psc_delta.
type delta struct {
	membrane
	vMin     float64
	keep     bool    // refractory_input
	buffered float64 // B
}

func newDelta(p values, tickMs float64) *delta {
	m := newMembrane(p, tickMs)
	return &delta{membrane: m, vMin: p.get("V_min") - m.rest, keep: p.get("refractory_input") != 0}
}

func (n *delta) update(in []arrival, drive float64) (spike int, before float64) {
	sum := 0.0
	for _, a := range in {
		sum += a.weight
	}
	if n.counter > 0 {
		if n.keep {
			n.buffered += sum * math.Exp(-float64(n.counter)*n.h/n.tauM)
		}
		n.counter--
		return 0, 0
	}
	n.v = n.leak()*n.v + n.gain()*(n.ie+drive) + sum + n.buffered
	n.buffered = 0
	n.v = math.Max(n.v, n.vMin)
	if n.test() {
		return 1, 0
	}
	return 0, 0
}

func (n *delta) read(string) float64 { return n.rest + n.v }

// current is the synaptic current of one sign: exponential, or alpha-shaped with its rise y.
type current struct {
	tau  float64
	y, i float64
}

// decay is exp(-h/τ).
func (c *current) decay(h float64) float64 { return math.Exp(-h / c.tau) }

// effect is the potential that the current brings in a time h: a·i.
//
//	a = (β/C)·exp(-h/τ)·(exp(h/β) - 1),   β = τ·tau_m/(tau_m - τ);   a = h/C·exp(-h/tau_m) if τ = tau_m
func (c *current) effect(h, tauM, cm float64) float64 {
	if c.tau == tauM {
		return h / cm * math.Exp(-h/tauM) * c.i
	}
	beta := c.tau * tauM / (tauM - c.tau)
	return beta / cm * c.decay(h) * math.Expm1(h/beta) * c.i
}

// riseEffect is the potential that the rise of an alpha-shaped current brings in a time h: b·y.
//
//	b = (β/C)·exp(-h/τ)·(β·(exp(h/β) - 1) - h);   b = h²/(2C)·exp(-h/tau_m) if τ = tau_m
func (c *current) riseEffect(h, tauM, cm float64) float64 {
	if c.tau == tauM {
		return h * h / (2 * cm) * math.Exp(-h/tauM) * c.y
	}
	beta := c.tau * tauM / (tauM - c.tau)
	return beta / cm * c.decay(h) * (beta*math.Expm1(h/beta) - h) * c.y
}

// bySign sums the arrivals of either sign; a weight of 0 counts as inhibitory.
func bySign(in []arrival) (ex, inh float64) {
	for _, a := range in {
		if a.weight > 0 {
			ex += a.weight
		} else {
			inh += a.weight
		}
	}
	return ex, inh
}

// exponential is iaf_psc_exp.
type exponential struct {
	membrane
	ex, in current
}

func newExponential(p values, tickMs float64) *exponential {
	return &exponential{
		membrane: newMembrane(p, tickMs),
		ex:       current{tau: p.get("tau_syn_ex"), i: p.initial("I_syn_ex", 0)},
		in:       current{tau: p.get("tau_syn_in"), i: p.initial("I_syn_in", 0)},
	}
}

func (n *exponential) update(in []arrival, drive float64) (spike int, before float64) {
	if n.counter > 0 {
		n.counter--
	} else {
		n.v = n.leak()*n.v + n.ex.effect(n.h, n.tauM, n.cm) + n.in.effect(n.h, n.tauM, n.cm) + n.gain()*(n.ie+drive)
	}
	ex, inh := bySign(in)
	n.ex.i = n.ex.i*n.ex.decay(n.h) + ex
	n.in.i = n.in.i*n.in.decay(n.h) + inh
	if n.counter == 0 && n.test() {
		return 1, 0
	}
	return 0, 0
}

func (n *exponential) read(variable string) float64 {
	switch variable {
	case "I_syn_ex":
		return n.ex.i
	case "I_syn_in":
		return n.in.i
	}
	return n.rest + n.v
}

// alpha is iaf_psc_alpha.
type alpha struct {
	membrane
	ex, in current
}

func newAlpha(p values, tickMs float64) *alpha {
	return &alpha{
		membrane: newMembrane(p, tickMs),
		ex:       current{tau: p.get("tau_syn_ex"), i: p.initial("I_syn_ex", 0), y: p.initial("dI_syn_ex", 0)},
		in:       current{tau: p.get("tau_syn_in"), i: p.initial("I_syn_in", 0), y: p.initial("dI_syn_in", 0)},
	}
}

func (n *alpha) update(in []arrival, drive float64) (spike int, before float64) {
	if n.counter > 0 {
		n.counter--
	} else {
		n.v = n.leak()*n.v +
			n.ex.riseEffect(n.h, n.tauM, n.cm) + n.ex.effect(n.h, n.tauM, n.cm) +
			n.in.riseEffect(n.h, n.tauM, n.cm) + n.in.effect(n.h, n.tauM, n.cm) +
			n.gain()*(n.ie+drive)
	}
	ex, inh := bySign(in)
	for _, x := range []struct {
		c   *current
		sum float64
	}{{&n.ex, ex}, {&n.in, inh}} {
		decay := x.c.decay(n.h)
		x.c.i = n.h*decay*x.c.y + decay*x.c.i
		x.c.y = decay*x.c.y + math.E/x.c.tau*x.sum
	}
	if n.counter == 0 && n.test() {
		return 1, 0
	}
	return 0, 0
}

func (n *alpha) read(variable string) float64 {
	switch variable {
	case "I_syn_ex":
		return n.ex.i
	case "I_syn_in":
		return n.in.i
	case "dI_syn_ex":
		return n.ex.y
	case "dI_syn_in":
		return n.in.y
	}
	return n.rest + n.v
}
