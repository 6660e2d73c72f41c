package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"couplet/hwmodel"
	"couplet/hwmodel/manycore"
)

// energyFlags are the flags of couplet energy.
type energyFlags struct {
	chip       string
	compare    []string
	ann        string
	annMACs    int64
	mapped     string
	mapping    string
	tickTime   string
	clock      string
	chips      int
	cores      int
	inferences int64
	data       string
	neurobench bool
	json       bool
	csv        string
	html       string
	pprof      string
	pprofUnit  string
	list       bool
	show       string

	conditions hwmodel.Conditions // from the flags, without what follows from the run
	tick       hwmodel.Time       // of --tick-time
}

// Chips of a bill and of its conventional counterpart, unless the command line names others.
const (
	defaultChip = "loihi_davies2018"
	defaultANN  = "cmos45_int8"
)

// energyUnits are the words of --pprof-unit.
var energyUnits = []hwmodel.EnergyUnit{hwmodel.Femtojoules, hwmodel.Picojoules, hwmodel.Nanojoules}

func newEnergyCommand() *cobra.Command {
	f := &energyFlags{}
	c := &cobra.Command{
		Use:   "energy RESULT_DIR | energy --list | energy --show CHIP",
		Short: "Price what a run counted: the energy on a chip",
		Long: `Price the exact counts of a result of couplet run with the published figures of a chip: counts x price, for
every layer and term, each price with its source, its grade of evidence and its operating point. What has no
price is listed and never taken for 0. Nothing is simulated again.

CHIP is a shipped profile (--list) or the file of one: --show prints a profile to copy and edit.`,
		Example: `  couplet energy results/conv --chip loihi_davies2018 --tick-time 1ms
  couplet energy results/conv --compare loihi_davies2018,truenorth_0v8,spinnaker2 --html energy.html
  couplet energy results/conv --pprof energy.pb.gz && go tool pprof -http : energy.pb.gz
  couplet energy --show odin_0v55 > mychip.yaml`,
		Args:              f.arguments,
		ValidArgsFunction: completeDirectories,
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	fs := c.Flags()
	fs.StringVar(&f.chip, "chip", defaultChip, "profile of the chip, or the file of one")
	fs.StringSliceVar(&f.compare, "compare", nil, "set the bills of these profiles side by side, as in A,B,C; may be repeated")
	fs.StringVar(&f.ann, "ann", defaultANN, "profile that prices the conventional network of the same graph where the chip has no price for multiply-accumulates")
	fs.Int64Var(&f.annMACs, "ann-macs", 0, "multiply-accumulates of the conventional network in an inference (default: one for every synapse)")
	fs.StringVar(&f.mapped, "map", "", "put the counts on the cores of this chip of couplet map, or the file of one, with messages and hops; needs recorded spikes")
	fs.StringVar(&f.mapping, "mapping", "", "mapping file of --map (default: automatic); without --map it is for the chip that the profile names")
	fs.StringVar(&f.tickTime, "tick-time", "", "how long a tick takes on the chip, as in 1ms; needed for static power on a step grid (default: the network's tick)")
	fs.StringVar(&f.clock, "clock", "", "clock frequency of clocked chips, as in '75 MHz'; needed for static power that follows the clock")
	fs.IntVar(&f.chips, "chips", 0, "number of chips that are powered (default: as many as the neurons need)")
	fs.IntVar(&f.cores, "cores", 0, "number of cores that are powered, for static power per core")
	fs.Int64Var(&f.inferences, "inferences", 1, "number of inferences that the run computed")
	fs.StringVar(&f.data, "data", "", "directory of recordings that the network plays, if they are not where run.yaml says (default $COUPLET_DATA)")
	fs.BoolVar(&f.neurobench, "neurobench", false, "also print the metrics of NeuroBench")
	fs.BoolVar(&f.json, "json", false, "print JSON")
	fs.StringVar(&f.csv, "csv", "", "write the items of the bill, or a row for each chip with --compare, into this file")
	fs.StringVar(&f.html, "html", "", "write a page with bill, pictures, comparison and sensitivity into this file")
	fs.StringVar(&f.pprof, "pprof", "", "write a profile for go tool pprof into this file, as in energy.pb.gz")
	fs.StringVar(&f.pprofUnit, "pprof-unit", hwmodel.Picojoules.String(), "unit of the energies of --pprof: "+strings.Join(unitWords(), ", "))
	fs.BoolVar(&f.list, "list", false, "list the shipped profiles")
	fs.StringVar(&f.show, "show", "", "print the text of a shipped profile")
	chips := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return hwmodel.Chips(), cobra.ShellCompDirectiveDefault
	}
	for _, name := range []string{"chip", "compare", "ann", "show"} {
		_ = c.RegisterFlagCompletionFunc(name, chips)
	}
	_ = c.RegisterFlagCompletionFunc("pprof-unit", cobra.FixedCompletions(unitWords(), cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("map", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return manycore.Names(), cobra.ShellCompDirectiveDefault
	})
	_ = c.MarkFlagFilename("mapping", "yaml", "yml")
	_ = c.MarkFlagFilename("csv", "csv")
	_ = c.MarkFlagFilename("html", "html")
	_ = c.MarkFlagFilename("pprof", "gz")
	_ = c.MarkFlagDirname("data")
	return c
}

func unitWords() []string {
	words := make([]string, len(energyUnits))
	for i, u := range energyUnits {
		words[i] = u.String()
	}
	return words
}

// arguments checks what the command line asks for, before any file is read.
func (f *energyFlags) arguments(c *cobra.Command, args []string) error {
	if f.list || f.show != "" {
		switch {
		case len(args) > 0:
			return usageError(c, "--list and --show look at profiles, not at results; leave out %s", args[0])
		case f.list && f.show != "":
			return usageError(c, "--list and --show are two questions; leave one out")
		}
		return nil
	}
	if err := oneArgument("a result directory of couplet run", "results/conv")(c, args); err != nil {
		return err
	}
	for _, n := range []struct {
		name  string
		value int64
		least int64
	}{{"chips", int64(f.chips), 1}, {"cores", int64(f.cores), 1}, {"inferences", f.inferences, 1}, {"ann-macs", f.annMACs, 1}} {
		if c.Flags().Changed(n.name) && n.value < n.least {
			return usageError(c, "--%s %d: must be at least %d", n.name, n.value, n.least)
		}
	}
	if (f.mapped != "" || f.mapping != "") && len(f.compare) > 0 {
		return usageError(c, "--map puts the counts on the cores of one chip; leave out --compare")
	}
	if !slices.Contains(unitWords(), f.pprofUnit) {
		return usageError(c, "--pprof-unit %q: must be %s", f.pprofUnit, strings.Join(unitWords(), ", "))
	}
	return f.readConditions(c)
}

// readConditions reads the quantities of the command line.
func (f *energyFlags) readConditions(c *cobra.Command) error {
	f.conditions = hwmodel.Conditions{Chips: f.chips, Cores: f.cores, Inferences: f.inferences}
	var err error
	if f.tickTime != "" {
		if f.tick, err = hwmodel.Parse[hwmodel.Second](f.tickTime); err != nil || f.tick.Sign() == 0 {
			return usageError(c, "--tick-time %q: must be a time above 0 with its unit, such as 1ms", f.tickTime)
		}
	}
	if f.clock != "" {
		if f.conditions.Clock, err = hwmodel.Parse[hwmodel.Hertz](f.clock); err != nil || f.conditions.Clock.Sign() == 0 {
			return usageError(c, "--clock %q: must be a frequency above 0 with its unit, such as '75 MHz'", f.clock)
		}
	}
	return nil
}

// run is couplet energy.
func (f *energyFlags) run(c *cobra.Command, args []string) error {
	w := c.OutOrStdout()
	if f.list {
		return listChips(w, f.json)
	}
	if f.show != "" {
		text, err := hwmodel.ChipText(f.show)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}
	j := &energyJob{flags: f, screen: newScreen(c.ErrOrStderr(), false), dir: args[0]}
	if err := j.load(); err != nil {
		return err
	}
	if err := j.price(); err != nil {
		return err
	}
	if err := j.write(); err != nil {
		return runError{err}
	}
	return j.print(w)
}

// listChips prints a row for each shipped profile.
func listChips(w io.Writer, asJSON bool) error {
	t := newTable("profile", "operating point", "static power", "what it is")
	type chip struct {
		Name        string        `json:"profile"`
		Title       string        `json:"title"`
		Point       hwmodel.Point `json:"operating_point"`
		EventDriven bool          `json:"event_driven"`
		Static      bool          `json:"static_power"`
	}
	list := []chip{}
	for _, name := range hwmodel.Chips() {
		p, err := hwmodel.Chip(name)
		if err != nil {
			return err
		}
		list = append(list, chip{p.Name, p.Title, p.Point, p.EventDriven, len(p.Static) > 0})
		static := "-"
		if len(p.Static) > 0 {
			static = "yes"
		}
		t.row(p.Name, p.Point.String(), static, p.Title)
	}
	if asJSON {
		return writeJSON(w, list)
	}
	if err := t.write(w, ""); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "\nprint one with: couplet energy --show NAME")
	return err
}
