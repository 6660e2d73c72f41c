package result

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"couplet/sim/stats"
)

//go:embed report.html
var reportPage string

//go:embed report.css
var reportStyle string

//go:embed parts.html
var reportParts string

// ReportParts are definitions for the templates of such pages: "facts", of a list with Name, Value and Note,
// and "pictures", of a list with SVG and Caption.
func ReportParts() string { return reportParts }

// ReportStyle is the style sheet of reports, for pages that are to look like them: its variables are the
// colours of the pictures.
func ReportStyle() string { return reportStyle }

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"count": groupDigits[int64],
	"size":  groupDigits[int],
	"real":  realText,
}).Parse(reportParts + reportPage))

// report is what the page shows. Everything in it follows from the deterministic part of a run;
// wall-clock times stand in timing.json alone, so that equal runs have equal reports.
type report struct {
	Style        template.CSS
	Title        string
	Version      string
	Seed         uint64
	Partial      string // says how far a stopped run came; "" for a whole one
	Facts        []fact
	Figures      []reportFigure
	Populations  []populationRow
	Projections  []projectionRow
	Stimuli      []stimulusRow
	Recordings   []recordingRow
	Statistics   string // how the statistics were made
	Times        []fact
	RateUnit     string
	Signed       bool
	Plastic      bool
	Files        []fact
	Config       string
	ConfigLength int
}

// fact is a name and a value with its unit.
type fact struct{ Name, Value, Note string }

type reportFigure struct {
	SVG     template.HTML
	Caption string
}

type populationRow struct {
	Name, Model, Shape        string
	Neurons                   int
	Spikes, Negative, Updates int64
	Rate                      float64
}

type projectionRow struct {
	Name, From, To, Rule, Synapse string
	Synapses, Events, Plastic     int64
	InDegree                      float64
}

type stimulusRow struct {
	Name, Kind, To string
	Events         int64
}

type recordingRow struct {
	Name, What, From string
	Entries          int
	Unit             string // of the entries
	Figures          *spikeFigures
}

