// Package estimate makes the estimates of the literature from a run of the engine: the operations of the
// MAC/AC method, a conventional network of the same graph to compare with, and the metrics of NeuroBench.
//
//	run := estimate.Run{Network: net, Activity: simulator.Activity(), Spikes: simulator.Spikes()}
//	ops, err := estimate.Operations(run, opcount.Exact())
//	ops.Report.SpikesPerSynapse()                          // decides between spikes and numbers
//	bill, err := hwmodel.Price(ops.Conventional(false), profile, hwmodel.Conditions{})
//	metrics, err := estimate.NeuroBench(run)
//
// # From a network to operations
//
// A projection whose rule is a dense map, a convolution or a pooling becomes the map of package opcount with
// the weights that are not zero, and the recorded spikes of its sources arrive at it. Every other projection,
// and one whose sources were not recorded as a whole, is taken as the engine counted it: its synapses and
// its synaptic events, those of weight 0 included. Both are exact; Notes tells which were taken which way.
//
// Stimuli are inputs and no synapses: a current that stands for the product of an image with the first
// weights is in neither side of a comparison. Notes says so.
//
// # What a conventional network is here
//
// One multiply-accumulate for every synapse, once per inference: dense, without sparsity of activations, without
// biases and activation functions, and without any claim that such a network is as accurate. Memory traffic is left
// out, or counted as one read of a weight for each multiply-accumulate.
package estimate
