// Package report writes down how a trained network does on samples that it has not seen.
//
//	e, err := session.Evaluate(ctx, data.Test, nil)
//	r, err := report.New(report.Subject{Run: "mnist", Set: "mnist", Part: "test", Version: "0.1.0"}, e)
//	fmt.Println(r.Accuracy(), r.Interval())
//	files, err := r.Files() // eval.json, tables, pictures, a page: the caller decides where they go
//
// # Files
//
//	confusion.csv   class, then the samples taken for each class
//	latency.csv     tick, samples predicted rightly after it, accuracy and its 95 % interval
//	rates.csv       population, neurons, spikes, spikes per neuron and tick
//	confusion, latency, rates as .svg and .png
//	report.html     all of it on one page that needs no network and no other file
//	eval.json       all numbers, with what was evaluated: the last one, so that it stands for the whole
//
// # Measures
//
// Accuracy is the part of samples whose class is predicted after the last tick, with the 95 % interval of
// Wilson. Recall, precision and F1 are those of package score. The loss is the mean cross entropy of the
// final outputs. A firing rate is in spikes per neuron and tick. Synaptic events count every meeting of
// a spike with a synapse.
//
// Nothing in the files depends on the wall clock or on the machine: equal evaluations give equal bytes.
package report
