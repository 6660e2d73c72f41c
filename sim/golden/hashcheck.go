package golden

import (
	"errors"
	"fmt"
	"math"

	"couplet/sim"
	"couplet/sim/stats"
)

// portableValues are the expected values of a file of schema snn-portable/1.
type portableValues struct {
	NSpikes      *whole        `json:"n_spikes"`
	SHA256       string        `json:"sha256"`
	Prefixes     []prefix      `json:"prefix_every_100_steps"`
	First        []spike       `json:"first_200"`
	RateE        *float64      `json:"rate_E_Hz"`
	RateI        *float64      `json:"rate_I_Hz"`
	CV           *float64      `json:"mean_cv_isi"`
	NFirst10k    *whole        `json:"n_spikes_first_10000_steps"`
	HashFirst10k string        `json:"sha256_first_10000_steps"`
	Final        *finalWeights `json:"final_weights"`
}

// prefixSteps is the distance in steps of the hashes of prefixes.
const prefixSteps = 100

// prefix is the number of spikes so far and the beginning of their hash.
type prefix struct {
	spikes whole
	hash   string
}

// UnmarshalJSON reads the list [number of spikes, digits].
func (p *prefix) UnmarshalJSON(b []byte) error { return tuple(b, &p.spikes, &p.hash) }

// spike is a spike of the list of the first ones.
type spike struct{ step, id whole }

// UnmarshalJSON reads the list [step, id].
func (s *spike) UnmarshalJSON(b []byte) error { return tuple(b, &s.step, &s.id) }

// portableExpectation knows the values and where to find what they are compared with.
type portableExpectation struct {
	values     *portableValues
	tickMs     float64
	ticks      int64
	excitatory int // neurons below this index are excitatory
	plastic    *sim.Projection
}

// RelativeTolerance is that of rates and other figures computed from spikes.
const RelativeTolerance = 1e-9

func (x *portableExpectation) check(r Recordings, ticks int64) error {
	trains := r.Spikes()
	if len(trains) != 1 {
		return fmt.Errorf("%d spike recordings, want 1", len(trains))
	}
	if err := errors.Join(x.checkFirst(trains[0], ticks), x.checkHashes(trains[0], ticks)); err != nil {
		return err
	}
	if ticks < x.ticks {
		return nil
	}
	return errors.Join(x.checkFigures(trains[0]))
}

// checkFirst compares the first spikes one by one.
func (x *portableExpectation) checkFirst(train *sim.SpikeTrain, ticks int64) error {
	h := newSpikeHash(train)
	for i, want := range x.values.First {
		if int64(want.step) > ticks {
			break
		}
		if i >= train.Len() {
			return fmt.Errorf("spike %d is missing, want neuron %d at step %d", i, want.id, want.step)
		}
		if s := h.at(i); train.Ticks[s] != int64(want.step) || whole(train.Neurons[s]) != want.id {
			return fmt.Errorf("spike %d is of neuron %d at step %d, want neuron %d at step %d",
				i, train.Neurons[s], train.Ticks[s], want.id, want.step)
		}
	}
	return nil
}

// checkHashes compares the hashes of all prefixes that the run covers; the first difference tells
// the 100 steps in which it arose.
func (x *portableExpectation) checkHashes(train *sim.SpikeTrain, ticks int64) error {
	h, checked := newSpikeHash(train), 0
	compare := func(tick int64, spikes *whole, hash string) error {
		if tick > ticks || hash == "" {
			return nil
		}
		checked++
		h.to(tick)
		if have := h.sum()[:min(len(hash), 64)]; have != hash || spikes != nil && whole(h.next) != *spikes {
			return fmt.Errorf("the first %d steps have %d spikes with hash %s, want %v with %s", tick, h.next, have, shown(spikes), hash)
		}
		return nil
	}
	for i := range x.values.Prefixes {
		p := &x.values.Prefixes[i]
		if err := compare(prefixSteps*int64(i+1), &p.spikes, p.hash); err != nil {
			return err
		}
	}
	if err := compare(x.ticks, x.values.NSpikes, x.values.SHA256); err != nil {
		return err
	}
	h = newSpikeHash(train) // the first 10000 steps may end before the last prefix
	if err := compare(10000, x.values.NFirst10k, x.values.HashFirst10k); err != nil {
		return err
	}
	if checked == 0 {
		return fmt.Errorf("no hash is known of the first %d steps", ticks)
	}
	return nil
}

// shown is a number that may be unknown.
func shown(n *whole) string {
	if n == nil {
		return "?"
	}
	return n.text()
}

// checkFigures compares rates and irregularity.
func (x *portableExpectation) checkFigures(train *sim.SpikeTrain) error {
	population := train.Recorder.From.Population
	part := func(v sim.View) stats.Recording {
		own := *train
		own.Recorder = &sim.Recorder{What: "spikes", From: v}
		return stats.Recording{Spikes: &own, TickMs: x.tickMs, To: x.ticks}
	}
	var bad reports
	figure := func(name string, want *float64, have func() float64) {
		if want == nil {
			return
		}
		if h := have(); !(math.Abs(h-*want) <= RelativeTolerance*math.Abs(*want)) {
			bad.add("%s is %.12g, want %.12g", name, h, *want)
		}
	}
	figure("rate of excitatory neurons", x.values.RateE, part(population.Slice(0, x.excitatory)).RateHz)
	figure("rate of inhibitory neurons", x.values.RateI, part(population.Slice(x.excitatory, population.Size)).RateHz)
	figure("mean CV of intervals", x.values.CV, func() float64 {
		cv, _ := part(population.All()).MeanCV()
		return cv
	})
	return bad.err()
}
