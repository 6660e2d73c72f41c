package spide

import "unsafe"

// group is a run of samples of the batch that go through the ticks of a stage together. What happens in
// a sample depends on no other, so that groups do not change a bit; but the membranes of a few samples
// stay in the cache of a core from tick to tick, where those of a batch would come from memory each time.
type group struct{ first, samples int }

// groupBytes is the size of what the neurons of a group read and write in a tick, about half of the second
// cache of a core.
const groupBytes = 512 << 10

// numbersPerNeuron is how many numbers a neuron reads and writes in a tick: potential, weighted count,
// constant current, and its spike on the way to the next layer.
const numbersPerNeuron = 4

// groupSize is the number of samples of a group. It is the whole batch for those who see all samples of a
// tick: an observer, and a choice between lists and arrays by the spikes of a tick.
func (e *Executor[F]) groupSize() int {
	if e.engine != nil || e.observe != nil || e.config.ListsUpTo < 1 {
		return e.batch
	}
	neurons := 0
	for _, l := range e.populations {
		neurons += l.neurons
	}
	var number F
	return min(e.batch, max(1, groupBytes/(numbersPerNeuron*neurons*int(unsafe.Sizeof(number)))))
}

// enter begins the ticks of the next group of so many samples, fewer at the end of the batch, with no
// spike on its way.
func (e *Executor[F]) enter(stage Stage, first, samples int) {
	e.group = group{first, min(samples, e.batch-first)}
	n := e.group.samples
	for i, l := range e.populations {
		l.enter(n, stage == Backward || l.leaky() || e.listed(i))
	}
	e.courier.hold(e.group.first, n*e.widest())
	e.driveRows = grown(e.driveRows, n*e.widest())
}

// listed tells whether somebody is to read the lists of the forward spikes of layer i: an engine makes and
// an observer reads them, and so do blocks that take lists.
func (e *Executor[F]) listed(i int) bool {
	to := e.feedback
	if i < len(e.between) {
		to = e.between[i]
	}
	return e.engine != nil || e.observe != nil || to != nil && to.lists != nil
}

// enter makes room for the spikes of so many samples.
func (l *population[F]) enter(samples int, lists bool) {
	l.busy = grown(l.busy, samples)
	clear(l.busy)
	l.before.hold(samples, l.neurons)
	if lists {
		l.spikes.hold(samples, l.neurons)
		return
	}
	l.array = grown(l.array, samples*l.neurons)
	l.spikes.holdArray(l.array, samples, l.neurons)
}

// leave ends the ticks of the group: it counts the spikes that were not listed, and those of the last tick
// that would go on through the feedback.
func (e *Executor[F]) leave(stage Stage) {
	for _, l := range e.populations {
		if l.spikes.array != nil {
			l.countArray(e.group)
		}
	}
	switch {
	case e.feedback == nil:
	case stage == Forward:
		e.last().spikes.count(e.inFlight[stage])
	default:
		e.populations[0].spikes.count(e.inFlight[stage])
	}
}

// countArray counts the forward spikes of neurons without leak, whose weighted counts are plain ones.
func (l *population[F]) countArray(g group) {
	counts := of(g, l.count, l.neurons)
	for j, n := range of(g, l.sum, l.neurons) {
		counts[j] = int32(n)
	}
}

// of returns the rows of the group in an array of the batch, with so many values for each sample.
func of[T any](g group, x []T, values int) []T {
	return x[g.first*values:][:g.samples*values]
}
