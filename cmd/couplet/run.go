package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/sim/result"
)

// checkpointFile is the snapshot in the result directory of a run that was stopped.
const checkpointFile = "checkpoint.snapshot"

// runFlags are the flags of couplet run.
type runFlags struct {
	networkFlags
	out      string
	duration string
	stats    float64
	resume   string
	force    bool
	quiet    bool
}

func newRunCommand() *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use:   "run NETWORK.yaml",
		Short: "Simulate a network and write a result directory",
		Long: `Simulate a network and write a result directory: the resolved network (run.yaml), counts and
rates (summary.json), spikes and traces (NumPy and CSV), pictures and report.html.

Ctrl-C stops the run and keeps what is there; --resume DIR runs on to the planned end.`,
		Example: "  couplet run examples/brunel.yaml\n  couplet run net.yaml --set stimuli.drive.rate='15 kHz' --out results/weak\n  couplet run --resume results/brunel",
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	f.add(c)
	fs := c.Flags()
	fs.StringVarP(&f.out, "out", "o", "", "result directory (default results/NAME)")
	fs.StringVar(&f.duration, "run", "", "duration, as in '500 ms' (default: the file's)")
	fs.Float64Var(&f.stats, "stats-from", 0, "leave out what lies before this time (ms) in statistics")
	fs.StringVar(&f.resume, "resume", "", "run on from the checkpoint in this result directory")
	fs.BoolVar(&f.force, "force", false, "replace an earlier result")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	return c
}

// job is one run from its network to its result directory.
type job struct {
	net       *sim.Network
	options   sim.Options
	program   *sim.Program
	simulator *sim.Simulator
	out       string
	timing    result.Timing
	flags     *runFlags
	log       io.Writer // progress and remarks
}

func (f *runFlags) run(c *cobra.Command, args []string) error {
	j := &job{flags: f, log: c.ErrOrStderr(), timing: result.Timing{Started: time.Now().UTC().Truncate(time.Second), Machine: machine()}}
	if f.quiet {
		j.log = io.Discard
	}
	if err := j.prepare(args); err != nil {
		return err
	}
	if err := j.compile(); err != nil {
		return err
	}
	stopped := j.simulate(c.Context())
	if stopped != nil && !errors.Is(stopped, context.Canceled) {
		return runError{stopped}
	}
	if err := j.write(stopped != nil); err != nil {
		return runError{err}
	}
	if !f.quiet {
		j.report(c.OutOrStdout())
	}
	if stopped != nil {
		return runError{fmt.Errorf("stopped at %s of %s; run on with: couplet run --resume %s", j.modelTime(j.simulator.Tick()), j.modelTime(j.ticks()), j.out)}
	}
	return nil
}

// prepare reads the network, from its file or from the result directory that is resumed.
func (j *job) prepare(args []string) error {
	f := j.flags
	path := ""
	switch {
	case f.resume != "" && len(args) > 0:
		return fmt.Errorf("--resume takes the network from the result directory; leave out %s", args[0])
	case f.resume != "":
		path, f.force = filepath.Join(f.resume, "run.yaml"), true
		if f.out == "" {
			f.out = f.resume
		}
	case len(args) == 0:
		return fmt.Errorf("run needs a network file, as in: couplet run examples/brunel.yaml")
	default:
		path = args[0]
	}
	if f.duration != "" {
		f.set = append(f.set, "run="+f.duration)
	}
	var err error
	if j.net, j.options, err = f.load(path); err != nil {
		return err
	}
	j.out = f.out
	if j.out == "" {
		j.out = filepath.Join("results", j.net.Name)
	}
	return result.CheckTarget(j.out, f.force)
}

// phase measures a stretch of the work.
func (j *job) phase(name string, work func() error) error {
	start := time.Now()
	err := work()
	j.timing.Phases = append(j.timing.Phases, result.Phase{Name: name, Seconds: time.Since(start).Seconds()})
	return err
}

