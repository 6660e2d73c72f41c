// Package neuron has the neuron models: what a neuron is and how its state moves. It knows nothing
// of networks, queues or threads; the engine that hosts a population hands arrivals in and takes
// spikes out.
//
// # From a model to a running population
//
// A [Model] is plain data, a struct of parameters under the names that files use:
//
//	lif := neuron.NewPSCDelta()      // documented defaults
//	lif.TauM, lif.VTh = 20, -52      // ms, mV
//	problems := lif.Validate()       // all at once, or none
//
// A model builds the [State] of one shard, a run of neighbouring neurons of a population. Build
// gives it the length of a tick, and everything that differs between neurons:
//
//	state, err := lif.Build(neuron.Build{N: 1000, TickMs: 0.1, Each: map[string][]float64{"I_e": drives}})
//
// The state is updated in one of two ways. A clocked state ([Clocked]) is stepped every tick, all
// neurons at once: the right thing when most neurons get input in most ticks. A lazy state ([Lazy])
// touches only the neurons to which something happens: it brings them over the silent gap in closed
// form, and [Lazy.Wake] tells when a neuron might fire by itself. Silence then costs nothing. Both
// give the same spikes.
//
// # Time
//
// Tick t carries the state from (t-1)·h to t·h, where h is the length of the tick; t counts from 1.
// A neuron that crosses its threshold in tick t emits a spike of tick t. One tick of one neuron is,
// in this order,
//
//  1. the new potential from the old synaptic currents and the constant ones, or one count of the
//     refractory counter,
//  2. the decay of the synaptic currents,
//  3. the sum of all that arrives at tick t (delta synapses: straight into the potential, in 1),
//  4. the test V ≥ V_th, spike and reset.
//
// After a spike of tick t the potential is V_reset up to tick t+R, R = round(t_ref/h), and moves
// again in tick t+R+1. These are the rules of NEST on its grid, and with them come its spikes: the
// golden tests ask for equal spike steps and for potentials within 1e-9 mV. Only [PSCExpPS] leaves
// the grid, with spikes at real times inside the tick.
//
// # Units
//
// Times are in ms, potentials in mV, currents and their weights in pA, capacitances in pF. Files and
// [State.Read] have absolute potentials; inside they are kept relative to E_L, which is where the
// equations are linear. Step-coded models have no units: their tick is one abstract step.
//
// # The same bits everywhere
//
// One bit more in a potential is a spike one tick earlier, and soon another spike train. So
//
//   - arrivals come in as integer sums, which do not depend on the order of arrival;
//   - every product that meets a sum is rounded on its own, float64(a*b) + c, as the compiler may
//     otherwise fuse the two on some machines and not on others;
//   - exponentials and logarithms come from internal/det, not from package math;
//   - the vector kernels of internal/kernel round exactly as the loops here.
//
// A lazily hosted neuron jumps over a gap with the exponential of the whole gap where a clocked one
// multiplies tick by tick. Their potentials differ by rounding, some 1e-13 mV, and so their spikes
// are the same unless a potential comes that near to its threshold. In single precision, where such
// encounters would be frequent, a lazy state repeats the ticks of the gap one by one and equals a
// clocked one to the last bit.
//
// # A model of your own
//
// Any type that satisfies [Model] and whose states satisfy [Clocked], [Lazy] or both can be hosted.
// Package neurontest has a conformance suite for it. [All] lists the models of this package.
package neuron
