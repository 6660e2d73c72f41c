// Package ottt trains spiking networks by online training through time: errors travel back through the
// layers at every tick, never through time, and all that a synapse needs of the past is one number per
// presynaptic neuron, the trace of its spikes. Memory does not depend on how long a sample lasts.
//
// This is the batched executor: many samples at once, tick after tick, in float32 to train or float64 to
// be held against references.
//
// # The rule
//
// Per tick, for populations of leaky integrate-and-fire neurons with reset by subtraction (λ = 1 - 1/τ):
//
//	u_pre[t]  = λ·u_post[t-1] + W·s_in[t] + b        charge
//	s[t]      = 1 if u_pre[t] ≥ V, else 0            fire
//	u_post[t] = u_pre[t] - V·s[t]                    reset
//	â[t]      = λ·â[t-1] + s[t]                      trace
//
// and, from the error e[t] = ∂L[t]/∂o[t] of the logits of this tick back,
//
//	g[t]      = (W_outᵀ·g_out[t]) ⊙ ψ(u_pre[t])      ψ a surrogate for the derivative of a spike
//	∇W[t]     = g[t]·â_in[t]ᵀ,   ∇b[t] = g[t]
//
// In [Accumulate] mode (OTTT_A) the gradients of all ticks make one optimiser step, in [Online] mode
// (OTTT_O) each tick makes its own while membranes and traces live on.
//
// # From a description to a trained network
//
// A [Network] is plain data: nodes, and the projections that end in them. [FC], [VGG] and [NFResNet]
// write the descriptions of the paper's families, feedback included. [New] builds a [Net] from one, and
// [Net.Learn] trains it with a batch:
//
//	network, err := ottt.NewFC(784, 512, 512, 10).Network()
//	net, err := ottt.New[float32](network)
//	err = net.Initialise(seed)
//	for step, batch := range batches {
//		b := ottt.Batch{Samples: 128, Loss: loss.Instantaneous{Ticks: 6, MSE: 0.05}, Seed: seed, Step: step}
//		result, err := net.Learn(ottt.Accumulate, b, batch.Input, batch.Labels, optimiserStep)
//	}
//
// [Net.Begin], [Net.Tick], [Net.Hold], [Net.Backward] and [Net.Finish] are the same in single steps, for
// those who want to look inside ([Net.Populations]), to stop early, or to take losses of their own
// ([Net.BackwardFrom]). [Net.Twin] divides a batch between goroutines.
//
// # What a reader of the equations would get wrong
//
// The authors' code departs from the equations in places, and their results with it. The descriptions make
// each of them a switch, set as in that code by the functions that start with New:
//
//   - The layer fed by the input is not traced ([FC.TraceInput], [VGG.TraceInput]).
//   - The readout is traced, though logits have no memory ([FC.TraceReadout], [VGG.TraceReadout]).
//   - A residual network traces the convolutions of its blocks, but neither stem nor classifier, which real
//     values reach.
//
// What lies between a spike and a synapse, be it a constant, pooling, enlargement or dropout, acts on the
// trace as it does on the spike.
//
// # Counts
//
// [Net.Activity] tells what the rule has cost: spikes, and with [Net.CountSynapses] the synaptic events
// forward, the multiply-adds of errors on their way back and those of the weight update, silence left out.
//
// # Exactness
//
// The executor gives the spikes of the reference implementation bit for bit, and its gradients to 1e-9 in
// float64. Whatever decides about a spike is rounded product by product, so that results depend neither on
// the machine nor on the instructions it has.
//
// # Sources
//
// M. Xiao, Q. Meng, Z. Zhang, D. He, Z. Lin, "Online Training Through Time for Spiking Neural Networks"
// (NeurIPS 2022, arXiv 2210.04195), and the authors' published code. "ottt.md" in comments is the
// specification that the project drew from both; where it marks a formula as derived, that formula is not
// in the paper.
package ottt
