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
	"couplet/internal/mem"
)

// benchOptions say how much bench measures.
type benchOptions struct {
	neurons []int         // sizes of the networks for delivery and of the populations for updates
	budget  time.Duration // for each measurement
}

func newBenchCommand() *cobra.Command {
	o := benchOptions{}
	asJSON := false
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure delivery, neuron update and queue against this machine's own limits",
		Long: `Measure this machine's limits - random updates of arrays of several sizes, stream reads - and then
couplet's spike delivery, neuron update and event queue, each as percent of the limit that bounds it:

  delivery  synaptic events per second of spikes into neurons with 1000 inputs each; the limit is the
            rate of random updates of an array as large as the input sums of a worker
  update    updates per second of iaf_psc_delta neurons without input, by kernel level; the limit is the
            rate at which a core copies, in its first cache, the bytes that an update reads and writes
  queue     events taken out and put in again per second (hold model); the limit is one random update
            for each in memory as large as the queue

Takes about a minute. Other programs that run at the same time lower all figures. couplet bench train
measures training.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, n := range o.neurons {
				if n < 1000 || n > 10_000_000 {
					return usageError(c, "--neurons %d: must be 1000 to 10000000", n)
				}
			}
			if o.budget <= 0 {
				return usageError(c, "--time %v: must be greater than 0", o.budget)
			}
			r, err := bench(c.Context(), newScreen(c.ErrOrStderr(), false), o)
			if err != nil {
				return runError{err}
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), r)
			}
			return r.write(c.OutOrStdout())
		},
	}
	fs := c.Flags()
	fs.IntSliceVar(&o.neurons, "neurons", []int{10_000, 100_000}, "sizes of the networks and populations")
	fs.DurationVar(&o.budget, "time", 1500*time.Millisecond, "time for each measurement")
	fs.BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(newBenchTrainCommand())
	return c
}

// benchReport is what bench measured.
type benchReport struct {
	Version   string           `json:"version"`
	Kernels   string           `json:"kernels"`
	Threads   int              `json:"threads"`
	Updates   []machineLimit   `json:"random_updates"` // per second, all threads together
	Reads     []machineLimit   `json:"stream_reads"`   // bytes per second, all threads together
	Deliver   []deliveryFigure `json:"delivery"`
	Neurons   []updateFigure   `json:"update"`
	HoldQueue queueFigure      `json:"queue"`
}

// machineLimit is a limit of the machine.
type machineLimit struct {
	Threads   int     `json:"threads"`
	Bytes     int     `json:"bytes_per_thread"`
	PerSecond float64 `json:"per_second"`
}

// share is a rate as a part of its limit.
type share struct {
	PerSecond float64 `json:"per_second"`
	Limit     float64 `json:"limit_per_second"`
	Percent   float64 `json:"percent_of_limit"`
}

func shareOf(rate, limit float64) share { return share{rate, limit, 100 * rate / limit} }

// bench measures everything.
func bench(ctx context.Context, s *screen, o benchOptions) (*benchReport, error) {
	defer s.clear()
	r := &benchReport{Version: version(), Kernels: kernel.Current().String(), Threads: runtime.GOMAXPROCS(0)}
	s.status("measuring the limits of this machine")
	measured, err := limits.Measure(ctx, limits.Options{Budget: o.budget})
	if err != nil {
		return nil, err
	}
	for _, u := range measured.Updates {
		r.Updates = append(r.Updates, machineLimit{u.Threads, u.Bytes, u.Median})
	}
	for _, u := range measured.Reads {
		r.Reads = append(r.Reads, machineLimit{u.Threads, u.Bytes, u.Median})
	}
	for _, neurons := range o.neurons {
		for _, workers := range benchWorkers() {
			s.status("measuring delivery to %d neurons", neurons)
			d, err := benchDelivery(ctx, measured, neurons, workers, o.budget)
			if err != nil {
				return nil, err
			}
			r.Deliver = append(r.Deliver, d)
		}
	}
	for _, neurons := range o.neurons {
		s.status("measuring updates of %d neurons", neurons)
		u, err := benchUpdate(ctx, neurons, o.budget)
		if err != nil {
			return nil, err
		}
		r.Neurons = append(r.Neurons, u...)
	}
	s.status("measuring the queue")
	r.HoldQueue, err = benchQueue(ctx, measured, o.budget)
	return r, err
}

// benchWorkers are the numbers of workers to measure delivery with: one, and as many as the machine runs.
func benchWorkers() []int {
	if n := runtime.GOMAXPROCS(0); n > 1 {
		return []int{1, n}
	}
	return []int{1}
}

// write prints the report as tables.
func (r *benchReport) write(w io.Writer) error {
	fmt.Fprintf(w, "couplet %s, %s kernels, %d threads\n\n", r.Version, r.Kernels, r.Threads)
	limit := newTable("limit of this machine", ">threads", ">bytes each", ">rate")
	for _, u := range r.Updates {
		limit.row("random update", fmt.Sprint(u.Threads), mem.FormatBytes(uint64(u.Bytes)), fmt.Sprintf("%.0f M/s", u.PerSecond/1e6))
	}
	for _, u := range r.Reads {
		limit.row("stream read", fmt.Sprint(u.Threads), mem.FormatBytes(uint64(u.Bytes/u.Threads)), fmt.Sprintf("%.1f GB/s", u.PerSecond/1e9))
	}
	if err := limit.write(w, ""); err != nil {
		return err
	}
	fmt.Fprintln(w)
	engine := newTable("couplet", ">neurons", ">workers", ">rate", ">of the limit", "")
	for _, d := range r.Deliver {
		engine.row("delivery", fmt.Sprint(d.Neurons), fmt.Sprint(d.Workers), fmt.Sprintf("%.0f M events/s", d.PerSecond/1e6),
			fmt.Sprintf("%.0f %%", d.Percent), fmt.Sprintf("%.2f bytes/synapse", d.BytesPerSynapse))
	}
	for _, u := range r.Neurons {
		engine.row("update, "+u.Kernel, fmt.Sprint(u.Neurons), "1", fmt.Sprintf("%.0f M updates/s", u.PerSecond/1e6),
			fmt.Sprintf("%.0f %%", u.Percent), fmt.Sprintf("%.1f × portable", u.Speedup))
	}
	q := r.HoldQueue
	engine.row("queue", "-", "1", fmt.Sprintf("%.1f M holds/s", q.PerSecond/1e6), fmt.Sprintf("%.0f %%", q.Percent), fmt.Sprintf("%d events", q.Events))
	return engine.write(w, "")
}
