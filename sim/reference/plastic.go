package reference

import (
	"math"

	"couplet/synapse"
)

// newPlastic gives a connection the rule of its synapse model; nil for a static one.
func newPlastic(s synapse.Synapse, tickMs float64, c *connection) plastic {
	pair := func(plus, minus float64) pairing {
		return pairing{connection: c, tickMs: tickMs, tauPlus: plus, tauMinus: minus}
	}
	switch m := s.(type) {
	case synapse.STDP:
		return &stdp{pair(m.TauPlus, m.TauMinus), m}
	case synapse.STDPPowerLaw:
		return &powerLaw{pair(m.TauPlus, m.TauMinus), m}
	case synapse.STDPTriplet:
		return &triplet{pairing: pair(m.TauPlus, m.TauMinus), m: m}
	case synapse.Tsodyks2:
		return &tsodyks{connection: c, tickMs: tickMs, m: m, x: 1, u: m.U}
	}
	return nil
}

// pairing is what the rules of spike-timing dependent plasticity have in common. All delay D is
// dendritic: a presynaptic spike acts at once, a postsynaptic one after D.
type pairing struct {
	*connection
	tickMs            float64
	tauPlus, tauMinus float64
	last              int64   // t_last, the tick of the last presynaptic spike; 0 at the start
	kPlus             float64 // K+, the trace of the presynaptic spikes; 0 at the start
}

// decay is exp(-Δ/tau) for Δ in ticks.
func (p *pairing) decay(ticks int64, tau float64) float64 {
	return math.Exp(-float64(ticks) * p.tickMs / tau)
}

// newlyHeard calls potentiate for each postsynaptic spike s with t_last - D < s <= t - D, in order:
// k = K+·exp((t_last - (s + D))/tau_plus). number is the spike's place in the neuron's list.
func (p *pairing) newlyHeard(t int64, potentiate func(k float64, number int)) {
	for number, s := range p.postSpikes() {
		if s > p.last-p.delay && s <= t-p.delay {
			potentiate(p.kPlus*p.decay(s+p.delay-p.last, p.tauPlus), number)
		}
	}
}

// postTrace is the trace K- of the target at tick t - D, counting only spikes strictly before that.
func (p *pairing) postTrace(t int64) float64 {
	k := 0.0
	for _, s := range p.postSpikes() {
		if s < t-p.delay {
			k += p.decay(t-p.delay-s, p.tauMinus)
		}
	}
	return k
}

// sent ends the treatment of a presynaptic spike.
func (p *pairing) sent(t int64) float64 {
	p.kPlus = p.kPlus*p.decay(t-p.last, p.tauPlus) + 1
	p.last = t
	return p.weight
}

// stdp is the pair rule, in x = w/Wmax.
type stdp struct {
	pairing
	m synapse.STDP
}

func (p *stdp) send(t int64) float64 {
	m := p.m
	x := p.weight / m.Wmax
	p.newlyHeard(t, func(k float64, _ int) {
		x = math.Min(1, x+m.Lambda*math.Pow(1-x, m.MuPlus)*k)
	})
	x = math.Max(0, x-m.Alpha*m.Lambda*math.Pow(x, m.MuMinus)*p.postTrace(t))
	p.weight = x * m.Wmax
	return p.sent(t)
}

// powerLaw is the rule stdp_pl.
type powerLaw struct {
	pairing
	m synapse.STDPPowerLaw
}

func (p *powerLaw) send(t int64) float64 {
	m := p.m
	p.newlyHeard(t, func(k float64, _ int) {
		p.weight += m.Lambda * math.Pow(p.weight, m.Mu) * k
	})
	p.weight = math.Max(0, p.weight-m.Lambda*m.Alpha*p.weight*p.postTrace(t))
	return p.sent(t)
}

// triplet is the rule stdp_triplet, with a slow trace on either side.
type triplet struct {
	pairing
	m  synapse.STDPTriplet
	k3 float64 // slow trace of the presynaptic spikes
}

func (p *triplet) send(t int64) float64 {
	m := p.m
	p.newlyHeard(t, func(k float64, number int) {
		p.weight = math.Min(m.Wmax, p.weight+k*(m.Aplus+m.AplusTriplet*p.slowBefore(number)))
	})
	p.k3 *= p.decay(t-p.last, m.TauPlusTriplet)
	p.weight = math.Max(0, p.weight-p.postTrace(t)*(m.Aminus+m.AminusTriplet*p.k3))
	p.k3++
	return p.sent(t)
}

// slowBefore is the slow trace of the target just before its spike of that number.
func (p *triplet) slowBefore(number int) float64 {
	list := p.postSpikes()
	k := 0.0
	for _, s := range list[:number] {
		k += p.decay(list[number]-s, p.m.TauMinusTriplet)
	}
	return k
}

// tsodyks is short-term plasticity: x is the share of the resources that is ready, u that which a
// spike uses. The weight itself stays.
type tsodyks struct {
	*connection
	tickMs float64
	m      synapse.Tsodyks2
	x, u   float64
	last   int64
	before bool // there has been a spike before
}

func (p *tsodyks) send(t int64) float64 {
	if p.before {
		gap := float64(t-p.last) * p.tickMs
		p.x = 1 + (p.x-p.x*p.u-1)*math.Exp(-gap/p.m.TauRec)
		facilitated := 0.0
		if p.m.TauFac > 0 {
			facilitated = p.u * (1 - p.m.U) * math.Exp(-gap/p.m.TauFac)
		}
		p.u = p.m.U + facilitated
	}
	p.last, p.before = t, true
	return p.x * p.u * p.weight
}
