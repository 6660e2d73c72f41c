package reference

// stepped holds the step-coded models but the couple of two neurons: charge, fire, subtract.
//
//	u_pre = before·u + input + drive
//	q     = 1 if u_pre >= V_th, for signed models -1 if u_pre <= -V_th, else 0
//	u     = after·(u_pre - quantum·q)
//
// OTTT leaks before the charge, SPIDE after the reset. Such networks live on ties, so that a state
// kept in float32 has to be rounded after every operation here as well.
type stepped struct {
	before, after float64
	vTh, quantum  float64
	signed        bool
	ie            float64
	u, pre        float64
	round         func(float64) float64
}

// newStepped makes a neuron; leakFirst tells where the leak is.
func newStepped(p values, single, signed, leakFirst bool) *stepped {
	n := &stepped{before: 1, after: 1, signed: signed, ie: p.get("I_e"), round: rounding(single)}
	lambda := n.round(p.getOr("lambda", 1))
	if leakFirst {
		n.before = lambda
	} else {
		n.after = lambda
	}
	n.vTh = n.round(p.get("V_th"))
	n.quantum = n.round(p.get("V_th") - p.getOr("V_rest", 0))
	n.u = n.round(p.initial("u", 0))
	n.pre = n.u
	return n
}

// rounding rounds to the format of the state.
func rounding(single bool) func(float64) float64 {
	if single {
		return func(x float64) float64 { return float64(float32(x)) }
	}
	return func(x float64) float64 { return x }
}

// charge is u_pre.
func (n *stepped) charge(in []arrival, drive float64) float64 {
	sum := 0.0
	for _, a := range in {
		sum += a.weight
	}
	charged := n.round(n.round(n.before*n.u) + n.round(sum))
	return n.round(charged + n.round(n.ie+drive))
}

// settle is the u that a membrane is left with after its spikes.
func (n *stepped) settle(u float64) { n.u = n.round(n.after * u) }

func (n *stepped) update(in []arrival, drive float64) (spike int, before float64) {
	n.pre = n.charge(in, drive)
	switch {
	case n.pre >= n.vTh:
		spike = 1
	case n.signed && n.pre <= -n.vTh:
		spike = -1
	}
	n.settle(n.round(n.pre - float64(spike)*n.quantum))
	return spike, 0
}

func (n *stepped) read(variable string) float64 {
	if variable == "u_pre" {
		return n.pre
	}
	return n.u
}

// pairs holds couples of two binary neurons: members k (p) and N+k (n) of a population of 2N. A
// spike of either moves one quantum from the one that fired to the other.
type pairs struct{ members []*stepped }

func (c *pairs) tick(_ int64, in func(int) []arrival, current func(int) float64) []firing {
	var spikes []firing
	half := len(c.members) / 2
	for k := range half {
		p, n := c.members[k], c.members[half+k]
		p.pre, n.pre = p.charge(in(k), current(k)), n.charge(in(half+k), current(half+k))
		up, un := p.pre, n.pre
		if p.pre >= p.vTh {
			spikes = append(spikes, firing{i: k, sign: 1})
			up, un = p.round(up-p.quantum), n.round(un+p.quantum)
		}
		if n.pre >= n.vTh {
			spikes = append(spikes, firing{i: half + k, sign: 1})
			up, un = p.round(up+n.quantum), n.round(un-n.quantum)
		}
		p.settle(up)
		n.settle(un)
	}
	return spikes
}

func (c *pairs) read(variable string, i int) float64 { return c.members[i].read(variable) }
