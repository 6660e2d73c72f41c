package spide

import "couplet/internal/rng"

// drawMask draws the dropout mask of a batch: one entry per sample and output of the block, the same
// in every tick of both stages. The random numbers are addressed by block, training step, sample and
// output, so that they do not depend on how a mini-batch is divided.
func (p *projection[F]) drawMask(seed uint64, pass Pass, batch int) {
	p.mask = nil
	if !pass.Train || p.dropout == 0 {
		return
	}
	p.masks = grown(p.masks, batch*p.out)
	p.mask = p.masks
	step := rng.NewKey(seed, rng.Dropout, uint64(p.place)).Sub(pass.Step)
	keep := F(1 / (1 - p.dropout))
	for b := range batch {
		key, row := step.Sub(uint64(pass.First+b)), p.mask[b*p.out:][:p.out]
		for j := range row {
			row[j] = keep
			if key.Bernoulli(uint64(j), p.dropout) {
				row[j] = 0
			}
		}
	}
}

// kept is the share of outputs that dropout leaves, in the present batch.
func (p *projection[F]) kept() float64 {
	if p.mask == nil {
		return 1
	}
	return 1 - p.dropout
}
