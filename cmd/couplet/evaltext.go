package main

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"couplet/learning/report"
	"couplet/learning/score"
)

// printEvaluation prints a report as tables. Nothing in it depends on the wall clock.
func printEvaluation(w io.Writer, r *report.Report) error {
	var b bytes.Buffer
	i, work := r.Interval(), r.Evaluation.Work
	fmt.Fprintf(&b, "%s, trained by %s, on %d %s samples of %s\n\n", r.Run, r.Rule, r.Samples(), r.Part, r.Set)
	for _, line := range [][3]string{
		{"accuracy", percent(r.Accuracy()), fmt.Sprintf("95 %% interval %s to %s; %d of %d", percent(i.Low), percent(i.High), r.Correct(), r.Samples())},
		{"mean recall", shareText(score.MeanRecall(r.Classes)), "every class counts the same"},
		{"loss", fmt.Sprintf("%.4f", r.Evaluation.Loss), "cross entropy of the final outputs"},
		{"firing rate", fmt.Sprintf("%.4f", work.Rate()), "spikes per neuron and tick"},
		{"spikes", fmt.Sprintf("%.1f", r.Spikes()), "per sample"},
		{"synaptic events", fmt.Sprintf("%.0f", r.Events()), "per sample"},
	} {
		fmt.Fprintf(&b, "%-15s  %9s  %s\n", line[0], line[1], line[2])
	}
	for _, part := range []struct {
		title string
		table *table
	}{
		{"", classTable(r)},
		{"samples by class (row) and predicted class (column)", confusionTable(r)},
		{"", populationTable(r)},
		{fmt.Sprintf("accuracy if the answer is taken after a tick; from tick %d on it stays within the final interval", r.Settled()), latencyTable(r)},
	} {
		fmt.Fprintln(&b)
		if part.title != "" {
			fmt.Fprintln(&b, part.title)
		}
		if err := part.table.write(&b, ""); err != nil {
			return err
		}
	}
	_, err := b.WriteTo(w)
	return err
}

func classTable(r *report.Report) *table {
	t := newTable("class", ">samples", ">predicted", ">correct", ">recall", ">precision", ">F1")
	for _, c := range r.Classes {
		t.row(c.Name, fmt.Sprint(c.Samples), fmt.Sprint(c.Predicted), fmt.Sprint(c.Correct), shareText(c.Recall()), shareText(c.Precision()), shareText(c.F1()))
	}
	return t
}

func confusionTable(r *report.Report) *table {
	heading := []string{"class"}
	for _, c := range r.Classes {
		heading = append(heading, ">"+c.Name)
	}
	t := newTable(heading...)
	for i, counts := range r.Evaluation.Confusion {
		row := []string{r.Classes[i].Name}
		for _, n := range counts {
			row = append(row, fmt.Sprint(n))
		}
		t.row(row...)
	}
	return t
}

func populationTable(r *report.Report) *table {
	t := newTable("population", ">neurons", ">spikes/sample", ">rate")
	for _, l := range r.Evaluation.Work.Layers {
		t.row(l.Name, fmt.Sprint(l.Neurons), fmt.Sprintf("%.1f", float64(l.Spikes)/float64(r.Samples())), fmt.Sprintf("%.4f", l.Rate()))
	}
	return t
}

func latencyTable(r *report.Report) *table {
	t := newTable(">tick", ">correct", ">accuracy", ">95 % interval")
	for _, k := range report.SelectedTicks(r.Ticks()) {
		i := r.IntervalAfter(k)
		t.row(fmt.Sprint(k), fmt.Sprint(r.Evaluation.Latency[k-1]), percent(r.AccuracyAfter(k)), percent(i.Low)+" to "+percent(i.High))
	}
	return t
}

// shareText writes a share, "-" for one that does not exist.
func shareText(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return percent(x)
}
