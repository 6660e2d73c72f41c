package sim

import (
	"cmp"
	"fmt"
	"slices"

	"couplet/synapse"
)

// weightRecord collects what a weight recorder logs, one list per shard and piece.
type weightRecord struct {
	recorder *Recorder
	lists    []*weightList
}

// weightList is the log of one plastic piece.
type weightList struct {
	piece piece
	log   []weightLog
}

// recordWeights connects the weight recorders with the plastic tables.
func (s *Simulator) recordWeights() {
	for _, r := range s.prog.net.Recorders {
		if r.What != "weights" {
			continue
		}
		rec := &weightRecord{recorder: r}
		s.eachPlastic(r.Of, func(_ *shard, c piece, t *synapse.PlasticTable) {
			list := &weightList{piece: c}
			rec.lists = append(rec.lists, list)
			t.Log = tee(t.Log, func(sent int64, source, at uint32, w float64) {
				list.log = append(list.log, weightLog{sent, source, at, w})
			})
		})
		s.weights = append(s.weights, rec)
	}
}

type logFunc = func(sent int64, source, at uint32, weight float64)

// tee calls both functions; the first may be nil.
func tee(first, second logFunc) logFunc {
	if first == nil {
		return second
	}
	return func(sent int64, source, at uint32, w float64) {
		first(sent, source, at, w)
		second(sent, source, at, w)
	}
}

// eachPlastic visits the tables of a plastic projection, shard by shard.
func (s *Simulator) eachPlastic(of *Projection, visit func(sh *shard, c piece, t *synapse.PlasticTable)) {
	for _, sh := range s.shards {
		seen := map[*synapse.PlasticTable]bool{}
		for _, r := range sh.routes {
			if r.plastic == nil || r.projection.Projection != of || seen[r.plastic] {
				continue
			}
			seen[r.plastic] = true
			for _, c := range r.projection.pieces[sh.index] {
				if c.conn == r.conn {
					visit(sh, c, r.plastic)
				}
			}
		}
	}
}

// Weights returns what the weight recorders have logged so far, in the order of the recorders.
func (s *Simulator) Weights() []*WeightLog {
	var logs []*WeightLog
	for _, rec := range s.weights {
		w := &weightRows{}
		for _, list := range rec.lists {
			ordinals, targets := placeOf(list.piece)
			for _, l := range list.log {
				w.add(l.sent, ordinals[l.at], l.source, targets[l.at], l.weight)
			}
		}
		logs = append(logs, w.log(rec.recorder))
	}
	return logs
}

// FinalWeights returns the weight of every synapse of a plastic projection, as handed on by the
// last presynaptic spike of a tick up to sent (or initial), in the order of ordinals. Spikes up to
// that tick that are still on their way count: dendritic delays make them see the past only. Sent
// must not exceed the present tick, nor lie so far back that later spikes have arrived already: at
// least the present tick minus the projection's shortest delay.
func (s *Simulator) FinalWeights(of *Projection, sent int64) (*WeightLog, error) {
	if sent > s.tick {
		return nil, fmt.Errorf("sim: final weights: tick %d lies after the present tick %d", sent, s.tick)
	}
	if arrived := s.tick - s.shortestDelay(of); sent < arrived {
		return nil, fmt.Errorf("sim: final weights: spikes of ticks up to %d have arrived already; tick %d lies before", arrived, sent)
	}
	w := &weightRows{}
	var err error
	s.eachPlastic(of, func(sh *shard, c piece, t *synapse.PlasticTable) {
		saved := t.Save()
		sh.settle(t, sent)
		arrived := t.Arrived()
		synapse.Places(c.spec, c.conn, func(at, source, target uint32, ordinal uint64) {
			w.add(s.tick, ordinal, source, target, arrived[at])
		})
		if e := t.Restore(saved); e != nil {
			err = e
		}
	})
	return w.log(&Recorder{What: "weights", Of: of}), err
}

// shortestDelay is the shortest delay of a plastic projection in ticks.
func (s *Simulator) shortestDelay(of *Projection) int64 {
	shortest := s.tick // without synapses nothing has arrived
	for _, sh := range s.shards {
		for _, r := range sh.routes {
			if r.projection.Projection == of {
				shortest = min(shortest, r.delay)
			}
		}
	}
	return shortest
}

// settle lets the spikes in flight that were sent up to a tick act on a plastic table.
func (s *shard) settle(t *synapse.PlasticTable, sent int64) {
	log := t.Log
	t.Log = nil
	void := synapse.Sink{Sum64: make([]int64, t.Slots())}
	for tick := max(0, s.run.tick-s.prog.maxDelay); tick <= sent; tick++ {
		for _, r := range s.routes {
			if r.plastic != t || tick+r.delay <= s.run.tick {
				continue
			}
			for _, p := range s.run.ring.all(r.projection.from.index, tick) {
				if p.tick == tick {
					t.Deliver(r.class, tick, p.spikes.Neurons, uint32(r.projection.From.Lo), &void)
				}
			}
		}
	}
	t.Log = log
}

// weightRows sorts entries by (tick, ordinal).
type weightRows struct{ rows []weightRow }

type weightRow struct {
	tick           int64
	ordinal        uint64
	source, target uint32
	weight         float64
	order          int
}

func (w *weightRows) add(tick int64, ordinal uint64, source, target uint32, weight float64) {
	w.rows = append(w.rows, weightRow{tick, ordinal, source, target, weight, len(w.rows)})
}

func (w *weightRows) log(r *Recorder) *WeightLog {
	slices.SortFunc(w.rows, func(a, b weightRow) int {
		return cmp.Or(cmp.Compare(a.tick, b.tick), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.order, b.order))
	})
	l := &WeightLog{Recorder: r}
	for _, e := range w.rows {
		l.Ticks, l.Ordinals = append(l.Ticks, e.tick), append(l.Ordinals, e.ordinal)
		l.Sources, l.Targets = append(l.Sources, e.source), append(l.Targets, e.target)
		l.Weights = append(l.Weights, e.weight)
	}
	return l
}
