package main

// The run of a network on the cores of a chip, with its counts where they happened, is made by mapRun and
// mappedRun.located in mapcounts.go; couplet energy prices it core by core.

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"couplet/hwmodel/manycore"
)

// mapFlags are the flags of couplet map.
type mapFlags struct {
	network networkFlags
	model   modelFlags
	chip    string
	mapping string
	order   string
	own     bool
	write   string
	force   bool
	chart   string
	result  string
	timing  string
	updates string
	steps   string
	json    bool
	list    bool
	show    string
}

// Words of flags.
const (
	orderNumber = "number"
	orderSnake  = "snake"

	timingSimple   = "simple"
	timingDetailed = "detailed"
	timingNone     = "none"

	updatesAuto    = "auto"
	updatesAll     = "all"
	updatesTouched = "touched"
)

// mapWords are the words that flags of couplet map may have.
var mapWords = []struct {
	flag  string
	value func(*mapFlags) string
	words []string
}{
	{"order", func(f *mapFlags) string { return f.order }, []string{orderNumber, orderSnake}},
	{"timing", func(f *mapFlags) string { return f.timing }, []string{timingSimple, timingDetailed, timingNone}},
	{"updates", func(f *mapFlags) string { return f.updates }, []string{updatesAuto, updatesAll, updatesTouched}},
}

