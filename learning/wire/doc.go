// Package wire lays the linear maps of trained networks out as synapses of the event engine: who
// connects to whom, in which order the weights are given, and the same for the way back.
//
// A [layer.Map] computes with arrays; the engine of package sim delivers spikes, one synapse at a time.
// [Of] finds the [synapse.Rule] whose synapses are those of the map:
//
//	map                            rule, forward                  rule, back                    weights
//	layer.Dense                    AllToAll                       AllToAll                      matrix; back transposed
//	layer.Conv2D                   Conv                           TransposedConv                kernel
//	layer.TransposedConv2D         TransposedConv                 Conv                          kernel
//	layer.Standardised             that of the plain map          that of the plain map         derived weights
//	layer.AvgPool2D, GlobalAvgPool AvgPool                        its adjoint                   one, 1
//	layer.UpsampleNearest          adjoint of SumPool             SumPool                       one, 1
//	layer.Scale, layer.Reshape     OneToOne                       OneToOne                      the factor
//	layer.Chain                    that of its one map other than Scale and Reshape, times their factors
//
// For a spike of neuron i the forward rule brings neuron j the weight W[j, i] of y = W·x + b, and for
// one of neuron j the rule back brings neuron i the same weight: what Forward and Back of the map
// make of a unit vector, without the bias. The bias is a constant current, [Wires.Bias].
//
// # From parameters to spikes
//
//	w, err := wire.Of(m)
//	weights := w.Weights(wire.Forward, 1, nil)
//	q := net.Project(from, to, w.Rule(wire.Forward), wire.Learned(weights, 0))
//	// … compile, start; whenever parameters have changed, and derived weights with them …
//	err = simulator.SetLearnedWeights(q, w.Weights(wire.Forward, 1, weights))
//
// Weights depend on the parameters alone. A factor multiplies all of them, for what a learning rule
// does to a whole projection: a norm restriction, the scale of dropout.
//
// A network that has finished learning needs no learned synapses: [Static] describes ones that stay and
// that a network file can hold, and [Frames] the source that plays its input.
//
// # Rounding
//
// The engine sums weights in fixed point. The quantum follows from the largest sum that can occur, and
// so from [Limit]: weights on a dyadic grid are exact, others are rounded at about 2⁻⁵⁰ of the limit for
// a thousand synapses per neuron.
package wire
