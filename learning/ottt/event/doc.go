// Package event runs online training through time on the event engine, in the form that a chip would: neurons
// and synapses belong to the engine of package sim, and the rule is handlers that see spikes, membranes and one
// trace per presynaptic neuron, and change weights between two ticks. It shows one sample at a time.
//
// It is the counterpart of the batched executor of package ottt, whose descriptions and methods it shares. Both
// give the same spikes, and the same gradients up to rounding; a trainer can use either:
//
//	network, err := ottt.NewFC(784, 256, 256, 10).Network()
//	net, err := event.New(network)
//	err = net.Initialise(seed)
//	result, err := net.Learn(ottt.Online, batch, input, labels, optimiserStep)
//
// # From the description to the engine
//
// Every population of the description is one of the model lif on a step grid, whose update is that of
// ottt.md §1: leak, charge, fire at u ≥ V, subtract V. Projections without delay let a spike cross the whole
// depth of the network in the tick in which it was emitted; feedback has a delay of one tick.
//
// Between two populations there are only spikes and synapses. What lies on the way is folded into the weights:
//
//	constant factors, gains, 1/(1-p) of dropout   a factor of all weights
//	average pooling before a convolution          a convolution with a larger kernel and stride
//	enlargement before a convolution              a transposed convolution
//	a Sum that passes currents on                 a projection for each way through it
//	any other chain of maps                       a matrix, if it fits into the memory (see [MemoryLimit])
//
// The readout is a population whose membranes forget at once and never fire, so that u_pre is the sum of
// what arrives in a tick: the logits. Other Sums have such a population too if something is learned behind
// them. What is learned behind real values, the classifier of a residual network say, is evaluated by the
// handler after the tick; real values on their way to neurons take part in a matrix.
//
// Weights are learned synapses (synapse.Learned). After a change of parameters the derived ones, standardised or
// folded, are computed anew, and the engine is given those that have become others.
//
// # The input
//
// A frame of real values is a constant current: what the weights make of it, and the biases, are computed once
// and flow until the frame or the weights change. A frame that has only 0 and 1 is injected as spikes. The two
// kinds of work are counted apart, see [Work].
//
// # The handlers
//
// After each tick of the engine, [Net.Tick] takes over the spikes: the trace of a neuron that has fired is
// brought to this tick by λ^Δt and grows by the spike. Silent neurons are not touched. [Net.Backward] computes the
// error of the readout and goes back through the synapses (ottt.md §2):
//
//	g[t]  = (W_outᵀ·g_out[t]) ⊙ ψ(u_pre[t])     from neurons with an error to their sources
//	∇W[t] = g[t]·â[t]ᵀ                          where trace and error are both not 0
//
// Nothing else of the past is kept, so that memory does not depend on the number of ticks.
//
// Neurons that dropout silences, chosen by the random numbers of the batched executor, are muted: they fire and
// nobody hears them.
//
// # Exactness
//
// The engine sums weights in fixed point. Its quantum is at most 2⁻⁶⁰ of the largest sum that a neuron can
// receive while weights grow to several times what they are when a sample begins. Short binary fractions are
// exact, ties with the threshold included; other membranes differ from those of the batched executor by less than
// 1e-12, gradients by less than 1e-9 of the largest.
//
// # After learning
//
// [Net.Export] writes the network down with one sample, as a network of the engine that needs no handlers: static
// synapses, the sample as a current or as spikes, the logits recorded. It can be saved as a network file.
//
// # Not here
//
// OTTT_O with a batch, whose samples would have to share the weights of every tick: see [Net.Twin] for how to run
// samples side by side. A network with more workers than one is rarely faster.
package event