func newMapCommand() *cobra.Command {
	f := &mapFlags{}
	c := &cobra.Command{
		Use:   "map NETWORK.yaml | map MODEL | map --result DIR | map --list | map --show CHIP",
		Short: "Place a network on the cores of a chip, check its limits, and replay recorded spikes on it",
		Long: `Place the populations of a network on the cores of a neuromorphic chip, or take a mapping from a file, hold it
against every limit of the chip, and show what each core holds and uses. What does not fit is named: population,
core and limit.

With --result, a result of couplet run of the same network with the spikes of all its populations, the spikes
are replayed on the chip: messages, hops, energy and time, core by core and step by step. Without a
network it is that of the result.

CHIP is a chip of the library (--list) or the file of one: --show prints a chip to copy and edit.`,
		Example: `  couplet map examples/conv.yaml --chip loihi
  couplet map examples/conv.yaml --chip loihi --write map.yaml
  couplet map examples/conv.yaml --chip loihi --mapping map.yaml --chart map.svg
  couplet map --result results/conv --chip loihi_sanafe_fit --timing detailed
  couplet map --show odin > mychip.yaml`,
		Args:              f.arguments,
		ValidArgsFunction: completeRunnable,
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fs := c.Flags()
	f.network.flags = fs
	fs.StringVar(&f.chip, "chip", "loihi", "chip of the library, or the file of one")
	fs.StringVar(&f.mapping, "mapping", "", "file of a mapping (default: automatic)")
	fs.StringVar(&f.order, "order", orderNumber, "order in which an automatic mapping fills the tiles: number (column by column, always upwards) or snake (up one column and down the next)")
	fs.BoolVar(&f.own, "own-cores", false, "begin every population on a new core in an automatic mapping")
	fs.StringVar(&f.write, "write", "", "write the mapping into this file, to be edited and read with --mapping")
	fs.BoolVar(&f.force, "force", false, "replace an earlier file of --write")
	fs.StringVar(&f.chart, "chart", "", "draw the mesh with what its cores hold, and the messages on its links, as .svg")
	fs.StringVar(&f.result, "result", "", "replay the spikes of this result of couplet run")
	fs.StringVar(&f.timing, "timing", timingDetailed, "with --result: model of the time of a step: simple, detailed, or none to follow messages without energy and time")
	fs.StringVar(&f.updates, "updates", updatesAuto, "with --result: neurons that a core updates in a step: all, touched, or auto: as the run counted")
	fs.StringVar(&f.steps, "steps", "", "with --result: write energy, time and messages of every step into this CSV file")
	fs.BoolVar(&f.json, "json", false, "print JSON")
	fs.BoolVar(&f.list, "list", false, "list the chips of the library")
	fs.StringVar(&f.show, "show", "", "print the text of a chip of the library")
	fs.StringArrayVar(&f.network.set, "set", nil, "override a value of the network file, or of the run file of a model; may be repeated")
	fs.StringVar(&f.network.data, "data", "", "directory of recordings that are not beside the network file (default $COUPLET_DATA); of a model: folder or file of its data")
	fs.Uint64Var(&f.network.seed, "seed", 0, "seed that decides what random rules connect (default: the file's, or the result's)")
	fs.IntVar(&f.model.sample, "sample", 0, "of a model: number of the sample that it is shown, from 0")
	fs.StringVar(&f.model.part, "part", "test", "of a model: part of the data that the sample is from: test, validation or train")
	for _, name := range []string{"chip", "show"} {
		_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(manycore.Names(), cobra.ShellCompDirectiveDefault))
	}
	for _, w := range mapWords {
		_ = c.RegisterFlagCompletionFunc(w.flag, cobra.FixedCompletions(w.words, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = c.RegisterFlagCompletionFunc("part", cobra.FixedCompletions(evalParts, cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"mapping", "write"} {
		_ = c.MarkFlagFilename(name, "yaml", "yml")
	}
	_ = c.MarkFlagFilename("chart", "svg")
	_ = c.MarkFlagFilename("steps", "csv")
	_ = c.MarkFlagDirname("result")
	_ = c.MarkFlagDirname("data")
	return c
}

// arguments checks what the command line asks for, before any file is read.
func (f *mapFlags) arguments(c *cobra.Command, args []string) error {
	if f.list || f.show != "" {
		switch {
		case len(args) > 0:
			return usageError(c, "--list and --show look at chips, not at networks; leave out %s", args[0])
		case f.list && f.show != "":
			return usageError(c, "--list and --show are two questions; leave one out")
		}
		return nil
	}
	if f.result == "" || len(args) > 1 {
		if err := oneArgument("a network file", "examples/conv.yaml --chip loihi")(c, args); err != nil {
			return err
		}
	}
	for _, w := range mapWords {
		if value := w.value(f); !slices.Contains(w.words, value) {
			return usageError(c, "--%s %q: must be %s", w.flag, value, alternatives(w.words))
		}
	}
	if f.mapping != "" {
		for _, name := range []string{"order", "own-cores"} {
			if c.Flags().Changed(name) {
				return usageError(c, "--%s is for an automatic mapping; leave it out, or --mapping", name)
			}
		}
	}
	if f.result == "" {
		for _, name := range []string{"timing", "updates", "steps"} {
			if c.Flags().Changed(name) {
				return usageError(c, "--%s needs the spikes of a run; add --result DIR", name)
			}
		}
	}
	return f.argumentsOfFiles(c, args)
}

// argumentsOfFiles checks flags that depend on what kind of file another one names.
func (f *mapFlags) argumentsOfFiles(c *cobra.Command, args []string) error {
	if f.steps != "" && f.timing == timingNone {
		return usageError(c, "--timing none computes no steps; leave out --steps")
	}
	if f.chart != "" && !strings.EqualFold(filepath.Ext(f.chart), ".svg") {
		return usageError(c, "--chart %s: must be a file .svg", f.chart)
	}
	if len(args) == 0 && c.Flags().Changed("set") {
		return usageError(c, "--result takes the network from the result; leave out --set, or name the network file")
	}
	for _, name := range []string{"sample", "part"} {
		if c.Flags().Changed(name) && (len(args) == 0 || !isModel(args[0])) {
			return usageError(c, "--%s is for a trained model; name a model.npz or a result directory of couplet train", name)
		}
	}
	switch {
	case f.model.sample < 0:
		return usageError(c, "--sample %d: must be at least 0", f.model.sample)
	case !slices.Contains(evalParts, f.model.part):
		return usageError(c, "--part %q: must be %s", f.model.part, alternatives(evalParts))
	}
	return nil
}

// alternatives lists words as a sentence does.
func alternatives(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// run is couplet map.
func (f *mapFlags) run(c *cobra.Command, args []string) error {
	w := c.OutOrStdout()
	if f.list {
		return listMapChips(w, f.json)
	}
	if f.show != "" {
		text, err := manycore.File(f.show)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}
	j := &mapJob{flags: f, screen: newScreen(c.ErrOrStderr(), false)}
	if err := j.load(c.Context(), args); err != nil {
		return err
	}
	if err := j.place(); err != nil {
		if j.mapped != nil && !f.json { // a manual mapping that exceeds a limit: its table shows where
			if tableErr := j.mapped.placement.WriteTable(w, j.mapped.chip); tableErr != nil {
				return tableErr
			}
		}
		return err
	}
	if err := j.replay(c.Context()); err != nil {
		return err
	}
	if err := j.write(); err != nil {
		return runError{err}
	}
	if f.json {
		return writeJSON(w, j.report())
	}
	return j.print(w)
}

// orderOf is the order of a word of --order.
func orderOf(word string) manycore.Order {
	if word == orderSnake {
		return manycore.Snake
	}
	return manycore.ByNumber
}
