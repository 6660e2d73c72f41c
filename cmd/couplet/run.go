package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// runFlags are the flags of couplet run.
type runFlags struct {
	networkFlags
	modelFlags
	out        string
	duration   string
	statsFrom  string
	resume     string
	checkpoint time.Duration
	force      bool
	quiet      bool
}

func newRunCommand() *cobra.Command {
	f := &runFlags{}
	c := &cobra.Command{
		Use:   "run NETWORK.yaml | run MODEL | run --resume DIR",
		Short: "Simulate a network, or a trained model, and write a result directory",
		Long: `Simulate a network and write a result directory: the resolved network (run.yaml), counts and
statistics (summary.json), spikes and traces (NumPy and CSV), pictures and report.html.

MODEL is a model.npz, or a result directory of couplet train that holds one: the trained network is shown
a sample of its data, spike by spike, and the class is read off its readout. --write makes it a network
file instead.

Ctrl-C stops the run and keeps what is there, with a checkpoint from which --resume DIR runs on to the
planned end; a second Ctrl-C ends at once. With --checkpoint 10m a partial result is also written every
10 minutes, so that a run that is killed can be resumed. A resumed run gives the same files as one that
was never stopped; only timing.json differs.`,
		Example: `  couplet run examples/brunel.yaml
  couplet run net.yaml --set stimuli.drive.rate='15 kHz' --out results/weak
  couplet run results/mnist-ottt --sample 7
  couplet run results/mnist-ottt --sample 7 --write seven.yaml
  couplet run --resume results/brunel`,
		Args:              f.arguments,
		ValidArgsFunction: completeRunnable,
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	f.networkFlags.add(c)
	f.modelFlags.add(c)
	fs := c.Flags()
	fs.StringVarP(&f.out, "out", "o", "", "result directory (default results/NAME)")
	fs.StringVar(&f.duration, "run", "", "duration, as in '500 ms' or '100 steps' (default: the file's)")
	fs.StringVar(&f.statsFrom, "stats-from", "", "leave out of the statistics what lies before this time, as in '100 ms'")
	fs.StringVar(&f.resume, "resume", "", "run on from the checkpoint in this result directory")
	fs.DurationVar(&f.checkpoint, "checkpoint", 0, "write a partial result with a checkpoint this often, as in 10m (default: never)")
	fs.BoolVar(&f.force, "force", false, "replace an earlier result")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	_ = c.MarkFlagDirname("out")
	_ = c.RegisterFlagCompletionFunc("resume", completeDirectories)
	return c
}

// leastCheckpoint bounds the interval of checkpoints from below: writing one takes a good part of it.
const leastCheckpoint = time.Second

// arguments checks what the command line asks for, before any file is read.
func (f *runFlags) arguments(c *cobra.Command, args []string) error {
	if f.checkpoint != 0 && f.checkpoint < leastCheckpoint {
		return usageError(c, "--checkpoint %v: must be at least %v", f.checkpoint, leastCheckpoint)
	}
	if f.resume == "" {
		if err := oneArgument("a network file", "examples/brunel.yaml")(c, args); err != nil {
			return err
		}
		return f.check(c, args[0])
	}
	if len(args) > 0 {
		return usageError(c, "--resume takes the network from the result directory; leave out %s", args[0])
	}
	for _, name := range append([]string{"set", "seed", "host", "workers"}, modelFlagNames...) {
		if c.Flags().Changed(name) {
			return usageError(c, "--resume runs on as the run began; leave out --%s", name)
		}
	}
	return nil
}

// run is couplet run.
func (f *runFlags) run(c *cobra.Command, args []string) error {
	ctx := c.Context()
	j := newJob(f, c.ErrOrStderr())
	if err := j.read(ctx, args); err != nil {
		return err
	}
	if f.write != "" {
		return j.save()
	}
	if err := j.place(); err != nil {
		return err
	}
	if err := j.build(ctx); err != nil {
		return err
	}
	stopped := j.simulate(ctx)
	if stopped != nil && !errors.Is(stopped, context.Canceled) {
		return runError{stopped}
	}
	if stopped != nil {
		j.screen.status("stopped at %s; writing %s, a second Ctrl-C leaves that out", j.modelTime(j.simulator.Tick()), j.out)
	}
	if err := j.write(stopped != nil); err != nil {
		return runError{err}
	}
	j.screen.clear()
	if !f.quiet {
		if err := j.printSummary(c.OutOrStdout()); err != nil {
			return runError{err}
		}
		if j.model != nil {
			if err := j.model.printPrediction(c.OutOrStdout(), j); err != nil {
				return runError{err}
			}
		}
	}
	j.remarkResult()
	if stopped != nil {
		return runError{fmt.Errorf("stopped at %s of %s; run on with: couplet run --resume %s",
			j.modelTime(j.simulator.Tick()), j.modelTime(j.ticks()), j.out)}
	}
	return nil
}