// compile builds the network's tables and the simulator, from the checkpoint if there is one.
func (j *job) compile() error {
	var checkpoint []byte
	if j.flags.resume != "" {
		var err error
		if checkpoint, err = os.ReadFile(filepath.Join(j.flags.resume, checkpointFile)); err != nil {
			return fmt.Errorf("nothing to resume in %s: %w", j.flags.resume, err)
		}
		workers, seed, _, err := sim.SnapshotInfo(bytes.NewReader(checkpoint))
		if err != nil {
			return err
		}
		j.options.Workers, j.options.Seed = workers, seed
	}
	fmt.Fprintf(j.log, "%s: building\r", j.net.Name)
	err := j.phase("compile", func() (err error) {
		j.program, err = sim.Compile(j.net, j.options)
		return err
	})
	if err != nil {
		return err
	}
	d := j.program.Describe()
	j.timing.Workers = d.Workers
	fmt.Fprintf(j.log, "%s: %s\n", j.net.Name, sizeLine(d))
	if checkpoint == nil {
		j.simulator = j.program.Start()
		return nil
	}
	j.simulator, err = j.program.Restore(bytes.NewReader(checkpoint))
	return err
}

// ticks is the planned end of the run.
func (j *job) ticks() int64 { return int64(j.net.RunMs/j.net.TickMs + 0.5) }

// simulate runs to the planned end, or until the context ends.
func (j *job) simulate(ctx context.Context) error {
	bar := newProgress(j.log, j.ticks(), func(tick int64) string { return j.modelTime(tick) })
	j.simulator.OnProgress(bar.set)
	err := j.phase("run", func() error {
		return j.simulator.RunTicks(ctx, max(0, j.ticks()-j.simulator.Tick()))
	})
	bar.finish()
	return err
}

// write makes the result directory, with a checkpoint if the run was stopped.
func (j *job) write(partial bool) error {
	var config bytes.Buffer
	if err := netfile.Write(&config, j.net); err != nil {
		return err
	}
	var extra map[string][]byte
	if partial {
		var snapshot bytes.Buffer
		if err := j.simulator.Snapshot(&snapshot); err != nil {
			return err
		}
		extra = map[string][]byte{checkpointFile: snapshot.Bytes()}
	}
	fmt.Fprintf(j.log, "writing %s\r", j.out)
	return result.Write(j.out, result.Run{
		Outline: result.OutlineOf(j.net), Config: config.Bytes(), Version: version(), Seed: j.program.Describe().Seed,
		PlannedMs: j.net.RunMs, Partial: partial, StatsFromMs: j.flags.stats,
		Activity: j.simulator.Activity(), Spikes: j.simulator.Spikes(), Traces: j.simulator.Traces(), Weights: j.simulator.Weights(),
		Timing: j.timing, Force: j.flags.force, Extra: extra,
	})
}

// report prints rates and counts.
func (j *job) report(w io.Writer) {
	a := j.simulator.Activity()
	seconds := float64(a.Ticks) * a.TickMs / 1000
	fmt.Fprintf(w, "%-16s %10s %12s %14s %14s\n", "population", "neurons", "spikes", "rate (1/s)", "updates")
	for _, p := range a.Populations {
		rate := 0.0
		if seconds > 0 {
			rate = float64(p.Spikes) / float64(p.Neurons) / seconds
		}
		fmt.Fprintf(w, "%-16s %10d %12d %14.3f %14d\n", p.Name, p.Neurons, p.Spikes, rate, p.Updates)
	}
	events := int64(0)
	for _, p := range a.Projections {
		events += p.Events
	}
	run := j.timing.Phases[len(j.timing.Phases)-1].Seconds
	fmt.Fprintf(w, "%d synaptic events in %s of model time; built in %.2f s, simulated in %.2f s (%.0f M synaptic events/s)\n",
		events, j.modelTime(a.Ticks), j.timing.Phases[0].Seconds, run, float64(events)/max(run, 1e-9)/1e6)
	fmt.Fprintf(w, "results in %s (open %s)\n", j.out, filepath.Join(j.out, "report.html"))
}

// modelTime writes a time of the model.
func (j *job) modelTime(tick int64) string {
	if j.net.Steps {
		return fmt.Sprintf("%d steps", tick)
	}
	return fmt.Sprintf("%.4g s", float64(tick)*j.net.TickMs/1000)
}

// sizeLine sums up a compiled network.
func sizeLine(d sim.Description) string {
	neurons, synapses := 0, int64(0)
	for _, p := range d.Populations {
		neurons += p.Size
	}
	for _, p := range d.Projections {
		synapses += p.Synapses
	}
	return fmt.Sprintf("%d neurons, %d synapses, %d workers", neurons, synapses, d.Workers)
}

// machine describes where the run took place, without naming it.
func machine() string { return runtime.GOOS + "/" + runtime.GOARCH }
