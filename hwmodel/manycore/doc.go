// Package manycore models neuromorphic chips made of many cores on a mesh: where the neurons of a network
// go, which messages their spikes make, and what every time-step costs in energy and time.
//
// There are three things to do with a chip, each with more knowledge of the network than the one before.
//
// # Map: does it fit, and where
//
//	chip, err := manycore.Named("loihi")                              // or Read, from a file
//	net, err := manycore.Describe(network, 0, nil)                    // populations, and who connects to whom
//	placement, err := manycore.Map(chip, net, manycore.MapOptions{})  // or ReadMapping and Check
//	placement.WriteTable(os.Stdout, chip)
//
// Every limit of the chip is checked before anything runs; what does not fit is a [*LimitError] that names the
// population, the core and the limit:
//
//	net.yaml:9:3: populations.hidden: population "hidden", neuron 0, on core 0.0: 4100 axons into the core exceed the limit of 4096 (axons_in_per_core: …)
//
// # Traffic: what the spikes of a run cause
//
//	spikes := manycore.SpikesOf(ticks, recorded)                      // or counts of spikes per neuron
//	traffic, err := chip.Traffic(net, placement, &spikes)
//
// Traffic counts spikes, messages, hops by direction and synaptic events, per core, population and
// projection, per link of the mesh, and per tick with the busiest cores. The counts are exact integers, ready
// for the price list of any chip.
//
//	located, err := manycore.Located(counts, network, net, placement, traffic) // counts of the run, core by core
//	err = manycore.WritePicture(w, chip, placement, traffic)                   // the mesh as SVG
//
// # Run: energy and time of every step
//
//	m, err := chip.Replay(net, placement, &spikes, manycore.ReplayOptions{})  // the same spikes, on the chip
//	m, err := manycore.NewMachine(chip, netlist)                              // or the chip's own neurons
//	run, err := m.Run(ctx, steps)
//
// A machine goes through the neurons of every core once per step. Somas take what was added up for them in the step
// before; a spike sends one message to every core it reaches, over the mesh first along x and then along
// y; the receiving core works through the synapses of the message. Two timing models say how long the step
// takes: the simple one lets every core work at full speed and takes the slowest; the detailed one estimates how
// messages hold each other up in the buffers of the links. [Step] has the energy of synapses, dendrites, somas,
// hops and both ends of messages.
//
// # Chips
//
// A chip is a YAML file ([Read]) with the keys that the many-core simulator SANA-FE uses for its
// architectures, and with limits. [Names] lists those that come with the package. A figure that no source gives is
// "unpriced": it is missing in the sums, and [Chip.Unpriced] and every [Run] say so.
//
// # Units and promises
//
// Energies are in joules, times in seconds, steps and ticks count from 1. The same input gives the same
// result, bit for bit: cores, neurons and equal times have a fixed order, products that decide spikes are
// rounded on their own, and random inputs depend on seed, neuron and step alone.
//
// # What it does not do
//
// Static power, learning, host traffic and the energy of the barrier are not part of the model; price them
// from counts. Only the buffer before the soma is modelled, and no unit from a plugin. The detailed time
// is an estimate: it takes no account of messages that meet in the routers cycle by cycle.
package manycore
