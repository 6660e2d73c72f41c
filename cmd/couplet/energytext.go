package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"

	"couplet/hwmodel"
	"couplet/hwmodel/energyreport"
	"couplet/hwmodel/estimate"
)

// energyDocument is what --json prints.
type energyDocument struct {
	Format       string                 `json:"format"`
	Network      string                 `json:"network"`
	Version      string                 `json:"version"`
	Bill         *hwmodel.Bill          `json:"bill"`
	Comparison   []*hwmodel.Bill        `json:"comparison,omitempty"`
	Conventional energyreport.Reference `json:"conventional"`
	Sensitivity  []hwmodel.Variation    `json:"sensitivity"`
	NeuroBench   *estimate.Metrics      `json:"neurobench"`
}

// energyFormat names the layout of what --json prints.
const energyFormat = "couplet-energy/1"

func (j *energyJob) printJSON(w io.Writer) error {
	r, err := j.report()
	if err != nil {
		return err
	}
	d := energyDocument{
		Format: energyFormat, Network: j.net.Name, Version: version(), Bill: j.bill,
		Conventional: r.Reference(), Sensitivity: r.Sensitivity, NeuroBench: j.metrics,
	}
	if j.comparison != nil {
		d.Comparison = j.comparison.Bills
	}
	return writeJSON(w, d)
}

// printText prints the bill, or with --compare the chips side by side, and below it the conventional network.
func (j *energyJob) printText(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s: %d ticks, %d synaptic events\n\n", j.net.Name, j.result.Activity.Ticks, j.bill.SynapticEvents())
	show := j.printBill
	if j.comparison != nil {
		show = j.printComparison
	}
	if err := show(b); err != nil {
		return err
	}
	if err := j.printConventional(b); err != nil {
		return err
	}
	if j.flags.neurobench && j.metrics != nil {
		if err := j.printMetrics(b); err != nil {
			return err
		}
	}
	return b.Flush()
}

// printBill prints the bill, and what other assumptions would change.
func (j *energyJob) printBill(w io.Writer) error {
	if err := j.bill.WriteText(w); err != nil {
		return err
	}
	variations, err := j.sensitivity()
	if err != nil {
		return err
	}
	fmt.Fprintln(w)
	return hwmodel.WriteVariations(w, variations)
}

// printComparison prints the chips side by side, with bars, and what was assumed for each.
func (j *energyJob) printComparison(w io.Writer) error {
	if err := j.comparison.WriteText(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := energyreport.WriteBars(w, j.comparison.Bills); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nassumptions:")
	for _, text := range j.counts.Assumptions {
		fmt.Fprintf(w, "  %s\n", text)
	}
	for _, b := range j.comparison.Bills {
		for _, text := range b.Assumptions {
			if !slices.Contains(j.counts.Assumptions, text) {
				fmt.Fprintf(w, "  %s: %s\n", b.Profile.Name, text)
			}
		}
	}
	return nil
}

// printConventional prints the estimate for a conventional network of the same graph.
func (j *energyJob) printConventional(w io.Writer) error {
	what := "the same graph as a conventional network"
	if j.operations.MACs > 0 {
		what = "a conventional network"
	}
	fmt.Fprintf(w, "\nestimate: %s, %d multiply-accumulates an inference:\n", what, j.operations.PerInference())
	for _, b := range j.conventional {
		what := "arithmetic alone"
		if b.Weights {
			what = "and a read of a weight for each"
		}
		fmt.Fprintf(w, "  %s by %s, %s\n", b.PerInference(), b.Profile.Name, what)
	}
	x := j.operations.SpikesPerSynapse()
	if math.IsNaN(x) {
		_, err := fmt.Fprintln(w, "no spikes meet synapses")
		return err
	}
	fmt.Fprintf(w, "spikes per synapse and inference: %.4g\n", x)
	for _, e := range j.operations.BreakEvens() {
		if _, err := fmt.Fprintf(w, "  %s; break-even %s\n", e.Verdict(), e.BreakEven); err != nil {
			return err
		}
	}
	return nil
}

// printMetrics prints the metrics of NeuroBench.
func (j *energyJob) printMetrics(w io.Writer) error {
	fmt.Fprintln(w, "\nNeuroBench:")
	t := newTable("metric", ">value", "")
	for _, r := range energyreport.MetricRows(j.metrics) {
		t.row(r.Name, r.Value, r.Note)
	}
	return t.write(w, "  ")
}
