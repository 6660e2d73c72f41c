package event

import "couplet/internal/det"

// activity is what some of many neurons have: spikes of a tick, traces, errors. Silence is not listed.
type activity struct {
	list  []uint32  // the neurons that have a value, each once
	value []float64 // of all neurons, 0 for those not listed
}

func newActivity(neurons int) activity {
	return activity{list: make([]uint32, 0, neurons), value: make([]float64, neurons)}
}

// clear silences all neurons.
func (a *activity) clear() {
	for _, i := range a.list {
		a.value[i] = 0
	}
	a.list = a.list[:0]
}

// set gives a value other than 0 to a neuron that is not listed yet.
func (a *activity) set(i uint32, v float64) {
	a.list = append(a.list, i)
	a.value[i] = v
}

// collect lists the neurons that have a value, after value has been written to.
func (a *activity) collect() {
	a.list = a.list[:0]
	for i, v := range a.value {
		if v != 0 {
			a.list = append(a.list, uint32(i))
		}
	}
}

// assign copies b.
func (a *activity) assign(b *activity) {
	a.clear()
	a.list = append(a.list, b.list...)
	for _, i := range b.list {
		a.value[i] = b.value[i]
	}
}

// traces are those of ottt.md §1, â[t] = λ·â[t-1] + s[t], one for each presynaptic neuron. A trace is
// brought forward when its neuron spikes or when a synapse asks for it, and rests in between:
//
//	â[t] = λ^(t-t₀)·â[t₀]
//
// For λ a power of two that is what t - t₀ multiplications give, bit for bit; for others it is rounded
// once instead of t - t₀ times.
type traces struct {
	activity
	lambda float64
	listed []bool
	last   []int64 // tick t₀ of the value, of those listed
}

func newTraces(neurons int, lambda float64) *traces {
	return &traces{activity: newActivity(neurons), lambda: lambda, listed: make([]bool, neurons), last: make([]int64, neurons)}
}

// add lets a neuron spike, or an input act, at a tick.
func (tr *traces) add(i uint32, tick int64, amount float64) {
	if tr.listed[i] {
		tr.touch(i, tick)
		tr.value[i] += amount
		return
	}
	tr.set(i, amount)
	tr.listed[i], tr.last[i] = true, tick
}

// touch brings one trace to a tick.
func (tr *traces) touch(i uint32, tick int64) {
	switch gap := tick - tr.last[i]; {
	case gap == 1:
		tr.value[i] = float64(tr.lambda * tr.value[i])
	case gap > 1:
		tr.value[i] = float64(tr.value[i] * det.PowInt(tr.lambda, gap))
	}
	tr.last[i] = tick
}

// settle brings all traces to a tick; those that have faded to 0 leave the list.
func (tr *traces) settle(tick int64) {
	kept := tr.list[:0]
	for _, i := range tr.list {
		tr.touch(i, tick)
		if tr.listed[i] = tr.value[i] != 0; tr.listed[i] {
			kept = append(kept, i)
		}
	}
	tr.list = kept
}

// rest clears all traces, as at the start of a sample.
func (tr *traces) rest() {
	for _, i := range tr.list {
		tr.listed[i] = false
	}
	tr.clear()
}
