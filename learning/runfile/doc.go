// Package runfile reads and writes run files: a training as plain data in YAML.
//
//	train: mnist-ottt
//	seed: 1
//	data: {set: mnist, first: 10_000, normalise: usual}
//	network:
//	  fc: {hidden: [256, 256]}
//	rule:
//	  ottt: {mode: accumulate, ticks: 6, mse: 0.05}
//	optimiser:
//	  sgd: {lr: 0.1, momentum: 0.9}
//	batch: 128
//	epochs: 3
//
// [Load] gives a [train.Config]. All faults of a file are told together, each with line, column, path of
// the field, what is wrong and what would be valid; values can be overridden by their path, as in
// "optimiser.sgd.lr=0.05". [Write] writes a run with every value in it.
//
// The tables of keys in this package are the only place where the keys of a run file are declared: reader,
// writer and the tables of docs/learning.md are made from them.
package runfile
