package neurontest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"couplet/neuron"
)

// sameHosting holds clocked and lazy hosting against each other.
func sameHosting(tr trial) error {
	list, err := hosts(tr)
	if err != nil || len(list) < 2 {
		return err
	}
	return together(list[0], list[1], tr.ticks, tr.tolerance)
}

// together plays two hosts side by side: equal spikes, and variables that differ by no more than
// the tolerance relative to 1 plus their size.
func together(a, b *host, until int64, tolerance float64) error {
	for a.now < until {
		if err := sameSpikes(a.tick(), b.tick(), tolerance); err != nil {
			return err
		}
		if err := a.sameValues(a.read(a.now), b.read(b.now), tolerance); err != nil {
			return err
		}
	}
	return nil
}

func sameSpikes(a, b []fired, tolerance float64) error {
	same := slices.EqualFunc(a, b, func(x, y fired) bool {
		return x.tick == y.tick && x.neuron == y.neuron && math.Abs(x.before-y.before) <= tolerance
	})
	if !same {
		return fmt.Errorf("spikes differ: %v and %v", a, b)
	}
	return nil
}

func (h *host) sameValues(a, b []float64, tolerance float64) error {
	variables := h.model.Info().Variables
	for k := range a {
		if !(math.Abs(a[k]-b[k]) <= tolerance*(1+math.Abs(a[k]))) {
			return fmt.Errorf("tick %d, neuron %d: %s is %v and %v", h.now, k/len(variables), variables[k%len(variables)].Name, a[k], b[k])
		}
	}
	return nil
}

