package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"couplet/learning/train"
	"couplet/sim/netfile"
)

// modelFlags are the flags of couplet run that choose what a trained model is shown.
type modelFlags struct {
	sample int
	part   string
	write  string
}

// modelFlagNames lists them.
var modelFlagNames = []string{"sample", "part", "write"}

func (f *modelFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.IntVar(&f.sample, "sample", 0, "of a model: number of the sample that it is shown, from 0")
	fs.StringVar(&f.part, "part", "test", "of a model: part of the data that the sample is from: test, validation or train")
	fs.StringVar(&f.write, "write", "", "of a model: write the network with its sample into this network file instead of running it")
	fs.Lookup("set").Usage += "; of a model: a value of its run file, as in data.samples=5000"
	fs.Lookup("data").Usage += "; of a model: folder or file of its data (default: as in training)"
	_ = c.RegisterFlagCompletionFunc("part", cobra.FixedCompletions(evalParts, cobra.ShellCompDirectiveNoFileComp))
	_ = c.MarkFlagFilename("write", "yaml", "yml")
}

// check reports flags of a model that are out of range, or that stand where there is none.
func (f *modelFlags) check(c *cobra.Command, source string) error {
	for _, name := range modelFlagNames {
		if c.Flags().Changed(name) && !isModel(source) {
			return usageError(c, "--%s is for a trained model, and %s is none: name a model.npz or a result directory of couplet train", name, source)
		}
	}
	switch {
	case f.sample < 0:
		return usageError(c, "--sample %d: must be at least 0", f.sample)
	case !slices.Contains(evalParts, f.part):
		return usageError(c, "--part %q: must be test, validation or train", f.part)
	case f.write == "":
		return nil
	case strings.EqualFold(filepath.Ext(f.write), archiveExt):
		return usageError(c, "--write %s: the arrays beside a network file have such a name; name the file itself, such as net.yaml", f.write)
	}
	for _, name := range []string{"out", "stats-from", "checkpoint"} {
		if c.Flags().Changed(name) {
			return usageError(c, "--write writes the network instead of running it; leave out --%s", name)
		}
	}
	return nil
}

// archiveExt is the extension of models, and of the arrays of network files.
const archiveExt = ".npz"

// isModel tells whether an argument names a model and not a network file.
func isModel(path string) bool {
	if strings.EqualFold(filepath.Ext(path), archiveExt) {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func completeRunnable(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "npz"}, cobra.ShellCompDirectiveFilterFileExt
}

// shown is a trained model with the sample that it is shown.
type shown struct {
	*train.Exported
	path   string // of the model
	part   string
	sample int
}

// readModel makes the network of a trained model and a sample of its data.
func (j *job) readModel(ctx context.Context) error {
	f := j.flags
	m := &evalJob{flags: &evalFlags{set: f.set, data: f.data, part: f.part, workers: 1}, screen: j.screen}
	if err := m.load(j.source); err != nil {
		return err
	}
	defer m.close()
	// The weights of the model take the place of initial ones, to the last bit of either format.
	m.config.Initial, m.config.Engine, m.config.Precision = nil, train.Batch, train.Float64
	if err := m.open(ctx); err != nil {
		m.screen.clear()
		if ctx.Err() != nil {
			return errStoppedBuilding
		}
		return err
	}
	if n := m.part.Len(); f.sample >= n {
		return fmt.Errorf("--sample %d: the %s part has samples 0 to %d", f.sample, f.part, n-1)
	}
	e, err := m.session.Export(m.part, f.sample)
	if err != nil {
		return err
	}
	j.model, j.net = &shown{Exported: e, path: m.path, part: f.part, sample: f.sample}, e.Network
	j.net.Name = j.model.name(m.config.Name)
	if f.flags.Changed("seed") {
		j.net.Seed = f.seed
	}
	if f.duration == "" {
		return nil
	}
	if j.net.RunMs, err = modelDuration(f.duration, j.net.Steps); err != nil {
		return fmt.Errorf("--run %w", err)
	}
	return nil
}

// name is that of the network, from the name of the training.
func (m *shown) name(training string) string {
	name := cmp.Or(training, "model")
	if m.part != "test" {
		name += "-" + m.part
	}
	return fmt.Sprintf("%s-sample-%d", name, m.sample)
}

// listedOutputs is the number of classes whose outputs are printed.
const listedOutputs = 3

// printPrediction prints the class of the sample and the predicted one, with the largest outputs of the readout,
// as far as the run has come.
func (m *shown) printPrediction(w io.Writer, j *job) error {
	outputs, err := m.Outputs(j.simulator.Traces())
	if err != nil || outputs == nil {
		return err
	}
	order := make([]int, len(outputs))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(outputs[b], outputs[a]) })
	var list []string
	for _, k := range order[:min(listedOutputs, len(order))] {
		list = append(list, fmt.Sprintf("%s %.3f", m.Classes[k], outputs[k]))
	}
	_, err = fmt.Fprintf(w, "sample %d of %s: class %s, predicted %s (outputs: %s)\n",
		m.sample, m.part, m.Classes[m.Label], m.Classes[order[0]], strings.Join(list, ", "))
	return err
}

// save writes the network of a model into a network file.
func (j *job) save() error {
	path := j.flags.write
	archive := strings.TrimSuffix(path, filepath.Ext(path)) + archiveExt // where netfile.Save puts long lists
	for _, name := range []string{path, archive} {
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.IsDir():
			return fmt.Errorf("--write %s: %s is a directory; name a file, such as net.yaml", path, name)
		case sameFile(name, j.model.path):
			return fmt.Errorf("--write %s would replace the model %s; choose another name", path, j.model.path)
		case !j.flags.force:
			return fmt.Errorf("%s exists; replace it with --force or choose another name with --write", name)
		}
	}
	if err := netfile.Save(path, j.net); err != nil {
		return runError{err}
	}
	j.screen.remark("network in %s; run it with: couplet run %s", path, path)
	return nil
}