func (r *Run) writeReport(w io.Writer, s summary, figures []*Figure) error {
	page, err := r.report(s, figures)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := reportTemplate.Execute(&b, page); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

func (r *Run) report(s summary, figures []*Figure) (report, error) {
	page := report{
		Style: template.CSS(reportStyle), Title: r.Outline.Name, Version: r.Version, Seed: r.Seed,
		Facts: r.facts(s.Totals), Populations: r.populationRows(), Projections: r.projectionRows(),
		Stimuli: r.stimulusRows(), Recordings: recordingRows(&r.Outline, s), Statistics: r.method(s.Statistics),
		Times: r.times(), RateUnit: s.RateUnit, Signed: s.Totals.NegativeSpikes > 0, Plastic: s.Totals.PlasticUpdates > 0,
		Files: r.files(), Config: string(r.Config), ConfigLength: strings.Count(string(r.Config), "\n"),
	}
	if page.Title == "" {
		page.Title = "Unnamed network"
	}
	if r.Partial {
		page.Partial = "This run was stopped after " + r.duration(r.modelMs())
		if r.PlannedMs > 0 {
			page.Partial += " of " + r.duration(r.PlannedMs)
		}
		page.Partial += ". Everything below is about the part that was simulated."
	}
	for _, f := range figures {
		svg, err := f.inline()
		if err != nil {
			return report{}, err
		}
		page.Figures = append(page.Figures, reportFigure{template.HTML(svg), f.Caption})
	}
	return page, nil
}

// facts are the figures that a reader looks for first.
func (r *Run) facts(t Totals) []fact {
	rate := r.Outline.rate(float64(t.Spikes) / (float64(t.Neurons) * r.modelMs() / 1000))
	return []fact{
		{"neurons", groupDigits(t.Neurons), ""},
		{"synapses", groupDigits(t.Synapses), ""},
		{"spikes", groupDigits(t.Spikes), realText(rate) + " " + r.Outline.rateUnit() + " per neuron"},
		{"synaptic events", groupDigits(t.SynapticEvents), "weights handed on to targets"},
		{"neuron updates", groupDigits(t.NeuronUpdates), r.activeShare(t)},
		{"stimulus events", groupDigits(t.StimulusEvents), ""},
	}
}

// activeShare says how often neurons had input or fired, if it was counted.
func (r *Run) activeShare(t Totals) string {
	all := t.ActiveUpdates + t.IdleUpdates
	if !r.Activity.CountActive || all == 0 {
		return ""
	}
	return realText(100*float64(t.ActiveUpdates)/float64(all)) + " % of neurons and ticks with input or a spike"
}

func (r *Run) populationRows() []populationRow {
	var rows []populationRow
	for i, p := range r.Outline.Populations {
		a := r.Activity.Populations[i]
		shape := ""
		for k, extent := range p.Shape {
			if k > 0 {
				shape += " × "
			}
			shape += strconv.Itoa(extent)
		}
		rows = append(rows, populationRow{p.Name, p.Model, shape, p.Size, a.Spikes, a.Negative, a.Updates, r.rate(a)})
	}
	return rows
}

func (r *Run) projectionRows() []projectionRow {
	var rows []projectionRow
	for i, p := range r.Outline.Projections {
		a := r.Activity.Projections[i]
		rows = append(rows, projectionRow{
			p.Name, r.Outline.label(p.From), r.Outline.label(p.To), p.Rule, p.Synapse,
			a.Synapses, a.Events, a.Plastic, float64(a.Synapses) / float64(p.To.Hi-p.To.Lo),
		})
	}
	return rows
}

func (r *Run) stimulusRows() []stimulusRow {
	var rows []stimulusRow
	for i, s := range r.Outline.Stimuli {
		kind := strings.ReplaceAll(s.Kind, "_", " ")
		if s.Kind == "poisson" {
			kind = fmt.Sprintf("Poisson, %s %s", realText(r.Outline.rate(s.RateHz)), r.Outline.rateUnit())
		}
		rows = append(rows, stimulusRow{s.Name, kind, r.Outline.label(s.To), r.Activity.Stimuli[i].Events})
	}
	return rows
}

func recordingRows(o *Outline, s summary) []recordingRow {
	var rows []recordingRow
	for _, kind := range []struct {
		list []recording
		unit string
	}{{s.Spikes, "spikes"}, {s.Traces, "samples"}, {s.Weights, "weights"}} {
		for _, rec := range kind.list {
			from := o.label(rec.From)
			if rec.To != nil {
				from += " to " + o.label(*rec.To)
			}
			rows = append(rows, recordingRow{rec.Name, rec.What, from, rec.Entries, kind.unit, rec.Figures})
		}
	}
	return rows
}

// method says how the statistics of the recordings were made.
func (r *Run) method(s statistics) string {
	text := fmt.Sprintf("CV: mean over neurons with at least %d spikes of the coefficient of variation of their inter-spike intervals (divisor n). "+
		"Fano factor: variance over mean of the spike count of all recorded neurons in bins of %s. "+
		"Correlation: mean over all pairs of neurons, in bins of %s.", stats.MinSpikes, r.duration(s.FanoBin), r.duration(s.CorrelationBin))
	if s.From > 0 {
		text += " The first " + r.duration(s.From) + " are left out."
	}
	return text
}

// times says how long the run was in the time of the model.
func (r *Run) times() []fact {
	list := []fact{{"simulated", r.duration(r.modelMs()), ""}}
	if r.PlannedMs > 0 {
		list = append(list, fact{"asked for", r.duration(r.PlannedMs), ""})
	}
	if !r.Outline.Steps {
		list = append(list, fact{"ticks", groupDigits(r.Activity.Ticks), "of " + realText(r.Outline.TickMs) + " ms"})
	}
	if total := r.Totals().SynapticEvents; r.Activity.Ticks > 0 {
		list = append(list, fact{"synaptic events per tick", realText(float64(total) / float64(r.Activity.Ticks)), "on average"})
	}
	return list
}

// files lists the directory for the reader of the report.
func (r *Run) files() []fact {
	list := []fact{
		{configFile, "resolved configuration; running it again gives the same spikes", ""},
		{summaryFile, "counts, rates and statistics", ""},
		{timingFile, "wall-clock times of this run", ""},
	}
	if len(r.Spikes) > 0 {
		list = append(list, fact{spikesFile, "spikes as NumPy arrays", ""}, fact{spikesTable, "spikes as a table", ""})
	}
	if len(r.Traces) > 0 {
		list = append(list, fact{tracesFile, "traces as NumPy arrays", ""}, fact{tracesTable, "traces as a table", ""})
	}
	if len(r.Weights) > 0 {
		list = append(list, fact{weightsFile, "weights as NumPy arrays", ""})
	}
	return list
}

// groupDigits writes a number with a thin space between groups of three digits.
func groupDigits[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "\u2212", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && len(digits) > 4 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// realText writes a number with four significant digits, a dash for one that is missing.
func realText(v any) string {
	x := math.NaN()
	switch v := v.(type) {
	case float64:
		x = v
	case *figure:
		x = v.value()
	}
	if !finite(x) {
		return "–"
	}
	if a := math.Abs(x); a >= 10_000 && a < 1e15 {
		return groupDigits(int64(math.Round(x)))
	}
	return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "\u2212", 1)
}

// escape makes a text safe inside an attribute or element.
func escape(s string) string { return template.HTMLEscapeString(s) }
