package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"couplet/internal/kernel"
	"couplet/internal/limits"
	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/wheel"
	"couplet/synapse"
)

func newBenchCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "bench",
		Short: "Measure delivery, neuron update and queue against this machine's own limits",
		Long: `Measure this machine's limits (random updates of arrays of several sizes, stream reads) and then
couplet's spike delivery, neuron update and event queue, and print them as percent of the limit. Takes
under a minute. Other programs that run at the same time lower all figures.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := bench(c.Context(), c.OutOrStdout()); err != nil {
				return runError{err}
			}
			return nil
		},
	}
}

// bench prints the limits and the engine's figures.
func bench(ctx context.Context, w io.Writer) error {
	fmt.Fprintf(w, "couplet %s, %s kernels, %d threads\n\n", version(), kernel.Current(), runtime.GOMAXPROCS(0))
	measured, err := limits.Measure(ctx, limits.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "limits of this machine")
	for _, r := range measured.Updates {
		fmt.Fprintf(w, "  random update, %2d threads, %6d KiB each: %7.0f M/s\n", r.Threads, r.Bytes>>10, r.Median/1e6)
	}
	for _, r := range measured.Reads {
		fmt.Fprintf(w, "  stream read,   %2d threads:              %7.1f GB/s\n", r.Threads, r.Median/1e9)
	}
	fmt.Fprintln(w, "\nengine, one worker")
	for _, neurons := range []int{10_000, 100_000} {
		if err := benchDelivery(ctx, w, measured, neurons); err != nil {
			return err
		}
	}
	benchUpdate(w)
	benchQueue(w)
	return nil
}

// benchDelivery measures synaptic events per second in a network in which every neuron is made to
// fire by turns: neurons are parrots, so that next to nothing but delivery is left.
func benchDelivery(ctx context.Context, w io.Writer, measured limits.Limits, neurons int) error {
	const indegree, firing, ticks = 1000, 100, 200
	net := sim.NewNetwork("bench", sim.Seed(1))
	lif := neuron.NewPSCDelta()
	lif.VTh = 1e6 // nobody fires by itself
	population := net.Population("neurons", neurons, lif)
	net.Project(population, population, synapse.FixedInDegree(indegree), synapse.Fixed(0.125, 1.5))
	p, err := sim.Compile(net, sim.Options{Workers: 1, Host: sim.ClockedHosting})
	if err != nil {
		return err
	}
	s := p.Start()
	if err := s.RunTicks(ctx, 1); err != nil {
		return err
	}
	quiet, err := timed(func() error { return s.RunTicks(ctx, ticks) })
	if err != nil {
		return err
	}
	spikes := make([]uint32, firing*neurons/10_000)
	before := s.Activity().Projections[0].Events
	busy, err := timed(func() error {
		for t := range ticks {
			for k := range spikes {
				spikes[k] = uint32((t*len(spikes) + k) * 7919 % neurons)
			}
			if err := s.Inject(population, spikes...); err != nil {
				return err
			}
			if err := s.Step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	events := float64(s.Activity().Projections[0].Events - before)
	rate := events / max((busy-quiet).Seconds(), 1e-9)
	limit := measured.UpdatesAt(4*neurons, 1)
	fmt.Fprintf(w, "  delivery, %6d neurons, in-degree %d: %7.0f M synaptic events/s, %3.0f %% of the random-update limit; %.2f bytes/synapse\n",
		neurons, indegree, rate/1e6, 100*rate/limit, p.Describe().Projections[0].BytesPerSynapse())
	return nil
}

// benchUpdate measures updates of neurons without input per kernel level.
func benchUpdate(w io.Writer) {
	const n, rounds = 10_000, 2000
	portable := 0.0
	for _, level := range kernel.Levels() {
		restore := kernel.SetLevel(level)
		v, drive := make([]float64, n), make([]float64, n)
		ref, in := make([]int32, n), make([]int32, n)
		for i := range drive {
			drive[i] = 0.011 + float64(i)*1e-7
		}
		c := kernel.DeltaConst{P: 0.995, Quantum: 0.125, Vmin: -1e6, Vth: 2, Vreset: 0, Refractory: 20}
		spikes := make([]uint32, 0, n)
		took, _ := timed(func() error {
			for range rounds {
				spikes = kernel.Delta64(v, drive, ref, in, &c, 0, spikes[:0])
			}
			return nil
		})
		restore()
		rate := n * rounds / took.Seconds()
		if level == kernel.Portable {
			portable = rate
		}
		fmt.Fprintf(w, "  update of iaf_psc_delta, %-8v kernel: %6.2f G updates/s, %.1f × portable\n", level, rate/1e9, rate/portable)
	}
}

// benchQueue measures the hold model: pop the least event and push it back later.
func benchQueue(w io.Writer) {
	const size, rounds = 1 << 15, 2_000_000
	var q wheel.Queue
	for k := range uint64(size) {
		q.Push(wheel.Event{Tick: int64(k * 7919 % 600), Key: k})
	}
	took, _ := timed(func() error {
		for k := range int64(rounds) {
			e, _ := q.Pop(wheel.None - 1)
			e.Tick += 1 + k*7919%600
			q.Push(e)
		}
		return nil
	})
	fmt.Fprintf(w, "  queue, %d events: %.1f M hold operations/s\n", size, rounds/took.Seconds()/1e6)
}

// timed runs work and tells how long it took.
func timed(work func() error) (time.Duration, error) {
	start := time.Now()
	err := work()
	return time.Since(start), err
}
