package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

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
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			net, options, err := f.load(args[0])
			if err != nil {
				return err
			}
			p, err := sim.Compile(net, options)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(p.Describe())
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
	fmt.Fprintf(w, "network %s: tick %g ms, seed %d, %d workers that meet every %d ticks, %d levels, tables of %s\n\n",
		d.Name, d.TickMs, d.Seed, d.Workers, d.WindowTicks, d.Levels, mem.FormatBytes(uint64(d.Bytes)))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "population\tmodel\tneurons\thosting\tstate\tlevel\tinput sums")
	for _, p := range d.Populations {
		var ports []string
		for _, q := range p.Ports {
			ports = append(ports, fmt.Sprintf("%s: %d bit × %g", q.Name, q.Bits, q.Quantum))
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%d\t%s\n", p.Name, p.Model, p.Size, p.Hosting, p.Precision, p.Level, strings.Join(ports, ", "))
	}
	fmt.Fprintln(t, "\nprojection\trule\tsynapse\tsynapses\tdelay (ticks)\tbytes/synapse\tstored as")
	for _, p := range d.Projections {
		delay := fmt.Sprint(p.MinDelay)
		if p.MaxDelay > p.MinDelay {
			delay = fmt.Sprintf("%d..%d in %d classes", p.MinDelay, p.MaxDelay, p.DelayClasses)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%.2f\t%s\n", p.Name, p.Rule, p.Synapse, p.Synapses, delay, p.BytesPerSynapse(), p.Encoding)
	}
	return t.Flush()
}
