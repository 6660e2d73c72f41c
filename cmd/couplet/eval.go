package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"couplet/internal/dataset"
	"couplet/internal/dense"
	"couplet/learning/report"
	"couplet/learning/runfile"
	"couplet/learning/train"
)

// evalFlags are the flags of couplet eval.
type evalFlags struct {
	set     []string
	data    string
	part    string
	first   int
	workers int
	out     string
	force   bool
	json    bool
	quiet   bool
}

// evalParts are the parts of the data that can be evaluated.
var evalParts = []string{"test", "validation", "train"}

func newEvalCommand() *cobra.Command {
	f := &evalFlags{}
	c := &cobra.Command{
		Use:   "eval MODEL",
		Short: "Evaluate a trained model",
		Long: `Evaluate a trained model on samples that it has not seen: accuracy with its 95 % interval, recall and
precision of every class, confusion matrix, firing rates, synaptic events, and the accuracy if the answer
is taken before the last tick. MODEL is a model.npz, or a result directory of couplet train that holds one.

--out writes all of it as JSON, CSV, pictures and a page that opens offline.`,
		Example: `  couplet eval results/mnist-ottt
  couplet eval results/mnist-ottt/model.npz --part validation --out results/mnist-ottt-validation
  couplet eval results/mnist-ottt --first 1000 --json`,
		Args:              f.arguments,
		ValidArgsFunction: completeModels,
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	fs := c.Flags()
	fs.StringArrayVar(&f.set, "set", nil, "override a value of the model's run file, as in data.samples=5000; may be repeated")
	fs.StringVar(&f.data, "data", "", "folder or file of the data (default: as in training)")
	fs.StringVar(&f.part, "part", "test", "part of the data: test, validation or train")
	fs.IntVar(&f.first, "first", 0, "evaluate the first so many samples only (default: all)")
	fs.IntVar(&f.workers, "workers", 0, "number of workers; the result does not depend on it (default: one per processor)")
	fs.StringVarP(&f.out, "out", "o", "", "write numbers, pictures and report.html into this directory")
	fs.BoolVar(&f.force, "force", false, "replace an earlier evaluation in the directory of --out")
	fs.BoolVar(&f.json, "json", false, "print JSON")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	_ = c.MarkFlagDirname("out")
	_ = c.RegisterFlagCompletionFunc("part", cobra.FixedCompletions(evalParts, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func completeModels(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"npz"}, cobra.ShellCompDirectiveFilterFileExt
}

// arguments checks what the command line asks for, before any file is read.
func (f *evalFlags) arguments(c *cobra.Command, args []string) error {
	if err := oneArgument("a model", "results/mnist-ottt")(c, args); err != nil {
		return err
	}
	switch {
	case !slices.Contains(evalParts, f.part):
		return usageError(c, "--part %q: must be test, validation or train", f.part)
	case c.Flags().Changed("first") && f.first < 1:
		return usageError(c, "--first %d: must be at least 1", f.first)
	case f.workers < 0 || f.workers > mostWorkers:
		return usageError(c, "--workers %d: must be 0 to %d", f.workers, mostWorkers)
	case f.force && f.out == "":
		return usageError(c, "--force replaces what --out writes; name the directory with --out")
	}
	return nil
}

const mostWorkers = 1024

// evalJob is one evaluation.
type evalJob struct {
	flags   *evalFlags
	screen  *screen
	path    string // of the model
	stored  *train.Stored
	config  train.Config
	data    *train.Parts
	part    dataset.Dataset
	session *train.Session
	pool    *dense.Pool
}

// run is couplet eval.
func (f *evalFlags) run(c *cobra.Command, model string) error {
	ctx := c.Context()
	j := &evalJob{flags: f, screen: newScreen(c.ErrOrStderr(), f.quiet)}
	if f.out != "" {
		if err := checkEvalDirectory(f.out, f.force); err != nil {
			return err
		}
	}
	if err := j.load(model); err != nil {
		return err
	}
	defer j.close()
	if err := j.open(ctx); err != nil {
		j.screen.clear()
		return j.stopped(ctx, err)
	}
	r, err := j.evaluate(ctx)
	if err != nil {
		return j.stopped(ctx, runError{err})
	}
	if err := j.tell(c.OutOrStdout(), r); err != nil {
		return runError{err}
	}
	return nil
}

// stopped tells an evaluation that was stopped from one that failed.
func (j *evalJob) stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return runError{errors.New("stopped before the evaluation was complete; nothing was written")}
	}
	return err
}

// load finds and reads the model, with the run that it comes from.
func (j *evalJob) load(model string) error {
	var err error
	if j.path, err = modelPath(model); err != nil {
		return err
	}
	if j.stored, err = readStored(j.path); err != nil {
		return fmt.Errorf("%w; want a model.npz, or a result directory of couplet train", err)
	}
	if j.config, err = runfile.Read(j.path, j.stored.RunFile, j.flags.set...); err != nil {
		return err
	}
	if j.flags.data != "" {
		j.config.Data.Path = j.flags.data
	}
	return nil
}

// modelPath is the path of the model that an argument names.
func modelPath(model string) (string, error) {
	info, err := os.Stat(model)
	if err != nil || !info.IsDir() {
		return model, err
	}
	path := filepath.Join(model, modelArchive)
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	checkpoint := filepath.Join(model, checkpointArchive)
	if _, err := os.Stat(checkpoint); err == nil {
		return "", fmt.Errorf("%s holds no %s, for its training is not complete; evaluate %s, or go on with: couplet train --resume %s", model, modelArchive, checkpoint, model)
	}
	return "", fmt.Errorf("%s holds no %s; want a result directory of couplet train", model, modelArchive)
}

// open reads the data and gives the network its weights.
func (j *evalJob) open(ctx context.Context) error {
	j.screen.status("reading %s", j.config.Data.Set)
	var err error
	if j.data, err = j.config.Data.Open(ctx, j.config.Seed); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; name the place of the data with --data", err)
		}
		return err
	}
	j.screen.clear()
	if j.part, err = j.choose(); err != nil {
		return err
	}
	// Samples do not meet in a forward pass: how they are grouped decides about speed alone.
	j.config.Batch = min(j.config.Batch, j.data.Train.Len())
	workers := j.flags.workers
	if workers == 0 {
		workers = min(runtime.GOMAXPROCS(0), mostWorkers)
	}
	j.config.Initial = nil // the weights come from the model
	j.config.CountEvents = true
	j.config.Parts = min(workers, j.config.Batch)
	if j.pool, err = dense.NewPool(j.config.Parts); err != nil {
		return err
	}
	if j.session, err = train.New(j.config, j.data, j.pool); err != nil {
		return err
	}
	if err := j.session.Load(j.stored); err != nil {
		return fmt.Errorf("%s does not fit samples of shape %v in %d classes, which %s has: %s",
			j.path, j.part.Shape(), len(j.part.Classes()), j.config.Data.Set, strings.TrimPrefix(err.Error(), "train: "))
	}
	return nil
}

