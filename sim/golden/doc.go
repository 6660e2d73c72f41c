// Package golden reads networks whose spikes are known, so that a simulator can be held against
// them. It is support for tests: no part of a simulation needs it.
//
// Two formats are read, told apart by their field "schema" and described next to the files in
// testdata/golden/nest/README.md:
//
//   - snn-golden/1, small networks given neuron by neuron and connection by connection, with the
//     expected spike steps or times, potentials and weights;
//   - snn-portable/1, large networks given by a seed rule, with hashes of the expected spikes.
//
// A file becomes a [Case]: a [couplet/sim.Network] that records all that is known about it, and
// the expected values. The case then checks what any simulator has recorded:
//
//	for _, f := range golden.Files(t, "nest") {
//		c, err := golden.Load(f.Path)
//		…compile c.Network and run c.Ticks ticks…
//		require.NoError(t, c.Check(simulator, c.Ticks))
//	}
//
// Times are in ms, steps are ticks, potentials in mV, currents in pA. Spike steps have to agree
// exactly, the rest within the tolerances declared in this package.
package golden