// sameShards holds two shards of half the neurons each against one shard of all.
func sameShards(tr trial) error {
	half := tr.build.N / 2
	for _, lazy := range []bool{false, true} {
		whole, err := newHost(tr, lazy, false, 0, tr.build.N)
		if err != nil {
			return err
		}
		if whole == nil {
			continue
		}
		left, err := newHost(tr, lazy, false, 0, half)
		if err != nil {
			return err
		}
		right, err := newHost(tr, lazy, false, half, tr.build.N-half)
		if err != nil {
			return err
		}
		for range tr.ticks {
			if err := sameSpikes(whole.tick(), append(left.tick(), right.tick()...), 0); err != nil {
				return err
			}
			if err := whole.sameValues(whole.read(whole.now), append(left.read(left.now), right.read(right.now)...), 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameAfterRestore stops half-way, carries the columns to a fresh state and goes on with both.
func sameAfterRestore(tr trial) error {
	list, err := hosts(tr)
	if err != nil {
		return err
	}
	for _, h := range list {
		for h.now < tr.ticks/2 {
			h.tick()
		}
		fresh, err := newHost(tr, h.lazy, false, 0, tr.build.N)
		if err != nil {
			return err
		}
		if err := fresh.restore(h.snapshot(), h.now); err != nil {
			return err
		}
		if err := together(h, fresh, tr.ticks, 0); err != nil {
			return fmt.Errorf("after restoring the columns: %w", err)
		}
	}
	return nil
}

// sameSums holds sums of 32 and of 64 bits against each other.
func sameSums(tr trial) error {
	for _, lazy := range []bool{false, true} {
		narrow, err := newHost(tr, lazy, false, 0, tr.build.N)
		if err != nil {
			return err
		}
		wide, err := newHost(tr, lazy, true, 0, tr.build.N)
		if err != nil {
			return err
		}
		if narrow == nil {
			continue
		}
		if err := together(narrow, wide, tr.ticks, 0); err != nil {
			return fmt.Errorf("sums of 32 and of 64 bits: %w", err)
		}
	}
	return nil
}

// clearedSlots checks the order of the spikes, and that updates clear what they read.
func clearedSlots(tr trial) error {
	list, err := hosts(tr)
	if err != nil {
		return err
	}
	multiple := tr.model.Info().Multiple
	for _, h := range list {
		for h.now < tr.ticks {
			spikes := h.tick()
			for k := 1; k < len(spikes); k++ {
				last, next := spikes[k-1].neuron&^neuron.Negative, spikes[k].neuron&^neuron.Negative
				if next < last || next == last && !multiple {
					return fmt.Errorf("tick %d: neuron %d is listed after neuron %d", h.now, next, last)
				}
			}
			for _, s := range spikes {
				if i := int(s.neuron &^ neuron.Negative); i < tr.build.First || i >= tr.build.First+tr.build.N {
					return fmt.Errorf("tick %d: spike of neuron %d; the shard has %d to %d", h.now, i, tr.build.First, tr.build.First+tr.build.N-1)
				}
				if s.neuron&neuron.Negative != 0 && !tr.model.Info().Signed {
					return fmt.Errorf("tick %d: negative spike of a model that is not signed", h.now)
				}
			}
			if err := h.slotsClear(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *host) slotsClear() error {
	for p, in := range h.in {
		for i, x := range in.Sum32 {
			if x != 0 {
				return fmt.Errorf("tick %d: slot %d of port %d still holds %d", h.now, i, p, x)
			}
		}
		if len(in.Timed) > 0 {
			return fmt.Errorf("tick %d: port %d still holds %d arrivals", h.now, p, len(in.Timed))
		}
	}
	return nil
}

// harmlessRead reads all variables, of lazy states also those of ticks to come, and checks that no
// column has changed.
func harmlessRead(tr trial) error {
	list, err := hosts(tr)
	if err != nil {
		return err
	}
	for _, h := range list {
		for h.now < tr.ticks {
			h.tick()
			if h.now%10 != 0 {
				continue
			}
			before := h.snapshot()
			h.read(h.now)
			if h.lazy && !slices.ContainsFunc(h.wake, func(w int64) bool { return w <= h.now+1 }) {
				h.read(h.now + 1)
			}
			for k, c := range h.snapshot() {
				if !sameColumn(c, before[k]) {
					return fmt.Errorf("tick %d: reading changed column %q", h.now, c.Name)
				}
			}
		}
	}
	return nil
}

func sameColumn(a, b neuron.Column) bool {
	return a.Name == b.Name && slices.Equal(a.F64, b.F64) && slices.Equal(a.F32, b.F32) &&
		slices.Equal(a.I64, b.I64) && slices.Equal(a.I32, b.I32)
}

// honestWake touches every neuron in every tick: none may fire before the tick that Wake gave, but
// for one at which something arrives.
func honestWake(tr trial) error {
	h, err := newHost(tr, true, false, 0, tr.build.N)
	if err != nil || h == nil {
		return err
	}
	l := h.state.(neuron.Lazy)
	for h.now < tr.ticks {
		promised := make([]int64, h.n)
		var every []uint32
		for i := range promised {
			promised[i] = l.Wake(i)
			if promised[i] <= h.now {
				return fmt.Errorf("tick %d: Wake of neuron %d gives tick %d, which is past", h.now, i, promised[i])
			}
			every = append(every, uint32(i))
		}
		h.now++
		arrived := make(map[uint32]bool)
		for _, a := range h.arrivals {
			if a.tick == h.now {
				h.deliver(a)
				arrived[uint32(a.neuron)] = true
			}
		}
		var out neuron.Spikes
		l.Touch(h.now, every, h.in, &out)
		for _, s := range out.Neurons {
			i := s&^neuron.Negative - uint32(tr.build.First)
			if !arrived[i] && promised[i] > h.now {
				return fmt.Errorf("tick %d: neuron %d fires, but Wake gave tick %d", h.now, i, promised[i])
			}
		}
	}
	return nil
}

// noAllocations counts the allocations of warm updates.
func noAllocations(m neuron.Model, o Options) error {
	tr := trial{
		model: m, ticks: o.Ticks, quantum: 1,
		build: neuron.Build{N: 16, TickMs: o.TickMs},
	}
	list, err := hosts(tr)
	if err != nil {
		return err
	}
	for _, h := range list {
		out := neuron.Spikes{Neurons: make([]uint32, 0, 1<<12), Before: make([]float64, 0, 1<<12)}
		every := make([]uint32, h.n)
		for i := range every {
			every[i] = uint32(i)
		}
		update := func() {
			h.now++
			out.Neurons, out.Before = out.Neurons[:0], out.Before[:0]
			for p := range h.in {
				h.deliver(arrival{tick: h.now, neuron: int(h.now) % h.n, port: p, units: 1})
			}
			if h.lazy {
				h.state.(neuron.Lazy).Touch(h.now, every, h.in, &out)
			} else {
				h.state.(neuron.Clocked).Step(h.now, h.in, &out)
			}
		}
		for range o.Ticks {
			update()
		}
		if n := testing.AllocsPerRun(100, update); n != 0 {
			return fmt.Errorf("an update (lazy: %v) allocates %v times", h.lazy, n)
		}
	}
	return nil
}
