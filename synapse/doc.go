// Package synapse says who connects to whom, how strongly, how late, and how that changes.
//
// A projection is described by two values. A [Rule] enumerates its synapses:
//
//	rule                          file name            synapses
//	AllToAll                      all_to_all           every pair
//	OneToOne                      one_to_one           neuron i to neuron i
//	InDegree, FixedInDegree       fixed_indegree       K per target
//	OutDegree, FixedOutDegree     fixed_outdegree      K per source
//	Bernoulli                     pairwise_bernoulli   every pair with probability P
//	TotalNumber                   fixed_total_number   N in all
//	Explicit                      explicit             a list
//	Conv, TransposedConv          conv, …              convolutions (stencils)
//	AvgPool, SumPool              avg_pool, sum_pool   poolings (stencils)
//
// and a [Synapse] says what each of them is: [Static], or one of the plastic models [STDP],
// [STDPPowerLaw], [STDPTriplet] and [Tsodyks2]. Its weight and delay are [Value]s, the same for all or drawn
// from a distribution.
//
// # Numbers for synapses
//
// A rule gives every synapse an ordinal, and whatever is random about the synapse is drawn by its
// ordinal from a counter-based stream. So a projection is the same for any number of workers, each
// of which enumerates the synapses onto its own targets only, and nothing has to be stored to build it again.
// Where ordinals are chosen and not drawn, a [Listed] value gives each synapse its own number: entry
// t·Sources+s of a dense matrix, entry i of a list, or the kernel entry of a convolution, which all
// synapses of that entry share.
//
// # Units
//
// A weight has the unit of the port it ends in: mV for delta neurons, pA for current-based ones,
// a pure number for step-coded ones. Delays are in ms, on a step grid in steps.
//
// # Compiled forms
//
// [Compile] turns the part of a projection that ends in one shard into the smallest [Connectivity]
// that holds it exactly. A stencil compiles to [Taps], tables per spatial axis, and stores no
// synapse. Weights become whole numbers of quanta of the port's [Scale].
//
// # Plasticity
//
// A [Plasticity] keeps what plastic synapses remember. It is told of presynaptic spikes when they
// arrive and of postsynaptic spikes when they happen, and follows the rules of NEST 3.10 for the
// models of the same names, in which the whole delay is dendritic. What the synapses of one source with one
// delay have in common is kept once, and the history of postsynaptic spikes stays bounded.
//
// # Rounding
//
// A weight decides spikes. Products that meet a sum are therefore written float64(a*b), also where
// the sum stands in another function: Go may otherwise fuse the two into one operation on some
// processors, and the last bit of the weight would depend on the machine.
package synapse
