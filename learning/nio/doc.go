// Package nio chooses how large the initial weights of a network are by looking at the gradients of
// single samples: NIO, neural initialization optimization by GradCosine (Y. Yang et al., NeurIPS 2022,
// arXiv 2210.05956).
//
// # The idea
//
// A step that helps one sample helps another one if their gradients point the same way. GradCosine is the
// mean cosine between the gradients g_i of n samples,
//
//	GC = (1/(n² − n)) · Σ_{i≠j} ⟨g_i, g_j⟩ / (|g_i|·|g_j|),
//
// and NIO raises it before training begins, while the mean norm of the gradients stays below a limit γ.
// All it changes is one factor α_l for each parameter tensor, θ_l = α_l·θ_l⁰: neither the architecture
// nor the directions of the drawn weights.
//
//	net, err := nio.NewOTTT(spiking, nio.OTTTOptions{Loss: loss.Instantaneous{Ticks: 6}})
//	report, err := nio.Init(net, sampler, nio.NewOptions())
//	fmt.Println(report)
//
// After [Init] the network holds the scaled weights, and the factors have done their work.
//
// # Everything follows from one Gram matrix
//
// Cosines, norms, the variance over samples, and the same for any division of the batch into overlapping
// parts are functions of the n × n inner products ⟨g_i, g_j⟩: a part's gradient is the mean of its samples'
// gradients, and so the inner product of two parts is the mean of a block ([Gram.Blocks]). A [Net] has to
// deliver these inner products and nothing else, and for spiking networks they cost less than gradients:
//
//	OTTT    g_i = Σ_t δ_i[t] ⊗ â_i[t]    ⟨g_i, g_j⟩ = Σ_{t,t'} ⟨δ_i[t], δ_j[t']⟩·⟨â_i[t], â_j[t']⟩
//	SPIDE   g_i = β_i ⊗ a_i              ⟨g_i, g_j⟩ = ⟨β_i, β_j⟩·⟨a_i, a_j⟩
//
// with errors δ and traces â at the two ends of a synapse, rates a and their errors β. [OTTT] and [SPIDE]
// use these forms for dense layers, and build the gradients of single samples for others.
//
// # The derivative by α
//
// NIO descends along the derivative of GC, or of the mean norm, by each α. [MLP], a float network, has it
// exactly ([Analytic]). The gradients of a spiking network are piecewise smooth in α, since at a finite
// number of ticks a spike comes or does not: there [Central] takes differences wide enough to see past
// single spikes, over the same input and random numbers, and [SPSA] does with two passes however many
// tensors there are.
//
// # Thresholds in place of weights
//
// To multiply all that reaches an integrate-and-fire neuron by α is to divide its threshold by α: on
// hardware, NIO takes one register write a population and not one write a synapse. [Thresholds] turns the
// result into such factors.
//
// # What it does not do
//
// GC need not rise with every objective: with a norm term ([GCNormRoot], the choice of the released code) the
// released log shows it falling slightly. And a sample without any error or without any presynaptic spike
// has a zero gradient, which has no direction: its cosines count as 0.
//
// # Exactness
//
// All arithmetic is float64, rounded product by product and in a fixed order, and random numbers are those of
// package rng: the same network, batches and options give the same factors everywhere.
//
// # Sources
//
// "nio.md" in comments is the specification that the project drew from the paper's abstract and the authors'
// published code; where it marks a formula as derived, that formula is not in the paper.
package nio
