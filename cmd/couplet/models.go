package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"couplet/sim/netfile"
)

func newModelsCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "models [NAME...]",
		Short: "List models, stimuli, rules and synapses, with their parameters",
		Long: `List what a network file can name: neuron models, sources, stimuli, connection rules and synapse
models. With names, show their parameters with units, defaults and ranges.`,
		Example: "  couplet models\n  couplet models iaf_psc_exp stdp",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return entryNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			entries, err := namedEntries(args)
			switch {
			case err != nil:
				return err
			case asJSON:
				return writeJSON(c.OutOrStdout(), entries)
			case len(args) == 0:
				return listEntries(c.OutOrStdout(), entries)
			}
			return describeEntries(c.OutOrStdout(), entries)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all parameters")
	return c
}

func entryNames() []string {
	var names []string
	for _, e := range netfile.Catalogue() {
		names = append(names, e.Name)
	}
	return names
}

// namedEntries returns the entries of some names, all without names.
func namedEntries(names []string) ([]netfile.Entry, error) {
	all := netfile.Catalogue()
	if len(names) == 0 {
		return all, nil
	}
	var list []netfile.Entry
	for _, name := range names {
		i := slices.IndexFunc(all, func(e netfile.Entry) bool { return e.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no model, stimulus, rule or synapse %q; valid: %s", name, strings.Join(entryNames(), ", "))
		}
		list = append(list, all[i])
	}
	return list, nil
}

// listEntries prints names and explanations, kind by kind.
func listEntries(w io.Writer, entries []netfile.Entry) error {
	for len(entries) > 0 {
		kind := entries[0].Kind
		t := newTable(kind, "")
		for len(entries) > 0 && entries[0].Kind == kind {
			t.row(entries[0].Name, entries[0].Doc)
			entries = entries[1:]
		}
		if err := t.write(w, ""); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	_, err := fmt.Fprintln(w, "couplet models NAME shows the parameters of one.")
	return err
}

// describeEntries prints everything about some entries.
func describeEntries(w io.Writer, entries []netfile.Entry) error {
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := describeEntry(w, e); err != nil {
			return err
		}
	}
	return nil
}

func describeEntry(w io.Writer, e netfile.Entry) error {
	fmt.Fprintf(w, "%s (%s): %s\n", e.Name, e.Kind, e.Doc)
	if e.WeightUnit != "" {
		fmt.Fprintf(w, "weights in %s\n", e.WeightUnit)
	}
	if len(e.Fields) > 0 {
		t := newTable("parameter", "default", "valid", "")
		for _, f := range e.Fields {
			byDefault := f.Default
			if f.Required {
				byDefault = "(required)"
			}
			t.row(f.Name, byDefault, f.Valid, f.Doc)
		}
		fmt.Fprintln(w)
		if err := t.write(w, "  "); err != nil {
			return err
		}
	}
	if len(e.Variables) == 0 {
		return nil
	}
	t := newTable("variable", "unit", "initial value", "")
	for _, v := range e.Variables {
		initial := "fixed"
		if v.Init {
			initial = "under init"
		}
		t.row(v.Name, v.Unit, initial, v.Doc)
	}
	fmt.Fprintln(w)
	return t.write(w, "  ")
}
