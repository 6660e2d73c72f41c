package synapse

import "fmt"

// pairRule is the weight change of a rule of spike-timing dependent plasticity, for one synapse.
type pairRule interface {
	// potentiate returns the weight after a pairing with a postsynaptic spike; k is the trace of the
	// presynaptic spikes at the time at which the synapse hears of it, slow the neuron's slow trace just before it.
	potentiate(w, k, slow float64) float64
	// depress returns the weight after a presynaptic spike; k is the trace of the postsynaptic spikes,
	// slow the row's slow trace just before the spike.
	depress(w, k, slow float64) float64
}

// pairing is the [Plasticity] of the rules of spike-timing dependent plasticity.
//
// All delay is dendritic: a presynaptic spike of tick t acts on the weight at t, a postsynaptic one
// of tick s reaches the synapse at s+d. At a presynaptic spike
//
//  1. for each postsynaptic spike s with t_last - d < s <= t - d, in order, the weight is potentiated with
//     K+·exp((t_last - (s+d))/tau_plus);
//  2. it is depressed with the postsynaptic trace at t-d, which counts the spikes strictly before t-d;
//  3. K+ ← K+·exp((t_last - t)/tau_plus) + 1 and t_last ← t, where t_last and K+ start at 0.
//
// Step 1 depends only on t_last and K+, so it can be made as soon as no presynaptic spike can come
// in between any more; settled[r] remembers up to which s that has been done.
type pairing struct {
	rule pairRule
	rows PlasticRows
	post history

	plus     *decay // of K+
	plusSlow *decay // of the slow presynaptic trace; nil for pair rules

	last    []int64   // per row: t_last
	settled []int64   // per row: postsynaptic spikes up to this tick have been applied
	trace   []float64 // per row: K+ just after t_last
	slow    []float64 // per row: slow trace just after t_last; nil for pair rules

	maxDelay int64
	limit    int // spikes in the history at which it is time to catch up
}

// historyPerNeuron is the mean number of kept spikes per neuron at which the history is shortened.
// A short history stays in cache, which lookups feel more than they feel the passes over all synapses:
// these come once in 16 postsynaptic spikes, while each presynaptic spike is a pass over its row.
const historyPerNeuron = 16

// timeConstants are those of the traces in ms; the slow ones are 0 for pair rules.
type timeConstants struct{ plus, minus, plusSlow, minusSlow float64 }

func newPairing(rule pairRule, tau timeConstants, rows PlasticRows, targets int, tickMs float64) (Plasticity, error) {
	longest, err := checkDelays(rows)
	if err != nil {
		return nil, err
	}
	n := rows.Len()
	p := &pairing{
		rule: rule, rows: rows, maxDelay: longest,
		plus: newDecay(tau.plus, tickMs),
		last: make([]int64, n), settled: make([]int64, n), trace: make([]float64, n),
		limit: historyPerNeuron * targets,
	}
	var minusSlow *decay
	if tau.plusSlow > 0 {
		minusSlow = newDecay(tau.minusSlow, tickMs)
		p.plusSlow = newDecay(tau.plusSlow, tickMs)
		p.slow = make([]float64, n)
	}
	p.post = newHistory(targets, newDecay(tau.minus, tickMs), minusSlow)
	for r := range n {
		delay, _, _ := rows.Row(r)
		p.settled[r] = -delay // t_last - d at the start
	}
	return p, nil
}

// checkDelays returns the longest delay of a table.
func checkDelays(rows PlasticRows) (longest int64, err error) {
	for r := range rows.Len() {
		delay, _, _ := rows.Row(r)
		if delay < 1 {
			return 0, fmt.Errorf("synapse: plastic synapses need a delay of at least 1 tick (row %d has %d)", r, delay)
		}
		longest = max(longest, delay)
	}
	return longest, nil
}

