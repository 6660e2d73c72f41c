// Package sim is the event-driven engine: it describes spiking networks, compiles them into compact
// tables and runs them on one discrete-event scheduler.
//
// A network is plain data ([Network]): populations, projections, stimuli, recorders. [Compile]
// checks it and turns it into a [Program]: who is updated when, which synapses lie where, in how
// many bytes. [Program.Start] makes a [Simulator], which runs.
//
// # Time
//
// Time is counted in ticks. Tick t carries the state from (t-1)·TickMs to t·TickMs; a neuron that
// crosses its threshold in it emits a spike of tick t. Over a projection with a delay of d ticks that
// spike arrives in tick t+d, and everything that arrives in a tick at one input port of a neuron is
// summed before the neuron is updated. A delay of 0 is allowed along an acyclic order of
// populations: the spike then crosses to the next level within its tick.
//
// # Scheduler
//
// Everything is an event: the arrival of a spike list over a projection, the update of a
// population, a predicted threshold crossing, a change of a stimulus, a sample of a recorder. Events
// are ordered by (tick, level, population, kind, index) in a timing wheel (package sim/wheel).
//
// A population is hosted in one of two ways, which give the same spikes: clocked, its update event
// re-arms itself every tick and all neurons are updated together; or lazily, a neuron is touched
// only when a spike reaches it or when its next possible crossing comes, and decay over the gap is
// applied in closed form. If no event is due, time jumps.
//
// # Workers
//
// Every population is cut into as many contiguous shards as there are workers. A shard owns its
// neurons and the synapses that end in them, and runs its own events for a window of as many ticks
// as the shortest delay; then the shards exchange their spike lists. Inputs are summed in fixed
// point and random numbers are drawn by counter, so that spikes do not depend on the number of
// workers.
//
// # What it does not do
//
// The package reads and writes no files except the snapshots that it is handed a writer for;
// network files are read by sim/netfile, results are written by sim/result.
package sim
