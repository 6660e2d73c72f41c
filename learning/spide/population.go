package spide

import (
	"couplet/internal/dense"
	"couplet/learning/layer"
)

// population is a layer of neurons, which the backward stage uses as couples, for a batch of samples.
// All arrays are batch × neurons, rows are samples; spikes are those of a group. Nothing in it grows with
// the number of ticks.
type population[F layer.Real] struct {
	neurons int
	// cell has the constants of the stage, in the unit of u.
	cell dense.Membrane[F]
	// unit is what a membrane of 1 in u means: u is kept in the unit of the weights that reach it by
	// spikes, so that a spike adds them as they are. It holds the factor of the norm restriction and,
	// in the backward stage, the constants θ_B/θ and 1/(1−p).
	unit float64

	u      []F
	sum    []F    // Σ λ^(T−t)·s[t], signed in the backward stage
	busy   []bool // per sample of the group: its neurons are to be updated in the next tick, reached or not
	spikes *Spikes[F]
	before *Spikes[F] // of the tick before: a ring of one layer still delivers them while it fires
	array  []F        // of spikes

	count []int32 // forward spikes
	rate  []F     // a
	gate  []bool  // 0 < a < 1
	total []int32 // backward spikes of either sign
	open  []bool  // gate, and not dropped by the block that begins here in the backward stage
	beta  []F     // β
	delta []F     // (m ⊙ β)/θ as a block sees it, by its mask and factor

	saturated int
	updates   [stages]int64
}

func newPopulation[F layer.Real](neurons int) *population[F] {
	return &population[F]{neurons: neurons, spikes: new(Spikes[F]), before: new(Spikes[F])}
}

// hold makes room for a batch.
func (l *population[F]) hold(batch int) {
	n := batch * l.neurons
	for _, s := range []*[]F{&l.u, &l.sum, &l.rate, &l.beta, &l.delta} {
		*s = grown(*s, n)
	}
	l.count, l.total = grown(l.count, n), grown(l.total, n)
	l.gate, l.open = grown(l.gate, n), grown(l.open, n)
}

// grown returns s with n values, allocating only when n has not been reached before.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// rest puts all membranes to zero, before a stage, and sets the constants of the cells. The leak comes
// after the reset.
func (l *population[F]) rest(threshold, quantum, leak float64) {
	l.cell = dense.Membrane[F]{
		Before: 1, Threshold: F(threshold / l.unit), Quantum: F(quantum / l.unit), After: F(leak), Trace: F(leak),
	}
	clear(l.u)
	clear(l.sum)
}

// leaky tells whether membranes decay.
func (l *population[F]) leaky() bool { return l.cell.After != 1 }

// current is a constant current into a layer, a row for every sample. Without rows there is none. A
// sample without current need not be touched.
type current[F layer.Real] struct {
	rows    []F
	neurons int
	flows   []bool // per sample
}

// set takes the rows and notes the samples that have some current.
func (c *current[F]) set(rows []F, batch, neurons int) {
	c.rows, c.neurons, c.flows = rows, neurons, grown(c.flows, batch)
	for b := range batch {
		c.flows[b] = nonzero(c.row(b)) > 0
	}
}

func (c *current[F]) row(sample int) []F { return c.rows[sample*c.neurons:][:c.neurons] }

func (c *current[F]) reaches(sample int) bool { return c.rows != nil && c.flows[sample] }

// sampleRows are the rows on which a sample is updated, as long as the largest layer.
type sampleRows[F layer.Real] struct{ input, spikes []F }

// tick updates the neurons of all samples of a group that a current or a delivery reaches or that are still
// busy, and takes their spikes. A silent sample costs nothing.
//
// A membrane that is still at its threshold after a tick has fired in it, hence a sample without leak
// is busy only after spikes.
func (l *population[F]) tick(stage Stage, g group, c *current[F], deliveries []delivery[F], via *courier[F], rows *sampleRows[F]) {
	if l.spikes.array == nil {
		l.spikes, l.before = l.before, l.spikes
		l.spikes.begin(stage == Backward)
	}
	input := rows.input[:l.neurons]
	for k := range g.samples {
		fired, spikes := false, l.spikes.row(k, rows.spikes[:l.neurons])
		if l.gather(k, c, deliveries, input, via) {
			fired = l.update(stage, g.first+k, input, spikes)
			l.busy[k] = fired || l.leaky()
			l.updates[stage] += int64(l.neurons)
		}
		l.spikes.take(k, spikes, fired)
		l.countSpikes(stage, g.first+k, k)
	}
}

// countSpikes adds the listed spikes of a sample to its counts, sample number b of the batch and k of the
// group.
func (l *population[F]) countSpikes(stage Stage, b, k int) {
	counts := l.count
	if stage == Backward {
		counts = l.total
	}
	counts = counts[b*l.neurons:][:l.neurons]
	neurons, _ := l.spikes.Of(k)
	for _, i := range neurons {
		counts[i]++
	}
}

// gather adds up the input of a sample of the group and tells whether its neurons are to be updated.
func (l *population[F]) gather(sample int, c *current[F], deliveries []delivery[F], input []F, via *courier[F]) bool {
	touched := l.busy[sample]
	if c.reaches(sample) {
		copy(input, c.row(sample))
		touched = true
	} else {
		clear(input)
	}
	for i := range deliveries {
		if d := &deliveries[i]; d.reaches(sample) {
			d.add(sample, input, via)
			touched = true
		}
	}
	return touched
}

// update is the tick of one sample of the batch:
//
//	u += I;  s = [u ≥ V];  u ← λ·(u − θ·s);  sum ← λ·sum + s
//
// or with couples, whose two neurons are one signed membrane, q = [u ≥ V_B] − [u ≤ −V_B] in place of s.
func (l *population[F]) update(stage Stage, sample int, input, spikes []F) (fired bool) {
	lo, hi := sample*l.neurons, (sample+1)*l.neurons
	if stage == Backward {
		return l.cell.Couple(l.u[lo:hi], input, spikes, l.sum[lo:hi]) > 0
	}
	return l.cell.Fire(l.u[lo:hi], input, spikes, l.sum[lo:hi]) > 0
}

// weightOfTicks is Σ_(k<T) λ^k, computed as the neurons compute their weighted counts, so that a
// neuron that fires in every tick has the rate 1 exactly.
func weightOfTicks[F layer.Real](leak F, ticks int) F {
	if leak == 1 {
		return F(ticks)
	}
	sum := F(0)
	for range ticks {
		sum = F(leak*sum) + 1
	}
	return sum
}
