// Package spide trains networks of spiking neurons by SPIDE, implicit differentiation on the
// equilibrium state with spikes: M. Xiao, Q. Meng, Z. Zhang, Y. Wang, Z. Lin, "SPIDE: A purely spike-based
// method for training feedback spiking neural networks" (Neural Networks 2023, arXiv 2302.00232). Layers
// of neurons excite each other in a ring, and two stages of spikes give the gradient of a loss on their
// rates.
//
// # The two stages
//
// In the forward stage of T_F ticks the neurons fire, and their mean rates a come close to an
// equilibrium, a = σ((F·x + b + S·a)/θ) for a ring of one layer. In the backward stage of T_B ticks
// every neuron works as a ternary couple: a membrane that fires +1 at V_B and −1 at −V_B. The gradient of
// the loss at the last layer is a constant current into its couples; all else travels as signed spikes
// against the direction of the synapses, through the gates m = [0 < a < 1]. The mean β of these spikes
// comes close to the exact implicit gradient, and the weights learn from what stands at the two ends of
// a synapse: ∇S = (1/θ)·(m ⊙ β)·aᵀ. Nothing is kept per tick, and the error of a and of β falls with 1/T.
// Leaky neurons keep an error that does not fall; see the tests of the paper.
//
// # A training step
//
//	ring := spide.Ring[float32]{
//		Input:    spide.Block[float32]{Map: f},    // image → layer 0
//		Between:  []spide.Block[float32]{{Map: s}}, // layer 0 → layer 1, with Dropout if wanted
//		Feedback: spide.Block[float32]{Map: back}, // layer 1 → layer 0, a tick later
//		Readout:  head,                            // rates of layer 1 → logits
//	}
//	e, err := spide.New(spide.NewConfig(), ring)
//	// for each batch, with all gradients zero:
//	err = e.Forward(spide.Pass{Train: true, Step: step}, images, batch)
//	logits, err := e.Logits()
//	// … the gradient of the loss with respect to the logits …
//	err = e.BackwardLogits(gLogits)
//	err = e.Accumulate()
//	// … an optimiser with the rate Config.LearningRate(lr), since gradients are scaled by LossScale
//
// The maps are those of package layer. An average pooling is a block with a layer of neurons of its own.
// An [Executor] is for one goroutine; a mini-batch is divided among several by giving each its own, with
// maps that share their values, and adding up the gradients.
//
// # Work follows spikes
//
// Spikes travel as lists: in the backward stage one couple in a hundred fires in a tick. A dense map
// adds one row of weights for each; maps of other kinds may have lists too, by implementing [SpikeMap],
// and take whole arrays otherwise. A sample that nothing reaches costs nothing. The samples of a batch go
// through the ticks in groups, whose membranes stay in the cache of a core. [Executor.Activity]
// counts synaptic events, updates and multiplications as event-driven hardware would have them. Package
// event runs the two stages on the event-driven engine, as an [Engine] of an executor.
//
// # Exactness
//
// Comparisons with thresholds are inclusive. Sums have one order, that of package dense, on top of the
// constant current, in ascending order of the sender; products are rounded before they are added. Hence
// a batch gives the bits of its samples one by one. With weights and inputs on a dyadic grid all sums of
// neurons without leak are exact, in float32 as in float64. Membranes are held in the unit of the weights
// that spikes bring, with constants such as 1/θ in the threshold.
//
// # Beside the spikes
//
// [Executor.FixedPoint] and [Executor.ExactBackward] compute the equilibrium and the exact implicit
// gradient by iteration, to measure what spikes miss, and to train the twin of a network that differs in
// its backward stage alone.
//
// The paper's text was not available: formulas follow the authors' code and our derivation, and where
// the two could differ, the reference vectors in testdata/golden/spide decide.
package spide
