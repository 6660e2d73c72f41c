// Package reference simulates networks slowly and obviously. It exists so that tests can hold the
// engine of package sim against it on any network that can be described, and it is written to be
// believed after one reading:
//
//   - every synapse is a struct of its own, made by asking the rule and drawing weight and delay;
//   - every tick visits every neuron, whose equations stand there as in the specification, one
//     scalar at a time;
//   - what is on its way lies in a map from tick to arrivals;
//   - plastic synapses keep all spikes of their two neurons and look through the whole lists.
//
// It shares with the engine the description ([couplet/sim.Network]), the rules that enumerate
// synapses and the streams of random numbers, but no line of code that updates a neuron, a weight or a
// current. Inputs are summed in float64 in order of arrival, and functions are those of package math:
// results agree with the engine's to rounding, and spikes agree exactly unless a potential
// comes within rounding of the threshold.
//
// The time and order rules, equations and synapse rules are those of
// testdata/golden/nest/README.md; step-coded models follow OTTT (arXiv 2210.04195) and SPIDE (arXiv
// 2302.00232).
package reference
