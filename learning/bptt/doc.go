// Package bptt trains spiking networks by back-propagation through time with surrogate gradients: the
// baseline that online training is set beside. It takes the networks that package ottt describes, with the
// same parameters, initial weights, kernels and spikes; what differs is the way back, and the memory it
// needs.
//
// # The equations
//
// Forward, for populations of leaky integrate-and-fire neurons with reset by subtraction, at ticks
// t = 1, …, T:
//
//	u[t] = λ·(u[t-1] - V·s[t-1]) + W·s_in[t] + b        charge, after the reset of the tick before
//	s[t] = 1 if u[t] ≥ V, else 0                        fire
//	o[t] = W·s_in[t] + b                                readout, without membrane
//
// Let L = Σ_t L[t](o[t]) and δ[t] = ∂L/∂u[t]. Backward, from tick T to tick 1 and in each from the readout
// to the input,
//
//	∂L/∂s[t] = Σ W_outᵀ·δ_out[t] + Σ W_fbᵀ·δ_fb[t+1]    to targets of the tick, and of feedback
//	δ[t]     = ∂L/∂s[t]·ψ(u[t]) + λ·δ[t+1]              δ[T+1] = 0
//	∇W       = Σ_t δ[t]·s_in[t]ᵀ,   ∇b = Σ_t δ[t]
//
// where ψ stands in for the derivative of a spike (dense.Surrogate), and the way from s[t] over the reset
// -λ·V·s[t] to u[t+1] is left out: the reset is detached, as in the runs that the authors of online
// training compare with. For a node without neurons δ[t] is ∂L/∂output[t]. An input that stays the same is
// sent through the first weights once, and Σ_t δ[t] back through them once.
//
// # What is the same as in online training, and what is not
//
// The parameters are those of [ottt.Net.Params] by name, shape and order, and [Net.Initialise] draws the
// same values. Loss and logits of a batch are those of [ottt.Net.Learn] in mode [ottt.Accumulate], bit by
// bit, with the same neurons dropped. Gradients agree for the weights of the last hidden layer (ottt.md
// §7.2) and for a readout that is not traced. Elsewhere they differ:
//
//   - Below the last hidden layer online training leaves out how an earlier spike acts over the membranes of
//     the layers above.
//   - Bias gradients differ in all hidden layers: online training does not trace the constant 1 that a bias
//     is fed with.
//   - Projection.Traced has no meaning here.
//   - Feedback is followed back in time; online training cuts it.
//
// # Memory and time
//
// Potentials and spikes of every tick are kept until the way back has used them, two numbers per neuron,
// tick and sample: [Net.HistoryBytes]. For 784-512-512-10, 128 samples and float32 that is 1.05 MB a tick.
// Everything else is as large for one tick as for a thousand.
//
// Ticks are taken one by one in both directions. One product over the samples of all ticks would be no
// faster once a batch has a hundred samples (measured for 6·128 rows of 512), and would need scratch memory
// for all ticks.
//
// [Net.Forward] keeps no history: it is the inference of online training.
//
// # A baseline in a few lines
//
//	network, err := ottt.NewFC(784, 512, 512, 10).Network()
//	net, err := bptt.New[float32](network)
//	err = net.Initialise(seed)
//	for step, batch := range batches {
//		b := ottt.Batch{Samples: 128, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}, Seed: seed, Step: step}
//		result, err := net.Learn(b, batch.Input, batch.Labels, optimiserStep)
//	}
//
// # Sources
//
// The surrogate, the neuron and the detached reset are those of M. Xiao, Q. Meng, Z. Zhang, D. He, Z. Lin,
// "Online Training Through Time for Spiking Neural Networks" (NeurIPS 2022, arXiv 2210.04195). "ottt.md" in
// comments is the project's specification drawn from paper and code.
package bptt
