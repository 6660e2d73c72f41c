package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

// WriteConfusion writes the confusion matrix as comma-separated values: in the first column the class of
// samples, in the others how many of them were taken for the class of the heading.
func (r *Report) WriteConfusion(w io.Writer) error {
	rows := [][]string{append([]string{"class"}, r.Evaluation.Classes...)}
	for i, counts := range r.Evaluation.Confusion {
		row := []string{r.Evaluation.Classes[i]}
		for _, n := range counts {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteLatency writes the accuracy after each tick as comma-separated values.
func (r *Report) WriteLatency(w io.Writer) error {
	rows := [][]string{{"tick", "correct", "accuracy", "low", "high"}}
	for t := 1; t <= r.Ticks(); t++ {
		i := r.IntervalAfter(t)
		rows = append(rows, []string{strconv.Itoa(t), strconv.Itoa(r.Evaluation.Latency[t-1]), exact(r.AccuracyAfter(t)), exact(i.Low), exact(i.High)})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteRates writes the spikes of each population as comma-separated values. A rate is in spikes per neuron
// and tick.
func (r *Report) WriteRates(w io.Writer) error {
	rows := [][]string{{"population", "neurons", "spikes", "rate"}}
	for _, l := range r.Evaluation.Work.Layers {
		rows = append(rows, []string{l.Name, strconv.FormatInt(l.Neurons, 10), strconv.FormatInt(l.Spikes, 10), exact(l.Rate())})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// exact writes a number with the digits that it takes to read it back.
func exact(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
