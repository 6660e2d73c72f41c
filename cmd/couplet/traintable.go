package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"couplet/learning/train"
)

// column is a column of the table of epochs: what it shows, how wide it is, and what it is called in
// the log.
type column struct {
	head, name string
	width      int
	text       func(e train.Epoch) string // in the table; "" leaves the column to the log
	value      func(e train.Epoch) string // in the log
}

func percent(x float64) string { return fmt.Sprintf("%.2f %%", 100*x) }
func exact(x float64) string   { return strconv.FormatFloat(x, 'g', -1, 64) }
func count(n int64) string     { return strconv.FormatInt(n, 10) }

// perSample writes a count per sample.
func perSample(n int64, e train.Epoch) string {
	return fmt.Sprintf("%.0f", float64(n)/float64(max(e.Train.Samples, 1)))
}

// epochColumns lists the columns that a run has.
func epochColumns(c train.Config, data *train.Parts) []column {
	score := func(head, name string, of func(train.Epoch) *train.Score) column {
		write := func(format func(float64) string) func(train.Epoch) string {
			return func(e train.Epoch) string {
				if s := of(e); s != nil {
					return format(s.Accuracy())
				}
				return ""
			}
		}
		return column{head, name, 10, write(percent), write(exact)}
	}
	same := func(head, name string, width int, text func(train.Epoch) string) column {
		return column{head, name, width, text, text}
	}
	list := []column{
		same("epoch", "epoch", 5, func(e train.Epoch) string { return strconv.Itoa(e.Epoch) }),
		{"loss", "train_loss", 8, func(e train.Epoch) string { return fmt.Sprintf("%.4f", e.Train.Mean()) }, func(e train.Epoch) string { return exact(e.Train.Mean()) }},
		{"train", "train_accuracy", 9, func(e train.Epoch) string { return percent(e.Train.Accuracy()) }, func(e train.Epoch) string { return exact(e.Train.Accuracy()) }},
	}
	if data.Validation != nil {
		list = append(list, score("validation", "validation_accuracy", func(e train.Epoch) *train.Score { return e.Validation }))
	}
	list = append(list, score("test", "test_accuracy", func(e train.Epoch) *train.Score { return e.Test }),
		column{"rate", "rate", 6, func(e train.Epoch) string { return fmt.Sprintf("%.3f", e.Train.Work.Rate()) }, func(e train.Epoch) string { return exact(e.Train.Work.Rate()) }})
	spikesBack := c.Rule.SPIDE != nil && !c.Rule.SPIDE.Exact
	if spikesBack {
		list = append(list, column{"back", "backward_rate", 7, func(e train.Epoch) string { return fmt.Sprintf("%.4f", e.Train.Work.ErrorRate()) },
			func(e train.Epoch) string { return exact(e.Train.Work.ErrorRate()) }})
	}
	events := []struct {
		head, name string
		of         func(train.Work) int64
	}{
		{"events fwd", "forward_events", func(w train.Work) int64 { return w.Forward }},
		{"back", "backward_events", func(w train.Work) int64 { return w.Backward }},
		{"update", "update_events", func(w train.Work) int64 { return w.Update }},
	}
	if !c.CountEvents || c.Rule.BPTT != nil {
		events = nil // nothing was counted
	}
	for _, w := range events {
		list = append(list, column{w.head, w.name, 10, func(e train.Epoch) string { return perSample(w.of(e.Train.Work), e) },
			func(e train.Epoch) string { return count(w.of(e.Train.Work)) }})
	}
	return append(list,
		column{"", "learning_rate_factor", 0, nil, func(e train.Epoch) string { return exact(e.Factor) }},
		column{"", "samples", 0, nil, func(e train.Epoch) string { return count(e.Train.Samples) }},
		column{"", "train_seconds", 0, nil, func(e train.Epoch) string { return fmt.Sprintf("%.3f", e.Train.Seconds) }})
}

// epochHeader is the head of the table.
func epochHeader(c train.Config, data *train.Parts) string {
	return epochLine(epochColumns(c, data), func(k column) string { return k.head })
}

// epochRow is the row of an epoch. Events are per sample.
func epochRow(c train.Config, data *train.Parts, e train.Epoch) string {
	return epochLine(epochColumns(c, data), func(k column) string { return k.text(e) })
}

func epochLine(columns []column, cell func(column) string) string {
	var b strings.Builder
	for _, k := range columns {
		if k.text != nil {
			fmt.Fprintf(&b, "%*s  ", k.width, cell(k))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// writeLog writes the log anew.
func (j *trainJob) writeLog() error {
	columns := epochColumns(j.config, j.data)
	return writeTo(filepath.Join(j.dir, trainLog), func(w io.Writer) error {
		c := csv.NewWriter(w)
		var names []string
		for _, k := range columns {
			names = append(names, k.name)
		}
		if err := c.Write(names); err != nil {
			return err
		}
		for _, e := range j.session.Log() {
			var row []string
			for _, k := range columns {
				row = append(row, k.value(e))
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}
