package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"

	"couplet/learning/picture"
	"couplet/learning/score"
	"couplet/sim/result"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": percent,
	"share":   func(x float64) string { return number("%.3f", x) },
	"rate":    func(x float64) string { return number("%.4f", x) },
}).Parse(result.ReportParts() + pageText))

// page is what report.html shows.
type page struct {
	*Report
	Style    template.CSS
	Facts    []fact
	Pictures []pagePicture
	Latency  []tick
	Files    []fact
	Config   string
}

// fact is a name and a value with a remark.
type fact struct{ Name, Value, Note string }

type pagePicture struct {
	SVG     template.HTML
	Caption string
}

// writePage writes the page with its pictures inside.
func (r *Report) writePage(w io.Writer, pictures []*picture.Picture) error {
	p := page{Report: r, Style: template.CSS(result.ReportStyle()), Facts: r.facts(), Config: string(r.RunFile)}
	for _, drawn := range pictures {
		svg, err := drawn.Inline()
		if err != nil {
			return err
		}
		p.Pictures = append(p.Pictures, pagePicture{svg, drawn.Caption})
	}
	all := r.document().Latency
	for _, t := range SelectedTicks(r.Ticks()) {
		p.Latency = append(p.Latency, all[t-1])
	}
	p.Files = []fact{
		{JSONFile, "all numbers", ""},
		{"confusion.csv", "confusion matrix", ""},
		{"latency.csv", "accuracy after each tick", ""},
		{"rates.csv", "spikes of each population", ""},
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err := b.WriteTo(w)
	return err
}

// facts are the figures that a reader looks for first.
func (r *Report) facts() []fact {
	i := r.Interval()
	return []fact{
		{"accuracy", percent(r.Accuracy()), fmt.Sprintf("95 %% interval %s to %s", percent(i.Low), percent(i.High))},
		{"samples", fmt.Sprint(r.Samples()), fmt.Sprintf("%d predicted rightly", r.Correct())},
		{"mean recall", percent(score.MeanRecall(r.Classes)), "every class counts the same"},
		{"loss", number("%.4f", r.Evaluation.Loss), "cross entropy of the final outputs"},
		{"ticks", fmt.Sprint(r.Ticks()), fmt.Sprintf("from tick %d on the accuracy stays within the final interval", r.Settled())},
		{"firing rate", number("%.4f", r.Evaluation.Work.Rate()), "spikes per neuron and tick"},
		{"spikes", number("%.1f", r.Spikes()), "per sample"},
		{"synaptic events", number("%.0f", r.Events()), "per sample"},
	}
}

// Lines is the number of lines of the configuration.
func (p page) Lines() int { return strings.Count(p.Config, "\n") }

// percent writes a share with two digits, a dash for one that does not exist.
func percent(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.2f %%", 100*x)
}

// number writes a number, a dash for one that does not exist.
func number(format string, x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	return fmt.Sprintf(format, x)
}
