package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"couplet/internal/dense"
	"couplet/learning/runfile"
	"couplet/learning/train"
)

// trainFlags are the flags of couplet train.
type trainFlags struct {
	set        []string
	data       string
	out        string
	resume     string
	seed       uint64
	engine     string
	workers    int
	checkpoint time.Duration
	force      bool
	quiet      bool
}

func newTrainCommand() *cobra.Command {
	f := &trainFlags{}
	c := &cobra.Command{
		Use:   "train RUN.yaml | train --resume DIR",
		Short: "Train a network and write a model",
		Long: `Train a network by online training through time (OTTT), spike-based implicit differentiation (SPIDE) or,
as a baseline, back-propagation through time. The run file names data, network, rule and optimiser; MNIST
is fetched if no folder is given.

The result directory gets the resolved run file (run.yaml), the log (log.csv), its picture (curve.svg) and the
model (model.npz), which couplet eval and couplet run take. A checkpoint is written after each epoch and
every minute; Ctrl-C writes one too. --resume DIR goes on from it, also after the process was killed, to
the same model, bit for bit, that the uninterrupted run gives.`,
		Example: `  couplet train examples/mnist-ottt.yaml
  couplet train examples/mnist-spide.yaml --set epochs=10 --out results/longer
  couplet train --resume results/mnist-ottt`,
		Args:              f.arguments,
		ValidArgsFunction: completeNetworks,
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fs := c.Flags()
	fs.StringArrayVar(&f.set, "set", nil, "override a value of the run file, as in optimiser.sgd.lr=0.05; may be repeated")
	fs.StringVar(&f.data, "data", "", "folder or file of the data (default: the run file's)")
	fs.StringVarP(&f.out, "out", "o", "", "result directory (default results/NAME)")
	fs.StringVar(&f.resume, "resume", "", "go on from the checkpoint in this result directory")
	fs.Uint64Var(&f.seed, "seed", 0, "seed of all random numbers (default: the run file's)")
	fs.StringVar(&f.engine, "engine", "", "batch: many samples at once; event: the event engine, one after the other (default: the run file's)")
	fs.IntVar(&f.workers, "workers", 0, "workers that share the parts of a mini-batch; the result does not depend on it (default: one per part and processor)")
	fs.DurationVar(&f.checkpoint, "checkpoint", time.Minute, "write a checkpoint this often, beside those after each epoch")
	fs.BoolVar(&f.force, "force", false, "replace an earlier result")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	_ = c.MarkFlagDirname("out")
	_ = c.RegisterFlagCompletionFunc("resume", completeDirectories)
	_ = c.RegisterFlagCompletionFunc("engine", cobra.FixedCompletions([]string{"batch", "event"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// arguments checks what the command line asks for, before any file is read.
func (f *trainFlags) arguments(c *cobra.Command, args []string) error {
	if f.checkpoint < leastCheckpoint {
		return usageError(c, "--checkpoint %v: must be at least %v", f.checkpoint, leastCheckpoint)
	}
	if f.workers < 0 {
		return usageError(c, "--workers %d: must be at least 0", f.workers)
	}
	if f.resume == "" {
		return oneArgument("a run file", "examples/mnist-ottt.yaml")(c, args)
	}
	if len(args) > 0 {
		return usageError(c, "--resume takes the run from the result directory; leave out %s", args[0])
	}
	for _, name := range []string{"set", "seed", "engine", "out", "force"} {
		if c.Flags().Changed(name) {
			return usageError(c, "--resume goes on as the run began; leave out --%s", name)
		}
	}
	return nil
}

// run is couplet train.
func (f *trainFlags) run(c *cobra.Command, args []string) error {
	ctx := c.Context()
	j := &trainJob{flags: f, screen: newScreen(c.ErrOrStderr(), f.quiet), out: c.OutOrStdout(), interval: f.checkpoint}
	if f.quiet {
		j.out = io.Discard
	}
	if err := j.prepare(c, args); err != nil {
		return err
	}
	if err := j.open(ctx); err != nil {
		if ctx.Err() != nil {
			return runError{err}
		}
		return err
	}
	defer j.data.Close()
	err := j.train(ctx)
	switch {
	case errors.Is(err, context.Canceled):
		epoch, step := j.session.Place()
		return runError{fmt.Errorf("stopped in epoch %d of %d after %d of %d steps; go on with: couplet train --resume %s",
			min(epoch+1, j.config.Epochs), j.config.Epochs, step, j.session.Steps(), j.dir)}
	case err != nil:
		return runError{err}
	}
	return nil
}

// prepare reads the run, from its file or from the checkpoint that is resumed, and makes sure that the result
// can be written.
func (j *trainJob) prepare(c *cobra.Command, args []string) error {
	f := j.flags
	if f.resume != "" {
		return j.prepareResumed()
	}
	set := f.set
	if f.engine != "" {
		set = append(set, "engine="+f.engine)
	}
	if c.Flags().Changed("seed") {
		set = append(set, fmt.Sprintf("seed=%d", f.seed))
	}
	var err error
	if j.config, err = runfile.Load(args[0], set...); err != nil {
		if _, missing := os.Stat(args[0]); missing == nil && !isRunFile(args[0]) {
			return fmt.Errorf("%s describes no training: a run file has the key train; see docs/learning.md", args[0])
		}
		return err
	}
	if f.data != "" {
		j.config.Data.Path = f.data
	}
	if j.dir = f.out; j.dir == "" {
		j.dir = filepath.Join("results", directoryName(j.config.Name))
	}
	var text strings.Builder
	if err := runfile.Write(&text, j.config); err != nil {
		return err
	}
	j.runFile = []byte(text.String())
	return checkTrainDirectory(j.dir, f.force)
}

// prepareResumed reads a run from its checkpoint.
func (j *trainJob) prepareResumed() error {
	j.dir = j.flags.resume
	stored, err := readStored(filepath.Join(j.dir, checkpointArchive))
	if err != nil {
		if _, finished := readStored(filepath.Join(j.dir, modelArchive)); finished == nil {
			return fmt.Errorf("nothing to resume: the training in %s is complete", j.dir)
		}
		return fmt.Errorf("nothing to resume: %w", err)
	}
	j.resumed, j.runFile = stored, stored.RunFile
	if j.config, err = runfile.Read(filepath.Join(j.dir, checkpointArchive), stored.RunFile); err != nil {
		return err
	}
	if j.flags.data != "" {
		j.config.Data.Path = j.flags.data
	}
	return nil
}

// open reads the data and builds the network.
func (j *trainJob) open(ctx context.Context) error {
	j.screen.status("reading %s", j.config.Data.Set)
	var err error
	if j.data, err = j.config.Data.Open(ctx, j.config.Seed); err != nil {
		return err
	}
	j.screen.clear()
	workers := j.flags.workers
	if workers == 0 {
		workers = min(j.config.Parts, runtime.GOMAXPROCS(0))
	}
	pool, err := dense.NewPool(min(workers, 1024))
	if err != nil {
		return err
	}
	if j.session, err = train.New(j.config, j.data, pool); err != nil {
		return errors.Join(err, j.data.Close())
	}
	if j.resumed != nil {
		if err := j.session.Resume(j.resumed); err != nil {
			return errors.Join(err, j.data.Close())
		}
	}
	return nil
}
