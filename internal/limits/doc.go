// Package limits measures what the memory system of this machine can do, as a yardstick for the
// simulator: a delivery rate is only fast or slow next to the rate at which the machine changes
// scattered numbers at all.
//
// Two limits bound a network simulator:
//
//   - Random updates. A spike adds a weight to scattered neurons. How many such additions per second
//     a core can do depends on where the changed array lies: in the first cache, in the last one, or
//     in memory. RandomUpdates measures it over a range of array sizes (footprints).
//   - Stream reads. Synapses are read in long rows. StreamReads measures how many bytes per second
//     arrive that way.
//
// Training, which multiplies matrices, has a third limit:
//
//   - Arithmetic. FMAPeak and MulAddPeak measure how many operations per second the multipliers and
//     adders do when nothing else is asked of the processor.
//
// All are measured inside this process, with one and several threads, for a second or two. A figure
// is the median of many short repetitions, since anything else that runs on the machine disturbs some
// of them; a busy machine still gives lower figures. They belong into reports and into ratios of
// figures from the same process, never into a test.
//
//	l, err := limits.Measure(ctx, limits.Options{})
//	share := measured / l.UpdatesAt(4*neurons, 1)
//
// The memory comes from package mem, on huge pages where the system has them, as that of the
// simulator does.
package limits