// Arrive implements [Plasticity]; the scale is 1.
func (p *pairing) Arrive(r int, sent int64) float64 {
	delay, targets, weights := p.rows.Row(r)
	heard := sent - delay // postsynaptic spikes up to here have reached the synapse
	gap := sent - p.last[r]
	var slow float64
	if p.slow != nil {
		slow = float64(p.slow[r] * p.plusSlow.at(gap))
		p.slow[r] = slow + 1
	}
	for j, target := range targets {
		past := p.post.upTo(target, heard)
		w := p.potentiated(weights[j], r, delay, past)
		weights[j] = p.rule.depress(w, p.post.trace(past, heard), slow)
	}
	p.trace[r] = float64(p.trace[r]*p.plus.at(gap)) + 1
	p.last[r] = sent
	p.settled[r] = heard
	return 1
}

// potentiated returns the weight w of a synapse of row r after step 1 of the rule with those of
// the past spikes that have not been applied yet.
func (p *pairing) potentiated(w float64, r int, delay int64, past []postSpike) float64 {
	for _, s := range after(past, p.settled[r]) {
		k := float64(p.trace[r] * p.plus.at(s.tick+delay-p.last[r]))
		w = p.rule.potentiate(w, k, s.slow)
	}
	return w
}

// NeedsPost implements [Plasticity].
func (p *pairing) NeedsPost() bool { return true }

// PostSpike implements [Plasticity].
func (p *pairing) PostSpike(target uint32, tick int64) { p.post.add(target, tick) }

// NeedsCatchUp implements [Plasticity].
func (p *pairing) NeedsCatchUp() bool { return p.post.count > p.limit }

// settles returns the last tick of postsynaptic spikes that can be applied to row r when all
// arrivals before tick now have been made: the next presynaptic spike arrives at now or later, so it was
// sent at now - d or later and looks at postsynaptic spikes up to now - 2d at least.
func settles(now, delay int64) int64 { return now - 2*delay }

// CatchUp implements [Plasticity].
func (p *pairing) CatchUp(now int64) {
	for r := range p.last {
		delay, targets, weights := p.rows.Row(r)
		until := settles(now, delay)
		if until <= p.settled[r] {
			continue
		}
		for j, target := range targets {
			weights[j] = p.potentiated(weights[j], r, delay, p.post.upTo(target, until))
		}
		p.settled[r] = until
	}
	p.post.forget(settles(now, p.maxDelay))
	// Where even the needed history is long, wait until it has doubled: passes stay rare.
	p.limit = max(historyPerNeuron*len(p.post.spikes), 2*p.post.count)
}

// Settled implements [Plasticity].
func (p *pairing) Settled(r int, now int64, dst []float64) []float64 {
	delay, targets, weights := p.rows.Row(r)
	until := settles(now, delay)
	for j, target := range targets {
		dst = append(dst, p.potentiated(weights[j], r, delay, p.post.upTo(target, until)))
	}
	return dst
}

// Save implements [Plasticity].
func (p *pairing) Save() []Column {
	c := []Column{
		{Name: "last", I64: append([]int64(nil), p.last...)},
		{Name: "settled", I64: append([]int64(nil), p.settled...)},
		{Name: "trace", F64: append([]float64(nil), p.trace...)},
	}
	if p.slow != nil {
		c = append(c, Column{Name: "trace_slow", F64: append([]float64(nil), p.slow...)})
	}
	return append(c, p.post.save()...)
}

// Restore implements [Plasticity].
func (p *pairing) Restore(saved []Column) error {
	f := columnFinder{saved: saved}
	n := len(p.last)
	last, settled, trace := f.ints("last", n), f.ints("settled", n), f.floats("trace", n)
	var slow []float64
	if p.slow != nil {
		slow = f.floats("trace_slow", n)
	}
	post := p.post.restored(&f)
	if f.err != nil {
		return f.err
	}
	copy(p.last, last)
	copy(p.settled, settled)
	copy(p.trace, trace)
	copy(p.slow, slow)
	p.post = post
	p.limit = max(historyPerNeuron*len(p.post.spikes), 2*p.post.count)
	return nil
}
