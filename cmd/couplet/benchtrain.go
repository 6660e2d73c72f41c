package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"couplet/internal/kernel"
	"couplet/internal/mem"
)

// benchTrainOptions say what bench train measures.
type benchTrainOptions struct {
	workers []int         // each setting is measured with these numbers of workers
	budget  time.Duration // for each measurement
	only    []string      // names of benchTrainGroups
	small   bool          // networks of a few neurons, to try the command out
}

// benchTrainGroups are the groups of settings, and what is measured about memory.
var benchTrainGroups = []string{"mlp", "conv", "ring", "lenet", "memory"}

func newBenchTrainCommand() *cobra.Command {
	o := benchTrainOptions{}
	asJSON := false
	c := &cobra.Command{
		Use:   "train",
		Short: "Measure training speed and memory",
		Long: `Measure how many samples a core trains with in a second, whole steps with SGD of momentum 0.9, in float32:

  mlp     784-512-512-10, 6 ticks: OTTT_A, OTTT_O and back-propagation through time
  conv    16C3-AP2-32C3-AP2, 6 ticks: OTTT_A and back-propagation through time
  ring    784-512-512-10 with feedback, SPIDE with 30 and 100 ticks, at several firing rates of the backward stage
  lenet   15C5V-AP2-40C5V-AP2-300, SPIDE with 30 and 100 ticks
  memory  live heap of the mlp against the number of ticks, of OTTT_A and of back-propagation through time

Images are drawn at random, with strokes that cover as much as those of MNIST. The learning rate is 0: all
figures are those of the initial weights. A core-second is a second of processor time, in which other programs do
not count. "Reference" is the code of the authors of the rules, on one thread of a processor, with PyTorch. It
was measured before, not in this run: the ratio tells the order of magnitude. Synaptic events are not counted,
as with count_events: false in a run file.

Takes about a minute and a half.`,
		Example: "  couplet bench train\n  couplet bench train --only ring,lenet --workers 1 --time 10s",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			r, err := benchTrain(c.Context(), newScreen(c.ErrOrStderr(), false), o)
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
	fs.IntSliceVar(&o.workers, "workers", benchWorkers(), "numbers of workers to measure with, each with as many parts of a mini-batch")
	fs.DurationVar(&o.budget, "time", 3*time.Second, "time for each measurement")
	fs.StringSliceVar(&o.only, "only", benchTrainGroups, "measure these only")
	fs.BoolVar(&asJSON, "json", false, "print JSON")
	fs.BoolVar(&o.small, "small", false, "networks of a few neurons, to try the command out")
	_ = fs.MarkHidden("small")
	_ = c.RegisterFlagCompletionFunc("only", cobra.FixedCompletions(benchTrainGroups, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// check reports what cannot be measured.
func (o benchTrainOptions) check(c *cobra.Command) error {
	for _, n := range o.workers {
		if n < 1 || n > 64 {
			return usageError(c, "--workers %d: must be 1 to 64", n)
		}
	}
	for _, g := range o.only {
		if !slices.Contains(benchTrainGroups, g) {
			return usageError(c, "--only %s: must be one of %s", g, strings.Join(benchTrainGroups, ", "))
		}
	}
	if len(o.only) == 0 || len(o.workers) == 0 {
		return usageError(c, "--only and --workers: must not be empty")
	}
	if o.budget <= 0 {
		return usageError(c, "--time %v: must be greater than 0", o.budget)
	}
	return nil
}

// benchTrainReport is what bench train measured.
type benchTrainReport struct {
	Version string         `json:"version"`
	Kernels string         `json:"kernels"`
	Threads int            `json:"threads"`
	Speed   []trainFigure  `json:"speed,omitempty"`
	Memory  *memoryFigures `json:"memory,omitempty"`
}

// benchTrain measures everything that was asked for.
func benchTrain(ctx context.Context, s *screen, o benchTrainOptions) (*benchTrainReport, error) {
	defer s.clear()
	r := &benchTrainReport{Version: version(), Kernels: kernel.Current().String(), Threads: runtime.GOMAXPROCS(0)}
	for _, setting := range trainSettings(o.small) {
		if !slices.Contains(o.only, setting.group) {
			continue
		}
		for _, workers := range o.workers {
			s.status("measuring %s of %s with %d workers", setting.rule, setting.network, workers)
			f, err := setting.measure(ctx, workers, o.budget)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", setting.rule, setting.network, err)
			}
			r.Speed = append(r.Speed, f)
		}
	}
	if !slices.Contains(o.only, "memory") {
		return r, nil
	}
	s.status("measuring memory")
	var err error
	r.Memory, err = benchMemory(ctx, o.small)
	return r, err
}

// write prints the report as tables.
func (r *benchTrainReport) write(w io.Writer) error {
	fmt.Fprintf(w, "couplet %s, %s kernels, %d threads\n", r.Version, r.Kernels, r.Threads)
	if len(r.Speed) > 0 {
		fmt.Fprintln(w)
		if err := r.speedTable().write(w, ""); err != nil {
			return err
		}
	}
	if r.Memory == nil {
		return nil
	}
	fmt.Fprintf(w, "\nlive heap, %s, %d samples\n", r.Memory.Network, r.Memory.Batch)
	if err := r.Memory.table().write(w, ""); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "OTTT_A grows by %.1f %% from %d to %d ticks.\n", r.Memory.GrowthPercent, r.Memory.Ticks[0].Ticks,
		r.Memory.Ticks[len(r.Memory.Ticks)-1].Ticks)
	return err
}

// speedTable has a row for each measurement.
func (r *benchTrainReport) speedTable() *table {
	t := newTable("network", "rule", ">batch", ">workers", ">forward rate", ">backward rate", ">samples/s", ">per core-second", ">reference", ">ratio")
	for _, f := range r.Speed {
		forward, backward, reference, ratio := "-", "-", "-", "-"
		if f.ForwardRate > 0 {
			forward = fmt.Sprintf("%.1f %%", 100*f.ForwardRate)
		}
		if f.BackwardRate > 0 {
			backward = fmt.Sprintf("%.2f %%", 100*f.BackwardRate)
		}
		if f.Reference > 0 {
			reference, ratio = fmt.Sprintf("%.0f", f.Reference), fmt.Sprintf("%.1f", f.Ratio)
		}
		perCore := "-"
		if f.PerCoreSecond > 0 {
			perCore = fmt.Sprintf("%.0f", f.PerCoreSecond)
		}
		t.row(f.Network, f.Rule, fmt.Sprint(f.Batch), fmt.Sprint(f.Workers), forward, backward,
			fmt.Sprintf("%.0f", f.PerSecond), perCore, reference, ratio)
	}
	return t
}

// table has a row for each number of ticks.
func (m *memoryFigures) table() *table {
	t := newTable(">ticks", ">OTTT_A", ">BPTT", ">reference OTTT_A", ">reference BPTT")
	bytes := func(n int64) string {
		if n <= 0 {
			return "-"
		}
		return mem.FormatBytes(uint64(n))
	}
	for _, k := range m.Ticks {
		through := bytes(k.BPTT)
		if k.Computed {
			through = "≈ " + through
		}
		t.row(fmt.Sprint(k.Ticks), bytes(k.OTTT), through, bytes(k.ReferenceOTTT), bytes(k.ReferenceBPTT))
	}
	return t
}
