package synapse

import "couplet/internal/det"

// decay gives exp(-n·h/tau) for whole numbers n of ticks of length h. Short gaps, by far the most
// frequent, come from a table that holds the same bits as the computation.
type decay struct {
	tick, tau float64 // ms
	table     []float64
}

// decayTableTaus is the length of the table in time constants, decayTableMax its largest length.
const (
	decayTableTaus = 8
	decayTableMax  = 4096
)

func newDecay(tauMs, tickMs float64) *decay {
	d := &decay{tick: tickMs, tau: tauMs}
	table := make([]float64, int(min(decayTableTaus*tauMs/tickMs+1, decayTableMax)))
	for n := range table {
		table[n] = d.at(int64(n))
	}
	d.table = table
	return d
}

func (d *decay) at(ticks int64) float64 {
	if uint64(ticks) < uint64(len(d.table)) {
		return d.table[ticks]
	}
	return det.Exp(-float64(float64(ticks)*d.tick) / d.tau)
}
