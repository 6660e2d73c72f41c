package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"couplet/neuron"
	"couplet/synapse"
)

// Snapshot writes everything that the rest of the run depends on: the state of every neuron, spikes
// in flight, random streams, plastic weights and traces, and what has been recorded and counted so
// far. A simulator restored from it runs on byte for byte like this one.
func (s *Simulator) Snapshot(w io.Writer) error {
	if s.err != nil {
		return s.err
	}
	e := newEncoder(w)
	e.raw([]byte(snapshotMagic))
	e.text(s.prog.fingerprint())
	e.u64(uint64(s.prog.shards))
	e.u64(s.prog.seed)
	e.i64(s.tick)
	e.flag(s.prog.countActive)
	for _, sh := range s.shards {
		sh.save(e)
	}
	s.saveSpikes(e)
	s.saveRecords(e)
	s.saveControls(e)
	return e.close()
}

// Branch makes an independent simulator that stands where this one stands.
func (s *Simulator) Branch() (*Simulator, error) {
	var b bytes.Buffer
	if err := s.Snapshot(&b); err != nil {
		return nil, err
	}
	return s.prog.Restore(&b)
}

// SnapshotInfo reads the beginning of a snapshot: the number of workers and the seed that a
// program needs to restore it, and the tick at which it was taken.
func SnapshotInfo(r io.Reader) (workers int, seed uint64, tick int64, err error) {
	d := newDecoder(r)
	h := d.header()
	return h.shards, h.seed, h.tick, d.err
}

type snapshotHeader struct {
	fingerprint string
	shards      int
	seed        uint64
	tick        int64
	countActive bool
}

func (d *decoder) header() snapshotHeader {
	magic := make([]byte, len(snapshotMagic))
	d.raw(magic)
	if d.err != nil || string(magic) != snapshotMagic {
		d.err = fmt.Errorf("%w: not a couplet snapshot of version %d", ErrSnapshot, snapshotMagic[len(snapshotMagic)-1])
	}
	h := snapshotHeader{fingerprint: d.text()}
	shards := d.u64()
	if shards < 1 || shards > maxShards {
		d.fail("%d workers, want 1 to %d", shards, maxShards)
		shards = 1
	}
	h.shards = int(shards)
	h.seed, h.tick = d.u64(), d.i64()
	if h.tick < 0 || h.tick > maxRunTicks {
		d.fail("tick %d is out of range", h.tick)
	}
	h.countActive = d.flag()
	return h
}

// Restore makes a simulator from a snapshot of the same network, compiled with the same seed, the
// same number of workers and the same hosting.
func (p *Program) Restore(r io.Reader) (*Simulator, error) {
	d := newDecoder(r)
	h := d.header()
	switch {
	case d.err != nil:
		return nil, d.err
	case h.shards != p.shards:
		return nil, fmt.Errorf("%w: it was taken with %d workers, the program is compiled for %d", ErrSnapshot, h.shards, p.shards)
	case h.seed != p.seed:
		return nil, fmt.Errorf("%w: it was taken with seed %d, the program has %d", ErrSnapshot, h.seed, p.seed)
	case h.countActive != p.countActive:
		return nil, fmt.Errorf("%w: it was taken %s counting active neurons, the program is compiled %s", ErrSnapshot, withOrWithout(h.countActive), withOrWithout(p.countActive))
	case h.fingerprint != p.fingerprint():
		return nil, fmt.Errorf("%w: it was taken of another network, or with another hosting", ErrSnapshot)
	}
	s, err := p.newSimulator()
	if err != nil {
		return nil, err
	}
	s.tick = h.tick
	for _, sh := range s.shards {
		sh.load(d)
	}
	s.loadSpikes(d)
	s.loadRecords(d)
	s.loadControls(d)
	if err := d.close(); err != nil {
		return nil, err
	}
	for _, sh := range s.shards {
		if err := sh.checkWakes(s.tick); err != nil {
			return nil, err
		}
	}
	s.rearm()
	return s, nil
}

func withOrWithout(x bool) string {
	if x {
		return "with"
	}
	return "without"
}

// checkWakes refuses a state in which a neuron was due before the snapshot was taken.
func (s *shard) checkWakes(now int64) error {
	for _, h := range s.hosts {
		for i := range h.wakes.at {
			if w := h.lazily.Wake(i); w <= now {
				return fmt.Errorf("%w: neuron %d of population %q was due in tick %d", ErrSnapshot, h.lo+i, h.Name, w)
			}
		}
	}
	return nil
}

