// Package opcount counts operations the way the literature does, with every convention a switch.
//
// Most published energies of spiking networks are two numbers times two prices: accumulates (ACs), where a
// spike adds a weight, and multiply-accumulates (MACs), where a real number meets one,
//
//	E = E_add·AC + (E_add + E_mul)·MAC.
//
// The two numbers depend on who counts. A layer is described as plain data: a map ([Dense], [Conv],
// [TransposedConv], [Pool]), what arrives at it ([Tensor], [Spikes], [Rate], …) and the neurons behind it:
//
//	net := opcount.Network{Steps: 8, Layers: []opcount.Layer{
//		{Name: "hidden", Map: opcount.Dense{In: 784, Out: 400}, Input: opcount.Analog{}},
//		{Name: "output", Map: opcount.Dense{In: 400, Out: 10}, Input: opcount.SpikeTotal{Total: 1000}},
//	}}
//	r, err := opcount.Count(net, opcount.Exact())
//	r.Total().Energy(prices)      // joules
//	r.Reference().Energy(prices)  // of a conventional network of the same graph
//	r.SpikesPerSynapse()          // belongs next to their ratio; see BreakEvens
//
// # Conventions
//
// What they count, and what the report only lists (hardware/README.md §3):
//
//	                   Exact             SyopsCounter         NeuroBench        KerasSpiking
//	spikes are         −1, 0, 1          at most 2 values     −1, 0, 1          everything
//	                                     within [0, 1]
//	tested             per layer         per layer            per step          -
//	a spike meets      its weights ≠ 0   the mean of all      its weights ≠ 0   the mean of all
//	padding            is not met        counts               is not met        counts
//	factor of pooling  folded            -                    -                 -
//	bias               listed            counts               listed            listed
//	normalisation      listed            2 a value            listed            listed
//	pooling            spikes × windows  1 a value            listed            listed
//	neurons            leaks multiply    1 a step             listed            listed
//
// A constant input costs its product in every step, or once and an addition in every step
// ([Convention].KeepConstant). The rules of other tools were read from their public sources: syops-counter
// at version 0.0.2 (other revisions charge leaky neurons a MAC on top and average poolings MACs), whose
// bias of a dense layer is counted here once per sample and step.
//
// # Training
//
// [Training] lists the work of a learning rule: forward and backward events, products of the weights'
// gradient, updates of membranes apart, with two lines to compare, back-propagation in a conventional
// network and through time. [SPIDE] recounts it from the spikes of both stages. These estimates are our
// own (spide.md §9). [OptimiserCost] prices the update of one parameter: state memory, traffic and
// arithmetic apart.
//
// # What the method leaves out
//
// Weight fetches, membrane traffic, addresses, routing, the encoding of inputs and static power. They
// dominate on most chips; package hwmodel prices them. The text of a report names them as unpriced.
//
// # Numbers
//
// Counts are whole and exact, and refuse to grow beyond 63 bits. Only what follows from a mean, a [Rate] or
// a total of sources with different fan-outs, is rounded to the nearest whole number, and marked. Energies
// are float64 in joules, one product a count.
package opcount
