package main

import (
	"context"
	"slices"
	"time"
	"unsafe"

	"couplet/internal/kernel"
	"couplet/internal/limits"
	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/wheel"
	"couplet/synapse"
)

// deliveryFigure is the speed of spike delivery.
type deliveryFigure struct {
	Neurons         int     `json:"neurons"`
	InDegree        int     `json:"indegree"`
	Workers         int     `json:"workers"`
	BytesPerSynapse float64 `json:"bytes_per_synapse"`
	share
}

// benchDelivery measures synaptic events per second in a network in which one neuron of 100 is made to
// fire in every tick. The time of ticks without spikes is measured too and taken off, so that delivery
// is what is left.
func benchDelivery(ctx context.Context, measured limits.Limits, neurons, workers int, budget time.Duration) (deliveryFigure, error) {
	f := deliveryFigure{Neurons: neurons, InDegree: 1000, Workers: workers}
	net := sim.NewNetwork("bench")
	silent := neuron.NewPSCDelta()
	silent.VTh = 1e6 // nobody fires by itself
	population := net.Population("neurons", neurons, silent)
	net.Project(population, population, synapse.FixedInDegree(f.InDegree), synapse.Fixed(0.125, 1.5))
	p, err := compile(ctx, "bench", net, sim.Options{Workers: workers, Host: sim.ClockedHosting})
	if err != nil {
		return f, err
	}
	s := p.Start()
	fired, spikes := 0, make([]uint32, neurons/100)
	busyTick := func() error {
		for k := range spikes {
			spikes[k] = uint32(fired * 7919 % neurons) // 7919 is prime: every neuron in its turn
			fired++
		}
		if err := s.Inject(population, spikes...); err != nil {
			return err
		}
		return s.Step(ctx)
	}
	for range p.MaxDelay() + 1 { // until as many spikes arrive as are sent
		if err := busyTick(); err != nil {
			return f, err
		}
	}
	busy, err := roundTime(ctx, budget, busyTick)
	if err != nil {
		return f, err
	}
	if err := s.RunTicks(ctx, p.MaxDelay()+1); err != nil {
		return f, err
	}
	quiet, err := roundTime(ctx, budget/4, func() error { return s.Step(ctx) })
	if err != nil {
		return f, err
	}
	events := float64(len(spikes) * f.InDegree) // in the mean over the neurons, whose out-degrees vary
	f.share = shareOf(events/max(busy-quiet, 1e-9), measured.UpdatesAt(4*neurons/workers, workers))
	f.BytesPerSynapse = p.Describe().Projections[0].BytesPerSynapse()
	return f, nil
}

// updateFigure is the speed of neuron updates.
type updateFigure struct {
	Neurons int     `json:"neurons"`
	Kernel  string  `json:"kernel"`
	Speedup float64 `json:"times_portable"`
	share
}

// bytesPerUpdate is what an update of iaf_psc_delta moves: it reads potential and drive (8 bytes each),
// refractory time and input (4 bytes each), and writes all but the drive.
const bytesPerUpdate = 24 + 16

// benchUpdate measures updates of neurons without input for every kernel level of this machine.
func benchUpdate(ctx context.Context, neurons int, budget time.Duration) ([]updateFigure, error) {
	copied, err := copyRate(ctx, firstCache, budget/4)
	if err != nil {
		return nil, err
	}
	v, drive := make([]float64, neurons), make([]float64, neurons)
	ref, in := make([]int32, neurons), make([]int32, neurons)
	for i := range drive {
		drive[i] = 0.011 + float64(i)*1e-7
	}
	c := kernel.DeltaConst{P: 0.995, Quantum: 0.125, Vmin: -1e6, Vth: 2, Vreset: 0, Refractory: 20}
	spikes := make([]uint32, 0, neurons)
	var figures []updateFigure
	for _, level := range kernel.Levels() {
		restore := kernel.SetLevel(level)
		seconds, err := roundTime(ctx, budget/4, func() error {
			spikes = kernel.Delta64(v, drive, ref, in, &c, 0, spikes[:0])
			return nil
		})
		restore()
		if err != nil {
			return nil, err
		}
		f := updateFigure{Neurons: neurons, Kernel: level.String()}
		f.share = shareOf(float64(neurons)/seconds, copied/bytesPerUpdate)
		f.Speedup = 1
		if len(figures) > 0 {
			f.Speedup = f.PerSecond / figures[0].PerSecond
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// firstCache is a footprint that fits into the first cache of every processor. No update can move bytes
// faster than they are copied there.
const firstCache = 16 << 10

// copyRate measures how many bytes per second one thread reads and writes, both counted, when it copies
// from one half of so many bytes to the other.
func copyRate(ctx context.Context, bytes int, budget time.Duration) (float64, error) {
	from, to := make([]byte, bytes/2), make([]byte, bytes/2)
	for i := 0; i < len(from); i += 4096 {
		from[i] = 1 // or the system might keep one page of zeros for all
	}
	seconds, err := roundTime(ctx, budget, func() error {
		copy(to, from)
		return nil
	})
	return float64(bytes) / seconds, err
}

// queueFigure is the speed of the event queue.
type queueFigure struct {
	Events int `json:"events"`
	share
}

// benchQueue measures the hold model: take the least event out and put it back at a later time.
func benchQueue(ctx context.Context, measured limits.Limits, budget time.Duration) (queueFigure, error) {
	const events, holds = 1 << 15, 1 << 10
	var q wheel.Queue
	for k := range uint64(events) {
		q.Push(wheel.Event{Tick: int64(k * 7919 % 600), Key: k})
	}
	k := int64(0)
	seconds, err := roundTime(ctx, budget, func() error {
		for range holds {
			e, _ := q.Pop(wheel.None - 1)
			e.Tick += 1 + k*7919%600
			q.Push(e)
			k++
		}
		return nil
	})
	limit := measured.UpdatesAt(events*int(unsafe.Sizeof(wheel.Event{})), 1)
	return queueFigure{events, shareOf(holds/seconds, limit)}, err
}

// roundTime does a piece of work again and again for the given time, but at least three times, and
// returns the median of its durations in seconds. The median leaves out the rounds in which another
// program had the processor. The first round, which fills the caches, does not count.
func roundTime(ctx context.Context, budget time.Duration, work func() error) (seconds float64, err error) {
	if err := work(); err != nil {
		return 0, err
	}
	var rounds []time.Duration
	for end := time.Now().Add(budget); len(rounds) < 3 || time.Now().Before(end); {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		start := time.Now()
		if err := work(); err != nil {
			return 0, err
		}
		rounds = append(rounds, time.Since(start))
	}
	slices.Sort(rounds)
	return max(rounds[len(rounds)/2], time.Nanosecond).Seconds(), nil
}
