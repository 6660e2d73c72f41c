package dense

// Membrane has the constants of one tick of integrate-and-fire neurons with a soft reset. One
// definition covers the neurons of both learning rules, since a factor of 1 changes nothing:
//
//	OTTT (arXiv 2210.04195)   Before λ, Threshold V, Quantum V, After 1, Trace λ
//	SPIDE (arXiv 2302.00232)  Before 1, Threshold V, Quantum θ, After λ, Trace λ    (IF: λ = 1)
type Membrane[F Real] struct {
	Before    F // leak before the charge
	Threshold F // a potential that reaches it fires
	Quantum   F // what a spike takes from the potential
	After     F // leak after the reset
	Trace     F // decay of the trace of emitted spikes
}

// Fire advances len(u) neurons by one tick and returns how many fired:
//
//	v = Before·u + in
//	s = 1 if v >= Threshold, else 0
//	u = After·(v - Quantum·s)
//	trace = Trace·trace + s
//
// Afterwards in holds v, the potential before the spike, at which surrogate derivatives are taken.
// Products and sums are rounded one by one, so every level gives the same bits.
func (m *Membrane[F]) Fire(u, in, s, trace []F) (spikes int) {
	in, s, trace = in[:len(u)], s[:len(u)], trace[:len(u)]
	done := 0
	if level, ok := vectorised[F](); ok {
		done = len(u) &^ 15
		c := m.constants32()
		spikes = fireVector(level, as32(u)[:done], as32(in), as32(s), as32(trace), &c)
	}
	return spikes + m.firePortable(u[done:], in[done:], s[done:], trace[done:])
}

// firePortable is the specification of Fire.
func (m *Membrane[F]) firePortable(u, in, s, trace []F) (spikes int) {
	in, s, trace = in[:len(u)], s[:len(u)], trace[:len(u)]
	for i := range u {
		v := F(m.Before*u[i]) + in[i]
		in[i] = v
		var out F
		if v >= m.Threshold {
			out = 1
			v -= m.Quantum
			spikes++
		}
		s[i] = out
		u[i] = F(m.After * v)
		trace[i] = F(m.Trace*trace[i]) + out
	}
	return spikes
}

// Couple does the same for neuron couples, which fire with either sign:
//
//	q = 1 if v >= Threshold, -1 if v <= -Threshold, else 0
//	u = After·(v - Quantum·q)
//	trace = Trace·trace + q
//
// Spikes of both signs count.
func (m *Membrane[F]) Couple(u, in, q, trace []F) (spikes int) {
	in, q, trace = in[:len(u)], q[:len(u)], trace[:len(u)]
	done := 0
	if level, ok := vectorised[F](); ok {
		done = len(u) &^ 15
		c := m.constants32()
		spikes = coupleVector(level, as32(u)[:done], as32(in), as32(q), as32(trace), &c)
	}
	return spikes + m.couplePortable(u[done:], in[done:], q[done:], trace[done:])
}

// couplePortable is the specification of Couple. A threshold of 0 fires +1 at 0.
func (m *Membrane[F]) couplePortable(u, in, q, trace []F) (spikes int) {
	in, q, trace = in[:len(u)], q[:len(u)], trace[:len(u)]
	for i := range u {
		v := F(m.Before*u[i]) + in[i]
		in[i] = v
		var out F
		switch {
		case v >= m.Threshold:
			out = 1
			v -= m.Quantum
			spikes++
		case v <= -m.Threshold:
			out = -1
			v += m.Quantum
			spikes++
		}
		q[i] = out
		u[i] = F(m.After * v)
		trace[i] = F(m.Trace*trace[i]) + out
	}
	return spikes
}

// membraneConstants32 is what the assembly gets: see asm/lif.go for the indices.
type membraneConstants32 = [9]float32

func (m *Membrane[F]) constants32() membraneConstants32 {
	threshold, quantum := float32(m.Threshold), float32(m.Quantum)
	return membraneConstants32{
		float32(m.Before), threshold, quantum, float32(m.After), float32(m.Trace),
		1, -threshold, -1, -quantum,
	}
}
