// Package rng has the random numbers of the simulator: counter-based streams,
// each named by what it is for.
//
// A random number here is a pure function of five numbers:
//
//	(seed, purpose, id, index, counter)
//
// The seed is the user's. The Purpose says what the number decides: who
// connects to whom, a weight, a Poisson count. The id is the population's,
// projection's or stimulus' place in the network description; the index, which
// may be left out or repeated, narrows the stream to one neuron, row or
// synapse; the counter is the number's place in the stream, often the tick.
//
// Nothing is drawn from a shared source, so nothing depends on the order in
// which numbers are drawn. It follows that
//
//   - results are the same for any number of workers and any hosting mode;
//   - a run restarts from a checkpoint without stored generator states: the tick
//     is the state;
//   - a change of one population leaves the random numbers of every other one
//     alone;
//   - two purposes never share numbers, so that reordering the code of one
//     cannot shift the other.
//
// # Shape
//
//	key := rng.NewKey(seed, rng.Poisson, population)
//	u := key.Sub(neuron).Float64(tick)     // any number of the stream, directly
//
//	s := key.Sub(neuron).Stream()          // or one after the other
//	a, b := s.NextNormal(), s.NextNormal()
//
// A Key is two words and is passed by value; making one costs a few
// nanoseconds, a number from it about two. There is no state to lock.
//
// Floats come from the package det, so that they too are bit-equal on every
// machine.
//
// # Quality
//
// Each key is a permutation of the 64-bit counters: four rounds of xor-shift
// and multiplication with the key entering before the first and between the
// second and third. The tests count pairs, runs and bits between neighbouring
// counters, keys, purposes, ids and seeds. The generator is not meant to keep
// secrets.
//
// # The portable stream
//
// SplitMix is apart from all this: the published SplitMix64 sequence, in which
// the portable network descriptions shared with other simulators are drawn.
package rng
