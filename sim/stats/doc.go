// Package stats computes the figures by which spike recordings of networks are compared: mean
// firing rate, irregularity of single neurons, synchrony of a population and correlation of its
// neurons. Results on disk, reference networks and tests all take them from here, so that a figure
// means the same everywhere.
//
// A [Recording] is a spike train together with the stretch of time that is analysed:
//
//	r := stats.Recording{Spikes: train, TickMs: 0.1, From: 1000, To: 11000} // skip the first 100 ms
//	rate := r.RateHz()               // spikes per second and neuron
//	cv, n := r.MeanCV()              // irregularity, over n neurons
//	fano := stats.Fano(r.Counts(30)) // synchrony in bins of 3 ms
//
// The definitions, in the symbols of their doc comments:
//
//   - rate: number of spikes / (number of neurons · length of the stretch). Silent neurons count.
//   - CV of inter-spike intervals: standard deviation / mean of the intervals of one neuron, the
//     standard deviation with divisor n (the number of intervals). The mean over the neurons with at
//     least [MinSpikes] spikes is the CV of the population. It is 0 for a clock and 1 for a Poisson
//     process without refractoriness.
//   - Fano factor of the population: variance (divisor n) / mean of the number of spikes of all
//     neurons together in one bin. It is 1 for independent Poisson neurons and grows with synchrony.
//   - correlation: Pearson's coefficient of the spike counts of two neurons in the same bins,
//     averaged over all pairs of neurons whose counts vary.
//
// Two networks are the same in a statistical sense if the distributions of these figures over neurons
// and pairs agree: [KS] is the distance of two such samples.
//
// Spikes of both signs count alike. Where too few spikes leave a figure without meaning, it is NaN.
// Nothing here decides a spike, and nothing is random: the same recording gives the same figures.
package stats
