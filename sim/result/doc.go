// Package result keeps what a run leaves behind: a directory that explains itself, that other tools
// read, and that couplet reads back to draw it again.
//
//	err := result.Write("out", result.Run{
//		Outline:  result.OutlineOf(net),
//		Config:   resolved, // the resolved configuration, as it is to stand in run.yaml
//		Version:  "couplet v1.0.0",
//		Seed:     net.Seed,
//		Activity: s.Activity(),
//		Spikes:   s.Spikes(), Traces: s.Traces(), Weights: s.Weights(),
//	})
//
// # Files
//
//	run.yaml      the resolved configuration: run it again for the same spikes
//	network.npz   only of a network with long lists, such as trained weights: run.yaml refers to it ([Run.Extra])
//	summary.json  version, seed, duration, exact counts, rates and statistics of every recording
//	timing.json   wall-clock times: the only file that differs between two equal runs
//	spikes.npz    per recorder: tick int64, neuron uint32, time_ms float64;
//	              sign int8 if spikes can be negative, before_ms float64 if they are precise
//	spikes.csv    time_ms,population,neuron[,sign] in order of time
//	traces.npz    per recorder: tick int64, time_ms float64, neuron uint32, values float64 [samples, neurons]
//	traces.csv    time_ms,population,variable,neuron,value
//	weights.npz   per recorder: tick int64, ordinal uint64, source and target uint32, weight float64
//	pictures/     every picture as PNG and SVG
//	report.html   all of it on one page that needs no network and no other file
//	checkpoint.snapshot  only of a run that was stopped: what it can be resumed from ([Run.Extra])
//
// On a step grid ticks are abstract steps: time_ms is left out of the archives, and the first column
// of the tables is called step. In an archive "exc/tick" is the array tick of the recorder exc; the
// names stand in summary.json. A directory has only the files for which something was recorded.
//
// # Promises
//
// Nothing half-written: everything goes into a temporary directory beside the target, which then
// takes its place by renaming (under Linux an earlier result and the new one change places in one
// step). An earlier result is replaced only if [Run.Force] is set, and a directory that couplet did
// not write is never touched.
//
// Two runs with the same spikes give the same bytes, whatever the number of workers and however often
// they were stopped and resumed. Wall-clock times and the machine's name are kept in timing.json alone,
// so that everything else can be compared by checksum.
//
// [Load] believes nothing: sizes, orders and indices are checked, memory is bounded, and an error
// names the file.
//
// [Figures] draws the pictures. What is left out of a picture (neurons of a large network, the end of
// a long run) is chosen by a fixed rule, never at random, and the caption says so.
package result
