// Package train is the course of a training: data, network, rule and optimiser of a [Config] become a
// [Session], which goes from mini-batch to mini-batch until it is done.
//
//	data, err := config.Data.Open(ctx, config.Seed)
//	session, err := train.New(config, data, pool)
//	for !session.Done() {
//		for !session.EpochDone() {
//			progress, err := session.Step(ctx)
//		}
//		epoch, err := session.CloseEpoch(ctx, nil)
//	}
//	err = session.SaveModel(file, runFile)
//
// # Rules and engines
//
// A rule is one of OTTT and SPIDE, or back-propagation through time, which both are set beside. OTTT and
// SPIDE run on two engines: the batched executors, in float32 or float64, and the event engine of package
// sim, in float64 and sample by sample. Both give the same spikes and, but for the order of sums, the same
// updates.
//
// # The same weights again
//
// Everything random follows from the seed and the place in training: the division of the data, the order of
// an epoch, augmentation, dropout masks, initial weights. So a checkpoint holds parameters, the optimiser's memory
// and the place, and a session that is restored from it comes to the same weights, bit for bit. A
// mini-batch is divided into Config.Parts parts, whose gradients are added in their order: the number of
// workers that share the parts changes no bit.
//
// # What is measured
//
// [Tally] sums up an epoch: loss and accuracy on the training samples while the weights changed, spikes by
// population, and synaptic events forward, backward and for the weight update. [Session.Evaluate]
// gives accuracy, confusion, firing rates, and latency, the accuracy if the answer is taken after each
// tick.
//
// # Loss scale
//
// SPIDE multiplies the loss by a scale, for couples count in quanta. Optimisers whose step is proportional to the
// gradient (sgd, heavy_ball, nesterov) take it back through the learning rate, as the reference does, which
// also weakens a weight decay by the scale (spide.md §3). The others are given gradients without it.
package train
