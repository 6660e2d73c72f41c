package kernel

// ExpConst holds what all neurons of an iaf_psc_exp population share during a run. The propagators
// are those of the exact integration of the model over one tick.
type ExpConst struct {
	P          float64 // decay of the membrane potential, exp(-tick/tau_m)
	AEx, AIn   float64 // mV that 1 pA of excitatory, inhibitory current adds to the potential in a tick
	DecayEx    float64 // decay of the excitatory current, exp(-tick/tau_syn_ex)
	DecayIn    float64 // decay of the inhibitory current, exp(-tick/tau_syn_in)
	QuantumEx  float64 // pA that one unit of the fixed-point excitatory input stands for
	QuantumIn  float64 // the same of the inhibitory input
	Vth        float64 // threshold in mV
	Vreset     float64 // membrane potential after a spike in mV
	Refractory int32   // ticks that a neuron rests after its spike, >= 0
}

// Exp64 advances n = len(v) iaf_psc_exp neurons by one tick and appends the index of every neuron
// that fires, first+i for slot i in ascending order, to out, which it returns.
//
//	v         membrane potential in mV, relative to the resting potential
//	iex, iin  excitatory and inhibitory synaptic current in pA
//	drive     what constant currents add in one tick, mV
//	ref       ticks of rest that remain, >= 0
//	inEx      sum of the excitatory weights that arrive in this tick, in units of c.QuantumEx; set to zero
//	inIn      the same of the inhibitory weights, in units of c.QuantumIn; set to zero
//
// The potential moves with the currents of the tick's begin; arrivals enter the currents at its
// end, also while the neuron rests. The function exp64Portable is the definition; every level gives
// the same bits.
//
// All slices have room for n elements, or the call panics; they must not overlap. The call
// allocates only if out is too short for the spikes.
func Exp64(v, iex, iin, drive []float64, ref, inEx, inIn []int32, c *ExpConst, first uint32, out []uint32) []uint32 {
	n := len(v)
	iex, iin, drive = iex[:n], iin[:n], drive[:n]
	ref, inEx, inIn = ref[:n], inEx[:n], inIn[:n]
	level := Current()
	if level == Portable {
		return exp64Portable(v, iex, iin, drive, ref, inEx, inIn, c, first, out)
	}
	return exp64Vector(level, v, iex, iin, drive, ref, inEx, inIn, c, first, out)
}

// exp64Portable is the specification of Exp64. Each product is rounded on its own, so that no
// compiler may fuse it with the sum it enters (see the package documentation).
func exp64Portable(v, iex, iin, drive []float64, ref, inEx, inIn []int32, c *ExpConst, first uint32, out []uint32) []uint32 {
	iex, iin, drive = iex[:len(v)], iin[:len(v)], drive[:len(v)]
	ref, inEx, inIn = ref[:len(v)], inEx[:len(v)], inIn[:len(v)]
	for i := range v {
		if ref[i] > 0 {
			ref[i]--
		} else {
			u := float64(c.P*v[i]) + float64(c.AEx*iex[i])
			u += float64(c.AIn * iin[i])
			u += drive[i]
			if u >= c.Vth {
				u = c.Vreset
				ref[i] = c.Refractory
				out = append(out, first+uint32(i))
			}
			v[i] = u
		}
		iex[i] = float64(c.DecayEx*iex[i]) + float64(float64(inEx[i])*c.QuantumEx)
		iin[i] = float64(c.DecayIn*iin[i]) + float64(float64(inIn[i])*c.QuantumIn)
		inEx[i], inIn[i] = 0, 0
	}
	return out
}
