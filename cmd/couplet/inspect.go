package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"couplet/internal/mem"
	"couplet/sim"
)

func newInspectCommand() *cobra.Command {
	f := &networkFlags{}
	asJSON := false
	c := &cobra.Command{
		Use:   "inspect NETWORK.yaml",
		Short: "Show what a network compiles to: hosting, storage, bytes per synapse",
		Long: `Compile a network without running it, and show how its populations are hosted, in which format their
inputs are summed, and how its projections are stored.`,
		Args:              oneArgument("a network file", "examples/brunel.yaml"),
		ValidArgsFunction: completeNetworks,
		RunE: func(c *cobra.Command, args []string) error {
			net, options, err := f.load(args[0])
			if err != nil {
				return err
			}
			p, err := compile(c.Context(), args[0], net, options)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.OutOrStdout(), p.Describe())
			}
			return inspect(c.OutOrStdout(), p.Describe())
		},
	}
	f.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// inspect prints a description as tables.
func inspect(w io.Writer, d sim.Description) error {
	fmt.Fprintf(w, "network %s: tick %g ms, seed %d, %d levels\n", d.Name, d.TickMs, d.Seed, d.Levels)
	fmt.Fprintf(w, "%s that meet every %d ticks; tables of %s\n\n", sizeLine(d), d.WindowTicks, mem.FormatBytes(uint64(d.Bytes)))
	populations := newTable("population", "model", ">neurons", "hosting", "state", ">level", "input sums")
	for _, p := range d.Populations {
		var ports []string
		for _, q := range p.Ports {
			ports = append(ports, fmt.Sprintf("%s: %d bit × %g", q.Name, q.Bits, q.Quantum))
		}
		populations.row(p.Name, p.Model, fmt.Sprint(p.Size), p.Hosting, p.Precision, fmt.Sprint(p.Level), strings.Join(ports, ", "))
	}
	if err := populations.write(w, ""); err != nil || len(d.Projections) == 0 {
		return err
	}
	projections := newTable("projection", "rule", "synapse", ">synapses", "delay (ticks)", ">bytes/synapse", "stored as")
	for _, p := range d.Projections {
		delay := fmt.Sprint(p.MinDelay)
		if p.MaxDelay > p.MinDelay {
			delay = fmt.Sprintf("%d..%d in %d classes", p.MinDelay, p.MaxDelay, p.DelayClasses)
		}
		projections.row(p.Name, p.Rule, p.Synapse, fmt.Sprint(p.Synapses), delay, fmt.Sprintf("%.2f", p.BytesPerSynapse()), p.Encoding)
	}
	fmt.Fprintln(w)
	return projections.write(w, "")
}

// writeJSON prints a value as indented JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
