package energyreport

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"couplet/hwmodel"
	"couplet/sim/result"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"count": count, "times": times,
	"upper": func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
}).Parse(result.ReportParts() + pageText))

// page is what the page shows.
type page struct {
	*Report
	Style      template.CSS
	Facts      []fact
	Lacks      []string
	Pictures   []picture
	Rows       []billRow
	Totals     []totalRow
	Layers     []sumRow
	Cores      []sumRow
	CoresNote  string
	Remainders []remainderRow
	Chips      []chipRow
	ANN        Reference
	Ratios     []ratioRow
	MetricRows []Metric
	Notes      []string
	Grades     []fact
	ChipNotes  []string
	ConfigText string
}

// fact is a name and a value with a remark.
type fact struct{ Name, Value, Note string }

// WritePage writes the page. It is an error if there is no bill.
func (r *Report) WritePage(w io.Writer) error {
	if r.Bill == nil {
		return errNoBill
	}
	p := page{
		Report: r, Style: template.CSS(result.ReportStyle()), Facts: r.facts(), Lacks: lacks(r.Bill), Pictures: r.pictures(),
		Rows: billRows(r.Bill), Totals: totalRows(r.Bill), Layers: layerRows(r.Bill), Remainders: remainderRows(r.Bill),
		Chips: r.chipRows(), ChipNotes: r.chipAssumptions(), ANN: r.Reference(), Ratios: r.ratios(), Notes: notes(r.Bill), Grades: grades(r.Bill), ConfigText: string(r.Config),
	}
	p.Cores, p.CoresNote = coreRows(r.Bill)
	if r.Metrics != nil {
		p.MetricRows = MetricRows(r.Metrics)
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("energyreport: %w", err)
	}
	_, err := b.WriteTo(w)
	return err
}

// Lines is the number of lines of the network file.
func (p page) Lines() int { return strings.Count(p.ConfigText, "\n") }

// Title is the name of the network.
func (p page) Title() string {
	if p.Network == "" {
		return "Unnamed network"
	}
	return p.Network
}

// Inferences is the number of results that were computed.
func (p page) Inferences() int64 { return max(p.Bill.Conditions.Inferences, 1) }

// Sources are those of all bills on the page, each once.
func (p page) Sources() []hwmodel.Source {
	var list []hwmodel.Source
	add := func(b *hwmodel.Bill) {
		for _, s := range b.UsedSources() {
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	add(p.Bill)
	for _, b := range p.Compared {
		add(b)
	}
	for _, c := range p.Conventional {
		add(c.Bill)
	}
	return list
}

// SpikesPerSynapse is the figure that decides between spikes and numbers, "" if no spikes meet synapses.
func (p page) SpikesPerSynapse() string {
	if x := p.ANN.SpikesPerSynapse; x != nil {
		return fmt.Sprintf("%.4g", *x)
	}
	return ""
}

// facts are the figures that a reader looks for first.
func (r *Report) facts() []fact {
	b := r.Bill
	list := []fact{
		{"total", short(b.Total()), strings.Join(append([]string{b.Total().String()}, prefixed("without ", lacks(b))...), ", ")},
		{"dynamic", short(b.Dynamic()), "what happened, counts × prices"},
	}
	if len(b.Static) > 0 {
		static, note := short(b.StaticEnergy()), "power × time"
		if b.Conditions.Duration.Sign() > 0 {
			note = "over " + b.Conditions.Duration.String()
		} else {
			static = "not billed"
		}
		list = append(list, fact{"static", static, note})
	}
	list = append(list, fact{"per inference", short(b.PerInference()), fmt.Sprintf("%d in %s ticks", max(b.Conditions.Inferences, 1), count(r.Activity.Ticks))})
	if e, ok := b.PerSynapticEvent(); ok {
		list = append(list, fact{"per synaptic event", short(e), count(b.SynapticEvents()) + " events"})
	}
	if least, most := b.Band(); least.Cmp(most) != 0 {
		list = append(list, fact{"at most", short(most), fmt.Sprintf("at least %s: prices at the ends of their ranges", short(least))})
	}
	if g, ok := b.WeakestGrade(); ok {
		list = append(list, fact{"weakest grade", g.String(), g.Meaning()})
	}
	return list
}

// prefixed joins a list behind a word; nothing of an empty list.
func prefixed(word string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{word + strings.Join(list, ", ")}
}

// lacks says what the total of a bill does not contain.
func lacks(b *hwmodel.Bill) []string {
	var list []string
	if n := len(b.Without(hwmodel.Unpriced)); n > 0 {
		list = append(list, plural(n, "unpriced term"))
	}
	if n := len(b.Missing); n > 0 {
		list = append(list, plural(n, "uncounted term"))
	}
	for _, s := range b.Static {
		if !s.Billed {
			list = append(list, "static power")
			break
		}
	}
	return list
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// notes are the remarks on the figures that were charged, each once.
func notes(b *hwmodel.Bill) []string {
	var list []string
	seen := map[string]bool{}
	add := func(what string, f hwmodel.Figure) {
		if line := what + ": " + f.Note; f.Note != "" && !seen[line] {
			seen[line] = true
			list = append(list, line)
		}
	}
	for _, i := range b.Items {
		if i.Status == hwmodel.Priced {
			add(string(i.As), i.Price.Figure)
		}
	}
	for _, s := range b.Static {
		if s.Billed {
			add("static "+s.Name, s.Figure)
		}
	}
	return list
}

// grades explains the grades of the figures that were charged, from the strongest on.
func grades(b *hwmodel.Bill) []fact {
	used := map[hwmodel.Grade]bool{}
	for _, i := range b.Items {
		if i.Status == hwmodel.Priced {
			used[i.Price.Grade] = true
		}
	}
	for _, s := range b.Static {
		used[s.Grade] = used[s.Grade] || s.Billed
	}
	var list []fact
	for g := hwmodel.Measured; g <= hwmodel.Average; g++ {
		if used[g] {
			list = append(list, fact{Name: g.String(), Value: g.Meaning()})
		}
	}
	return list
}
