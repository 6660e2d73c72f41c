// Package neurontest is the conformance suite of neuron models: what the engine relies on and no
// type can say. Every model of package neuron passes it, and so should a model of your own:
//
//	func TestConformance(t *testing.T) {
//		neurontest.Run(t, NewMyModel(), neurontest.Options{Weight: 5, Current: 400})
//	}
//
// The suite draws random trials - a shard, parameters that differ between its neurons, arrivals and
// currents - and checks that
//
//   - clocked and lazy hosting give the same spikes and, to rounding, the same variables;
//   - the two halves of a population kept in two shards do what the whole does;
//   - a state restored from its columns goes on as the original does;
//   - sums of 32 and of 64 bits give the same;
//   - spikes come in order of index, and read slots are cleared;
//   - reading changes nothing;
//   - a neuron never fires before the tick that Wake gave;
//   - once warm, an update allocates nothing;
//   - parameters out of range are reported, with name, neuron and value.
//
// Each check is a function that returns an error, so that the tests of this package can show it
// models that are wrong on purpose.
package neurontest
