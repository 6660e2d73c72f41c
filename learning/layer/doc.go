// Package layer has the synapses of trained networks: parameters, and the linear maps that carry the
// activity of one layer of neurons to the next and errors back.
//
// A [Map] is what lies between a spike and a membrane potential, without neurons, time or learning rule.
// The rules, OTTT and SPIDE, run neurons on both sides of it and use it in three ways:
//
//	Forward      y = W·x + b     what spikes, or traces, or rates x do to potentials
//	Back         gx = Wᵀ·gy      what errors gy mean for the activities before
//	Accumulate   ∇W += gy·xᵀ     what both together mean for the weights, and ∇b += gy
//
// The activity in Accumulate is an argument and not a memory of Forward. That is what lets online
// training hand in a presynaptic trace where Forward saw spikes, and implicit differentiation a rate.
//
// # The maps
//
// With parameters: [Dense], [Conv2D], [TransposedConv2D], and [Standardised], a dense map or convolution
// whose weights are standardised. Without: [AvgPool2D], [GlobalAvgPool], [UpsampleNearest], [Scale],
// [Reshape]. A [Chain] composes maps to one.
//
// # Arrays
//
// All arrays are flat, batch-major and row-major; feature maps are [channels, height, width], weights
// are laid out as in the common frameworks: [out, in], [out, in, kernel, kernel], and [in, out, kernel,
// kernel] for a transposed convolution. Maps allocate when a batch is larger than any before and never
// otherwise. A map is for one goroutine.
//
// Constructors report what cannot be meant. The methods do not check lengths: arrays shorter than the
// batch are a mistake in the program.
//
// # Derived weights
//
// A map that is [Prepared] derives its weights from its parameters. Call Prepare before the first Forward
// and whenever parameters have changed, Finish after the last Accumulate and before gradients are read.
// A chain passes both on.
//
// # The same bits everywhere
//
// A membrane potential that differs in its last bit may fire a tick earlier. Every sum therefore has one
// order: Forward starts from the bias and takes its terms in ascending position of the input, Back from
// zero in ascending position of the output, Accumulate from the gradient gathered so far in ascending
// sample and position. Products are rounded before they are added. Spikes that arrive one by one in
// that order give the same potentials, and a batch gives what its samples would give alone.
//
// The arithmetic is that of internal/dense, which keeps this order with and without vectors, with any
// number of workers, and whether it multiplies zeros or walks what is not zero: silence is left out where
// that is faster. [SetWorkspace] gives the maps of a network workers and common scratch memory.
package layer
