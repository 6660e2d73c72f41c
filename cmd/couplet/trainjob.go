package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"couplet/learning/picture"
	"couplet/learning/train"
)

// Files of a training's result directory.
const (
	trainRunFile      = "run.yaml"
	modelArchive      = "model.npz"
	checkpointArchive = "checkpoint.npz"
	trainLog          = "log.csv"
	trainCurve        = "curve.svg"
)

// trainJob is one training, from its run file to its result directory.
type trainJob struct {
	flags    *trainFlags
	screen   *screen
	out      io.Writer // where the table of epochs goes
	interval time.Duration
	config   train.Config
	runFile  []byte // the resolved run file
	dir      string
	resumed  *train.Stored
	data     *train.Parts
	session  *train.Session

	saved, shown time.Time
	warned       bool
}

// checkTrainDirectory tells beforehand whether a training may be written to a directory.
func checkTrainDirectory(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, trainLog)); err != nil {
		return fmt.Errorf("%s is not empty and holds no training; name another directory with --out", dir)
	}
	if !force {
		return fmt.Errorf("%s holds an earlier training; replace it with --force, go on with --resume %s or name another directory with --out", dir, dir)
	}
	return nil
}

// clearTrainDirectory makes the result directory, without what an earlier training left there.
func clearTrainDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range []string{modelArchive, checkpointArchive, trainCurve, trainLog} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// readStored reads a model or a checkpoint.
func readStored(path string) (*train.Stored, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s, err := train.ReadStored(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// train runs to the end of training, or to where the context stops it, and leaves a checkpoint there.
func (j *trainJob) train(ctx context.Context) error {
	if err := j.begin(); err != nil {
		return err
	}
	for !j.session.Done() {
		err := j.epoch(ctx)
		if errors.Is(err, context.Canceled) {
			j.screen.status("writing %s", filepath.Join(j.dir, checkpointArchive))
			err = errors.Join(err, j.checkpoint())
		}
		if err != nil {
			j.screen.clear()
			return err
		}
	}
	return j.finish()
}

// begin writes what is known before the first step.
func (j *trainJob) begin() error {
	j.saved = time.Now()
	if j.resumed == nil {
		if err := clearTrainDirectory(j.dir); err != nil {
			return err
		}
	}
	if err := writeTo(filepath.Join(j.dir, trainRunFile), func(w io.Writer) error {
		_, err := w.Write(j.runFile)
		return err
	}); err != nil {
		return err
	}
	if err := j.writeLog(); err != nil {
		return err
	}
	fmt.Fprintln(j.out, epochHeader(j.config, j.data))
	for _, e := range j.session.Log() {
		fmt.Fprintln(j.out, epochRow(j.config, j.data, e))
	}
	return nil
}

// epoch trains to the end of the present epoch and scores the network.
func (j *trainJob) epoch(ctx context.Context) error {
	for !j.session.EpochDone() {
		p, err := j.session.Step(ctx)
		if err != nil {
			return err
		}
		j.show(p)
		if p.Warning != "" && !j.warned {
			j.warned = true // once is enough; the log counts the spikes
			j.screen.remark("epoch %d, step %d: %s", p.Epoch+1, p.Step, p.Warning)
		}
		if time.Since(j.saved) >= j.interval {
			if err := j.checkpoint(); err != nil {
				return err
			}
		}
	}
	e, err := j.session.CloseEpoch(ctx, func(part string, done, of int) {
		if j.due() {
			j.screen.status("epoch %d of %d: %d of %d %s samples", min(j.epochNumber(), j.config.Epochs), j.config.Epochs, done, of, part)
		}
	})
	if err != nil {
		return err
	}
	// First what lasts: a reader of the output that has gone away ends the process with the next line.
	if err := errors.Join(j.writeLog(), j.drawCurve(), j.checkpoint()); err != nil {
		return err
	}
	j.screen.clear()
	_, err = fmt.Fprintln(j.out, epochRow(j.config, j.data, e))
	return err
}

// drawCurve draws the course of training so far.
func (j *trainJob) drawCurve() error {
	p, err := picture.Curve(j.config.Name, j.session.Log())
	if err != nil {
		return err
	}
	return writeTo(filepath.Join(j.dir, trainCurve), p.WriteSVG)
}

func (j *trainJob) epochNumber() int {
	epoch, _ := j.session.Place()
	return epoch + 1
}

// due tells whether the status line may change again.
func (j *trainJob) due() bool {
	if !j.screen.terminal || time.Since(j.shown) < barInterval {
		return false
	}
	j.shown = time.Now()
	return true
}

// show tells how training goes.
func (j *trainJob) show(p train.Progress) {
	if !j.due() {
		return
	}
	line := fmt.Sprintf("epoch %d of %d, step %d of %d: loss %.4f, accuracy %.2f %%, rate %.3f",
		p.Epoch+1, j.config.Epochs, p.Step, p.Steps, p.Running.Mean(), 100*p.Running.Accuracy(), p.Running.Work.Rate())
	if r := p.Running.Work.ErrorRate(); r > 0 {
		line += fmt.Sprintf(" forward, %.4f backward", r)
	}
	if s := p.Running.Seconds; s > 0 {
		speed := float64(p.Running.Samples) / s
		left := float64(p.Steps-p.Step) * float64(j.config.Batch) / speed
		line += fmt.Sprintf(", %.0f samples/s, %s left in the epoch", speed, time.Duration(left*float64(time.Second)).Round(time.Second))
	}
	j.screen.status("%s", line)
}

// checkpoint writes a checkpoint in the place of the one before.
func (j *trainJob) checkpoint() error {
	j.saved = time.Now()
	return writeTo(filepath.Join(j.dir, checkpointArchive), func(w io.Writer) error {
		return j.session.SaveCheckpoint(w, j.runFile)
	})
}

// finish writes the model and removes the checkpoint, which leads nowhere any more.
func (j *trainJob) finish() error {
	model := filepath.Join(j.dir, modelArchive)
	if err := writeTo(model, func(w io.Writer) error { return j.session.SaveModel(w, j.runFile) }); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(j.dir, checkpointArchive)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	samples, seconds := int64(0), 0.0
	for _, e := range j.session.Log() {
		samples += e.Train.Samples
		seconds += e.Train.Seconds
	}
	j.screen.remark("learned from %d samples in %.1f s (%.0f samples/s)", samples, seconds, float64(samples)/max(seconds, 1e-9))
	j.screen.remark("model in %s; look at it with: couplet eval %s", model, j.dir)
	return nil
}