// fingerprint names a compiled network: what it describes and how it is hosted.
func (p *Program) fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %v %v\n", p.net.Name, p.net.TickMs, p.net.Steps)
	for _, q := range p.populations {
		fmt.Fprintf(h, "%q %d %s %T%+v %v %v\n", q.Name, q.Size, q.info.Name, q.Model, q.Model, q.lazy, q.single)
		for _, name := range sortedKeys(q.each) {
			fmt.Fprintf(h, "%s %v\n", name, q.each[name])
		}
	}
	for _, q := range p.projections {
		fmt.Fprintf(h, "%q %d %d %d %d %T%+v %T%+v\n", q.Name, q.From.Lo, q.From.Hi, q.To.Lo, q.To.Hi, q.Rule, q.Rule, q.Synapse, q.Synapse)
	}
	for _, s := range p.stimuli {
		fmt.Fprintf(h, "%q %d %d %T%+v %v %v\n", s.Name, s.To.Lo, s.To.Hi, s.Drive, s.Drive, s.Weight, s.DelayMs)
	}
	for _, r := range p.net.Recorders {
		fmt.Fprintf(h, "%q %d %d %v\n", r.What, r.From.Lo, r.From.Hi, r.EveryMs)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// save writes the state of a shard.
func (s *shard) save(e *encoder) {
	for _, h := range s.hosts {
		if h.n > 0 {
			for _, c := range h.state.Columns() {
				saveColumn(e, c)
			}
		}
		e.u64(uint64(len(h.injected)))
		for _, l := range h.injected {
			list(e, l)
		}
		list(e, []int64{h.activity.Spikes, h.activity.Negative, h.activity.Updates, h.activity.Muted, h.activity.Active})
		for _, t := range h.plastic {
			savePlastic(e, t.Save())
		}
	}
	for _, g := range s.gaps {
		list(e, g.next)
		list(e, g.draws)
	}
	for _, sm := range s.samples {
		list(e, sm.ticks)
		list(e, sm.values)
	}
	for i := range s.counts {
		e.i64(s.counts[i].Events)
		e.i64(s.counts[i].Spikes)
	}
	list(e, s.drives)
}

// load reads what save wrote into a fresh shard.
func (s *shard) load(d *decoder) {
	for _, h := range s.hosts {
		if h.n > 0 {
			for _, c := range h.state.Columns() {
				loadColumn(d, c)
			}
			if checked, ok := h.state.(interface{ Check() error }); ok && d.err == nil {
				if err := checked.Check(); err != nil {
					d.fail("population %q: %s", h.Name, plain(err))
				}
			}
		}
		if n := d.u64(); n > 1 {
			d.fail("population %q has %d lists of injected spikes, want at most 1", h.Name, n)
		} else if n == 1 {
			h.injected = append(h.injected, h.checkedSpikes(d, readList[uint32](d)))
		}
		counts := make([]int64, 5)
		fill(d, "activity", counts)
		a := &h.activity
		a.Spikes, a.Negative, a.Updates, a.Muted, a.Active = counts[0], counts[1], counts[2], counts[3], counts[4]
		for _, t := range h.plastic {
			if saved := loadPlastic(d); d.err == nil {
				if err := t.Restore(saved); err != nil {
					d.fail("%s", plain(err))
				}
			}
		}
	}
	for i := range s.gaps {
		fill(d, "poisson times", s.gaps[i].next)
		fill(d, "poisson draws", s.gaps[i].draws)
		s.gaps[i].check(d, s)
	}
	for _, sm := range s.samples {
		sm.ticks, sm.values = readList[int64](d), readList[float64](d)
		if len(sm.values) != len(sm.ticks)*max(sm.hi-sm.lo, 0) {
			d.fail("a recorder has %d values of %d samples", len(sm.values), len(sm.ticks))
		}
	}
	for i := range s.counts {
		s.counts[i].Events, s.counts[i].Spikes = d.i64(), d.i64()
	}
	fill(d, "stimulus counts", s.drives)
}

// check refuses Poisson spikes that lie in the past.
func (g *gapState) check(d *decoder, s *shard) {
	for k := range g.next {
		tick, ok := g.tick(s, k)
		if g.draws[k] < 1 || !(g.next[k] >= 0) || ok && tick <= s.run.tick {
			d.fail("poisson state of neuron %d is out of range (%g ms after %d draws)", k, g.next[k], g.draws[k])
			return
		}
	}
}

// checkedSpikes refuses spikes of neurons outside the shard.
func (h *host) checkedSpikes(d *decoder, spikes []uint32) []uint32 {
	for _, s := range spikes {
		if i := int(s &^ neuron.Negative); i < h.lo || i >= h.lo+h.n {
			d.fail("a spike of neuron %d, which is not in its shard of population %q", i, h.Name)
			return nil
		}
	}
	return spikes
}

func saveColumn(e *encoder, c neuron.Column) {
	e.text(c.Name)
	switch {
	case c.F64 != nil:
		list(e, c.F64)
	case c.F32 != nil:
		list(e, c.F32)
	case c.I64 != nil:
		list(e, c.I64)
	default:
		list(e, c.I32)
	}
}

func loadColumn(d *decoder, c neuron.Column) {
	if name := d.text(); d.err == nil && name != c.Name {
		d.fail("state variable %q, want %q", name, c.Name)
	}
	switch {
	case c.F64 != nil:
		fill(d, c.Name, c.F64)
	case c.F32 != nil:
		fill(d, c.Name, c.F32)
	case c.I64 != nil:
		fill(d, c.Name, c.I64)
	default:
		fill(d, c.Name, c.I32)
	}
}

func savePlastic(e *encoder, s synapse.Saved) {
	list(e, s.Weights)
	list(e, s.Handed)
	e.i64(s.Updates)
	e.u64(uint64(len(s.Rule)))
	for _, c := range s.Rule {
		e.text(c.Name)
		list(e, c.F64)
		list(e, c.I64)
	}
}

// maxRuleColumns bounds the columns of a plasticity rule's state.
const maxRuleColumns = 64

func loadPlastic(d *decoder) synapse.Saved {
	s := synapse.Saved{Weights: readList[float64](d), Handed: readList[float64](d), Updates: d.i64()}
	n := d.u64()
	if n > maxRuleColumns {
		d.fail("%d columns of plastic state", n)
		return s
	}
	for range n {
		s.Rule = append(s.Rule, synapse.Column{Name: d.text(), F64: readList[float64](d), I64: readList[int64](d)})
	}
	return s
}

// saveSpikes writes the spike lists that may still arrive.
func (s *Simulator) saveSpikes(e *encoder) {
	for tick := max(0, s.tick-s.prog.maxDelay); tick <= s.tick; tick++ {
		for p := range s.prog.populations {
			for _, part := range s.ring.all(p, tick) {
				if part.tick != tick {
					part.spikes = neuron.Spikes{}
				}
				list(e, part.spikes.Neurons)
				list(e, part.spikes.Before)
			}
		}
	}
}

func (s *Simulator) loadSpikes(d *decoder) {
	for tick := max(0, s.tick-s.prog.maxDelay); tick <= s.tick; tick++ {
		for p := range s.prog.populations {
			for k, sh := range s.shards {
				spikes := sh.hosts[p].checkedSpikes(d, readList[uint32](d))
				before := readList[float64](d)
				if len(before) > 0 && len(before) != len(spikes) {
					d.fail("%d precise times for %d spikes", len(before), len(spikes))
				}
				if len(spikes) == 0 || d.err != nil {
					continue
				}
				out := s.ring.open(p, tick, k)
				out.Neurons = append(out.Neurons, spikes...)
				out.Before = append(out.Before, before...)
			}
		}
	}
}

// saveRecords writes what the spike and weight recorders hold.
func (s *Simulator) saveRecords(e *encoder) {
	for _, t := range s.trains {
		list(e, t.Ticks)
		list(e, t.Neurons)
		list(e, t.Signs)
		list(e, t.Before)
	}
	for _, rec := range s.weights {
		for _, l := range rec.lists {
			e.u64(uint64(len(l.log)))
			for _, x := range l.log {
				e.i64(x.sent)
				e.u64(uint64(x.source)<<32 | uint64(x.at))
				list(e, []float64{x.weight})
			}
		}
	}
}

func (s *Simulator) loadRecords(d *decoder) {
	for _, t := range s.trains {
		t.Ticks, t.Neurons = readList[int64](d), readList[uint32](d)
		signs, before := readList[int8](d), readList[float64](d)
		t.Signs, t.Before = append(t.Signs, signs...), append(t.Before, before...)
		n := len(t.Ticks)
		if len(t.Neurons) != n || t.Signs != nil && len(t.Signs) != n || t.Before != nil && len(t.Before) != n {
			d.fail("the columns of a spike recorder differ in length")
		}
		for _, i := range t.Neurons {
			if int64(i) >= int64(t.Recorder.From.Hi) {
				d.fail("a recorded spike of neuron %d lies outside its population", i)
			}
		}
	}
	for _, rec := range s.weights {
		for _, l := range rec.lists {
			l.load(d)
		}
	}
}

func (l *weightList) load(d *decoder) {
	for n := d.u64(); n > 0 && d.err == nil; n-- {
		x := weightLog{sent: d.i64()}
		word := d.u64()
		x.source, x.at = uint32(word>>32), uint32(word)
		w := make([]float64, 1)
		fill(d, "weight", w)
		x.weight = w[0]
		if int64(x.at) >= l.piece.conn.Synapses() {
			d.fail("a recorded weight of synapse %d of %d", x.at, l.piece.conn.Synapses())
		}
		l.log = append(l.log, x)
	}
}
