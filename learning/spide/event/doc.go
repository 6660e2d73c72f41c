// Package event runs SPIDE on the event-driven engine of package sim: the learning rule of package spide
// with neurons, synapses and a scheduler in the place of arrays.
//
// # Two networks
//
// A ring of N layers becomes two networks of the engine, whose tick is a step.
//
//	forward    populations of lif_rest, charge → fire where u ≥ V → lose θ → leak; every block a
//	           projection without delay along the ring, so that a spike crosses all layers in its tick,
//	           and the feedback one with a delay of a tick
//	backward   populations of ternary_couple; every block the adjoint projection, the feedback again with a
//	           delay of a tick; the gradient g a constant current into layer N−1
//
// The gate m = [0 < a < 1] mutes couples: they fire and are counted, and nobody hears them. A constant
// input is the current F·x + b. Frames of 0 and 1 are spikes of an input population, frames of other
// numbers a current that changes. The projections are those of package wire, with learned weights; they are
// given anew when parameters have changed, and a network is compiled anew only when a weight outgrows
// the room of its sums.
//
// # Samples
//
//	e, err := event.New(spide.NewConfig(), ring)
//	err = e.Forward(spide.Pass{Train: true, Step: step}, images, batch)
//	logits, err := e.Logits()
//	err = e.BackwardLogits(gLogits)
//	err = e.Accumulate()
//
// The samples of a batch run one after another, from rest. An [Executor] has the methods of the batched
// one, which is in it and does what is no stage; a trainer can drive either. It computes in float64.
//
// # Constants and masks
//
// The constants θ_B/θ of the backward stage are in the thresholds of the couples, so that a spike brings the
// weights as they are. The factor of the norm restriction and the 1/(1−p) of dropout, which change
// from batch to batch, are in the weights.
//
// A dropout mask silences outputs of a block. A neuron that is left without input is muted in the forward
// stage, and its currents are taken away; its couple is muted in the backward stage, where the mask acts on
// the sender. Layer 0 receives two blocks with a mask each, and no mechanism of the engine keeps one
// projection from one neuron. Where the feedback has dropout, layer 0 therefore has a second population that
// hears the input only, and where the input has dropout and comes as frames a third that hears the feedback
// only. Each neuron is heard in the population that its masks ask for. The synaptic events of the
// additional populations are not counted: they are due to this way of doing it and not to the network.
//
// # Work
//
// Populations are hosted lazily unless [Hosted] says otherwise: a neuron is touched when a spike reaches it
// or when its current has brought it to the threshold, and leaks over the time between in one go. Silence
// costs nothing but one touch of every neuron with a constant current, zero or not, at the beginning of a
// stage. Nothing is kept per tick, nor allocated but for frames. [Executor.Activity] has the engine's own
// counts of spikes, synaptic events and updates.
//
// # After learning
//
// [Export] writes the forward stage down with one sample, as a network of the engine that stands for itself: static
// synapses, the sample as a current or as spikes, and a readout whose potential comes to the logits. It can
// be saved as a network file.
//
// # Exactness
//
// Sums of the engine are in fixed point, fine enough that weights and inputs on a dyadic grid are exact:
// then spikes, membranes and gradients are those of the batched executor to the last bit, and those of the
// reference. In general a membrane differs by some 10⁻¹⁵, and a spike differs where that decides a tie.
package event
