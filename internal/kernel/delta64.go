package kernel

// DeltaConst holds what all neurons of an iaf_psc_delta population share during a run.
type DeltaConst struct {
	P          float64 // decay of the membrane potential over one tick, exp(-tick/tau_m)
	Quantum    float64 // mV that one unit of the fixed-point input stands for
	Vmin       float64 // lower bound of the membrane potential in mV; -Inf for none
	Vth        float64 // threshold in mV
	Vreset     float64 // membrane potential after a spike in mV
	Refractory int32   // ticks that a neuron rests after its spike, >= 0
}

// Delta64 advances n = len(v) iaf_psc_delta neurons by one tick and appends the index of every
// neuron that fires, first+i for slot i in ascending order, to out, which it returns.
//
//	v      membrane potential in mV, relative to the resting potential
//	drive  what constant currents add in one tick, mV
//	ref    ticks of rest that remain, >= 0
//	in     sum of the weights that arrive in this tick, in units of c.Quantum; set to zero
//
// A resting neuron keeps its potential and loses its arrivals. The function delta64Portable is the
// definition; every level gives the same bits.
//
// All slices have room for n elements, or the call panics; they must not overlap. The call
// allocates only if out is too short for the spikes.
func Delta64(v, drive []float64, ref, in []int32, c *DeltaConst, first uint32, out []uint32) []uint32 {
	n := len(v)
	drive, ref, in = drive[:n], ref[:n], in[:n]
	level := Current()
	if level == Portable {
		return delta64Portable(v, drive, ref, in, c, first, out)
	}
	return delta64Vector(level, v, drive, ref, in, c, first, out)
}

// delta64Portable is the specification of Delta64. Each product is rounded on its own, so that no
// compiler may fuse it with the sum it enters (see the package documentation).
func delta64Portable(v, drive []float64, ref, in []int32, c *DeltaConst, first uint32, out []uint32) []uint32 {
	drive, ref, in = drive[:len(v)], ref[:len(v)], in[:len(v)]
	for i := range v {
		arrived := in[i]
		in[i] = 0
		if ref[i] > 0 {
			ref[i]--
			continue
		}
		u := float64(c.P*v[i]) + drive[i]
		u += float64(float64(arrived) * c.Quantum)
		if u < c.Vmin {
			u = c.Vmin
		}
		if u >= c.Vth {
			u = c.Vreset
			ref[i] = c.Refractory
			out = append(out, first+uint32(i))
		}
		v[i] = u
	}
	return out
}
