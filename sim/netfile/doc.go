// Package netfile reads and writes networks as YAML files, the face of couplet for those who do not
// write Go:
//
//	network: brunel
//	tick: 0.1 ms
//	populations:
//	  exc: {model: iaf_psc_delta, size: 10000, params: {tau_m: 20 ms}}
//	  inh: {like: exc, size: 2500}
//	projections:
//	  - {from: exc, to: [exc, inh], rule: fixed_indegree, indegree: 1000, weight: 0.1 mV, delay: 1.5 ms}
//	record:
//	  - {what: spikes, from: [exc, inh]}
//	run: 1 s
//
// The smallest complete use:
//
//	net, err := netfile.Load("brunel.yaml", netfile.Options{})
//	if err != nil { ... } // all faults of the file, each with file, line and column
//	prog, err := sim.Compile(net, sim.Options{})
//
// [Write] is the way back; what it writes reads back as the same network. [Save] and [WriteSplit] put long
// lists, such as the weights of a trained network, into an archive of NumPy arrays beside the file. The
// whole format is described in docs/network.md.
//
// # Units
//
// In a file every quantity carries its unit. The network that is read has the units of package sim: ms,
// mV, pA, pF, Hz; steps and spikes per 1000 steps on a step grid. Units differ by powers of ten, and a quantity
// is converted before its text is rounded, so that 100 us and 0.1 ms are the same number.
//
// # One declaration for each key
//
// The tables of fields in this package (type table) declare each key of a file once: its name, what may
// stand there, what it means and how it is read. The reader goes through the tables; the JSON Schema
// ([Schema], docs/network.schema.json) and the tables of the manual are made from them; so are
// the lists of valid keys in messages. Models bring their parameters along ([neuron.Params], [synapse.Params]).
//
// # Two passes of checks
//
// Reading checks the form of a file: YAML, keys, types, units, names. Only if nothing is wrong the
// network checks itself ([sim.Network.Validate]), and its problems are told at the places of the fields
// concerned. So one mistake is not told twice, in two ways.
//
// # Limits
//
// A file is bounded in size, depth and number of values. Reading allocates in proportion to the file
// (and to the recordings and arrays that it names), never to the sizes of populations.
package netfile
