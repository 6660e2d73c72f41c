package hwmodel

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// WriteText writes the bill as a table for people: each term in each layer with count, price, energy, grade
// and source, then the totals, what has no price, what was not counted, what was assumed, and the sources.
func (b *Bill) WriteText(w io.Writer) error {
	var t text
	t.line("%s: %s", b.Profile.Name, b.Profile.Title)
	if point := b.Profile.Point.String(); point != "" {
		t.line("operating point: %s", point)
	}
	t.list("warnings", b.Warnings)
	t.block(b.table())
	t.block(b.totals())
	t.list("unpriced (part of the energy is missing)", remainders(b.Without(Unpriced)))
	t.list("included in other prices", remainders(b.Without(Included)))
	t.list("does not happen on this chip", remainders(b.Without(Absent)))
	t.list("not counted", missingLines(b.Missing))
	t.list("assumptions", b.Assumptions)
	t.list("sources", b.sourceLines())
	_, err := io.WriteString(w, t.String())
	return err
}

// text collects blocks of lines with blank lines between them.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

func (t *text) block(s string) {
	if s != "" {
		t.WriteString("\n" + s)
	}
}

func (t *text) list(heading string, lines []string) {
	if len(lines) == 0 {
		return
	}
	t.line("\n%s:", heading)
	for _, l := range lines {
		t.line("  %s", l)
	}
}

// table lists the rows of the bill.
func (b *Bill) table() string {
	dynamic := b.Dynamic()
	t := newColumns("layer", "term", ">events", "charged as", ">price", ">energy", ">share", "grade", "source")
	layer := ""
	for i, r := range b.Rows() {
		name := r.Layer
		if i > 0 && name == layer {
			name = ""
		}
		layer = r.Layer
		if r.Status != Priced {
			t.row(name, string(r.Term), fmt.Sprint(r.Events), r.Status.String(), "-", "-", "-", "-", "-")
			continue
		}
		price := r.Item.Price.Energy.String()
		if r.Item.Times > 1 {
			price = fmt.Sprintf("%d x %s", r.Item.Times, price)
		}
		t.row(name, string(r.Term), fmt.Sprint(r.Events), r.Label, price, r.Energy.String(), percent(ratio(r.Energy, dynamic)),
			r.Item.Price.Grade.String(), r.Item.Price.Source)
	}
	return t.String()
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*x)
}

// totals lists the sums of the bill.
func (b *Bill) totals() string {
	t := newColumns("", ">energy", "")
	dynamic := fmt.Sprintf("%d synaptic events", b.events)
	if grade, ok := b.WeakestGrade(); ok {
		dynamic += fmt.Sprintf("; weakest grade %s (%s)", grade, grade.Meaning())
	}
	t.row("dynamic", b.Dynamic().String(), dynamic)
	for _, s := range b.Static {
		if s.Billed {
			t.row("static: "+s.Name, s.Energy.String(), s.remark(b.Conditions))
		} else {
			t.row("static: "+s.Name, "not billed", s.Reason)
		}
	}
	t.row("total", b.Total().String(), b.incomplete())
	if n := b.Conditions.Inferences; n > 1 {
		t.row("per inference", b.PerInference().String(), fmt.Sprintf("%d inferences", n))
	}
	if e, ok := b.PerSynapticEvent(); ok {
		t.row("per synaptic event", e.String(), "everything divided by the synaptic events")
	}
	if least, most := b.Band(); least.Cmp(most) != 0 {
		t.row("range", least.String()+" to "+most.String(), "prices at the ends of the ranges that sources give")
	}
	if p, ok := b.MeanPower(); ok {
		t.row("mean power", p.String(), "over "+b.Conditions.Duration.String())
	}
	if l, ok := b.Latency(); ok {
		t.row("time, one after the other", l.Serial.String(), untimed(l))
		if l.Core != "" {
			t.row("time of the busiest core", l.Busiest.String(), l.Core)
		}
	}
	return t.String()
}

// remark says how a static energy came about.
func (s StaticItem) remark(c Conditions) string {
	rate := s.Power.String()
	if s.Clocked {
		rate = fmt.Sprintf("%s a cycle at %s", s.PerCycle, c.Clock)
	}
	return fmt.Sprintf("%s for %s, %d x %s, %s %s", rate, c.Duration, s.Units, s.Per, s.Grade, s.Source)
}

// incomplete says what the total lacks.
func (b *Bill) incomplete() string {
	var lacks []string
	if n := len(b.Without(Unpriced)); n > 0 {
		lacks = append(lacks, plural(n, "unpriced term"))
	}
	if n := len(b.Missing); n > 0 {
		lacks = append(lacks, plural(n, "uncounted term"))
	}
	for _, s := range b.Static {
		if !s.Billed {
			lacks = append(lacks, "static power")
			break
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return "without " + strings.Join(lacks, ", ")
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func untimed(l Latency) string {
	if len(l.Untimed) == 0 {
		return "upper bound"
	}
	names := make([]string, len(l.Untimed))
	for i, t := range l.Untimed {
		names[i] = string(t)
	}
	return "no times for " + strings.Join(names, ", ")
}

func remainders(list []Remainder) []string {
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = fmt.Sprintf("%s: %d in %s: %s", r.Term, r.N, strings.Join(r.Layers, ", "), r.Reason)
	}
	return lines
}

func missingLines(list []Missing) []string {
	lines := make([]string, len(list))
	for i, m := range list {
		lines[i] = fmt.Sprintf("%s in %s: %s", m.Term, m.Where, m.Why)
	}
	return lines
}

// UsedSources lists the sources of the figures that were charged, in the order of the profile.
func (b *Bill) UsedSources() []Source {
	used := map[string]bool{}
	for _, i := range b.Items {
		if i.Status == Priced {
			used[i.Price.Source] = true
			used[i.Price.RangeSource] = true
		}
	}
	for _, s := range b.Static {
		used[s.Source] = used[s.Source] || s.Billed
	}
	var list []Source
	for _, s := range b.Profile.Sources {
		if used[s.Key] {
			list = append(list, s)
		}
	}
	return list
}

func (b *Bill) sourceLines() []string {
	var lines []string
	for _, s := range b.UsedSources() {
		lines = append(lines, s.Key+": "+s.Text)
	}
	return append(lines, b.notes()...)
}

// notes are the remarks on the figures that were charged, each once: their notes, and their operating points
// where these are not that of the profile.
func (b *Bill) notes() []string {
	var list []string
	add := func(what string, f Figure) {
		if f.Point != b.Profile.Point {
			list = appendNew(list, fmt.Sprintf("operating point of %s: %s", what, f.Point))
		}
		if f.Note != "" {
			list = appendNew(list, fmt.Sprintf("note on %s: %s", what, f.Note))
		}
	}
	for _, i := range b.Items {
		if i.Status == Priced {
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
