// Package optim has the optimisers of training: rules that move parameters along their gradients. It
// knows nothing of networks. A parameter is a named slice with a gradient of the same length, in
// float32 or float64, and whoever computes gradients fills them in:
//
//	weights := &optim.Param[float32]{Name: "fc1/weight", Value: w, Grad: dw}
//	o, err := optim.Build(optim.NewAdan(), optim.Group[float32]{Params: []*optim.Param[float32]{weights}})
//	for step := range steps {
//		// … fill dw …
//		err = o.Step(schedule.Factor(optim.Progress{Step: step}))
//	}
//
// # From a description to a running optimiser
//
// A [Config] is plain data: [SGD], [HeavyBall], [Nesterov], [Adam], [AdamW], [Adan] and [AdanPaper]
// are structs of hyper-parameters under the names that files use, with constructors that fill in
// documented defaults and a Validate that reports everything that is wrong at once. [Build] checks
// the description and allocates the state; an [Optimizer] allocates nothing while it runs.
//
// Parameters come in groups. A group may have options of its own, such as no weight decay for biases.
//
// # What is one step
//
// One call of [Optimizer.Step] is one update from the gradients as they stand. When to call it is the
// learning rule's business, and it changes the algorithm for every rule with moments: with OTTT a call
// per time step makes d = g_t - g_(t-1) of Adan measure the change of the instantaneous gradient in
// time, a call per mini-batch the change between mini-batches.
//
// Learning rates are not state. A [Schedule] is a pure function from the place in training to a factor
// of the learning rate, and the factor is an argument of Step; hence resuming a run needs no more than
// the number of steps done.
//
// # State
//
// [Optimizer.Columns] lists everything that an optimiser remembers as named slices, and
// [Optimizer.Restore] takes such a list back: the run goes on as if it had not been interrupted, bit
// for bit. [Config.Cost] tells how many words that is per parameter and what an update reads, writes
// and computes, which is what an on-chip learning engine pays for.
//
// # The same bits everywhere
//
// A product that meets a sum is rounded on its own, F(a*b) + c, so that no compiler fuses the two;
// powers come from internal/det; sums over gradients run in the order of the parameters. The same
// gradients give the same parameters on every machine.
//
// # Sources
//
// Each rule names its source. Adan follows X. Xie, P. Zhou, H. Li, Z. Lin, S. Yan, "Adan: Adaptive
// Nesterov Momentum Algorithm for Faster Optimizing Deep Models" (arXiv 2208.06677), in two variants
// that differ in the meaning of the betas and in more: [Adan] does what the authors' library computes,
// [AdanPaper] what the paper writes. Counts of operations are our own derivation from the formulas.
package optim