// choose picks the samples that are evaluated.
func (j *evalJob) choose() (dataset.Dataset, error) {
	part := map[string]dataset.Dataset{"test": j.data.Test, "validation": j.data.Validation, "train": j.data.Train}[j.flags.part]
	if part == nil {
		return nil, fmt.Errorf("--part %s: the model was trained without one; want test or train", j.flags.part)
	}
	n := j.flags.first
	if n == 0 {
		return part, nil
	}
	if n > part.Len() {
		return nil, fmt.Errorf("--first %d: the %s part has only %d samples", n, j.flags.part, part.Len())
	}
	return dataset.First(part, n)
}

// evaluate runs the network on the samples.
func (j *evalJob) evaluate(ctx context.Context) (*report.Report, error) {
	bar := j.screen.newBar(int64(j.part.Len()))
	e, err := j.session.Evaluate(ctx, j.part, func(done int) {
		if bar.due() {
			bar.set(int64(done), "evaluating")
		}
	})
	bar.remove()
	if err != nil {
		return nil, err
	}
	sum, err := checksum(j.path)
	if err != nil {
		return nil, err
	}
	return report.New(report.Subject{
		Run: j.config.Name, Model: filepath.Base(j.path), SHA256: sum, Rule: j.config.Rule.Name(),
		Set: j.config.Data.Set, Part: j.flags.part, Version: version(), RunFile: j.stored.RunFile,
	}, e)
}

// checksum is the SHA-256 of a file.
func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tell prints the report and writes its files.
func (j *evalJob) tell(w io.Writer, r *report.Report) error {
	if names := r.Missing(); len(names) > 0 {
		j.screen.remark("no sample of class %s among those evaluated", strings.Join(names, ", "))
	}
	if j.flags.out != "" {
		if err := writeEvaluation(j.flags.out, r); err != nil {
			return err
		}
		j.screen.remark("report in %s: open %s", j.flags.out, filepath.Join(j.flags.out, "report.html"))
	}
	switch {
	case j.flags.quiet:
		return nil
	case j.flags.json:
		return r.WriteJSON(w)
	}
	return printEvaluation(w, r)
}

func (j *evalJob) close() {
	if j.pool != nil {
		j.pool.Close()
	}
	if j.data != nil {
		j.data.Close()
	}
}
