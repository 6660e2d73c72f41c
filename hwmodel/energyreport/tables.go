package energyreport

import (
	"fmt"
	"slices"
	"strings"

	"couplet/hwmodel"
)

// billRow is a line of the table of the bill: a term in a layer, with one part of its price.
type billRow struct {
	Layer string // "" below a row of the same layer
	Term  string
	N     int64
	Label string
	Price string // "" for what has no price, as the following

	Energy, Share, Grade, Source, Point string
}

// billRows lists the rows of the bill.
func billRows(b *hwmodel.Bill) []billRow {
	var rows []billRow
	layer, dynamic := "", b.Dynamic()
	for k, r := range b.Rows() {
		row := billRow{Layer: r.Layer, Term: string(r.Term), N: r.Events, Label: r.Label}
		if k > 0 && r.Layer == layer {
			row.Layer = ""
		}
		layer = r.Layer
		if r.Status == hwmodel.Priced {
			price := r.Item.Price
			row.Price = price.Energy.String()
			if r.Item.Times > 1 {
				row.Price = fmt.Sprintf("%d × %s", r.Item.Times, row.Price)
			}
			if price.Least.Cmp(price.Most) != 0 {
				row.Price += fmt.Sprintf(" (%s to %s)", price.Least, price.Most)
			}
			row.Energy, row.Share, row.Grade, row.Source, row.Point = r.Energy.String(), share(r.Energy, dynamic), price.Grade.String(), price.Source, price.Point.String()
		} else {
			row.Label = r.Status.String()
		}
		rows = append(rows, row)
	}
	return rows
}

// totalRow is a sum of the bill.
type totalRow struct{ Name, Energy, Note string }

// totalRows lists the sums of the bill, static power apart.
func totalRows(b *hwmodel.Bill) []totalRow {
	rows := []totalRow{{"dynamic", b.Dynamic().String(), "all rows above"}}
	for _, s := range b.Static {
		if !s.Billed {
			rows = append(rows, totalRow{"static: " + s.Name, "not billed", s.Reason})
			continue
		}
		rate := s.Power.String()
		if s.Clocked {
			rate = fmt.Sprintf("%s a cycle at %s", s.PerCycle, b.Conditions.Clock)
		}
		rows = append(rows, totalRow{"static: " + s.Name, s.Energy.String(),
			fmt.Sprintf("%s for %s, %d × %s; %s, %s, %s", rate, b.Conditions.Duration, s.Units, s.Per, s.Grade, s.Source, s.Point)})
	}
	rows = append(rows, totalRow{"total", b.Total().String(), strings.Join(prefixed("without ", lacks(b)), "")})
	if p, ok := b.MeanPower(); ok {
		rows = append(rows, totalRow{"mean power", p.String(), "over " + b.Conditions.Duration.String()})
	}
	if l, ok := b.Latency(); ok {
		note := "one event after the other, an upper bound"
		if len(l.Untimed) > 0 {
			note = fmt.Sprintf("one event after the other; no source gives a time for %s", terms(l.Untimed))
		}
		rows = append(rows, totalRow{"time", l.Serial.String(), note})
	}
	return rows
}

func terms(list []hwmodel.Term) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

// sumRow is a layer with its part of the dynamic energy.
type sumRow struct{ Name, Energy, Share string }

func layerRows(b *hwmodel.Bill) []sumRow {
	var rows []sumRow
	for _, l := range b.ByLayer() {
		rows = append(rows, sumRow{l.Name, l.Energy.String(), share(l.Energy, b.Dynamic())})
	}
	return append(rows, sumRow{"all", b.Dynamic().String(), share(b.Dynamic(), b.Dynamic())})
}

// mostCores is how many cores the page lists.
const mostCores = 16

// coreRows lists the cores that take most, if the counts name any, and says how many there are.
func coreRows(b *hwmodel.Bill) (rows []sumRow, note string) {
	var cores []hwmodel.Line
	for _, l := range b.ByCore() {
		if l.Name != "" {
			cores = append(cores, l)
		}
	}
	slices.SortStableFunc(cores, func(x, y hwmodel.Line) int { return y.Energy.Cmp(x.Energy) })
	for _, l := range cores[:min(mostCores, len(cores))] {
		rows = append(rows, sumRow{l.Name, l.Energy.String(), share(l.Energy, b.Dynamic())})
	}
	if left := len(cores) - len(rows); left > 0 {
		note = fmt.Sprintf("The cores that take most; %d others are left out.", left)
	}
	return rows, note
}

// remainderRow is something that happened and has no price of its own.
type remainderRow struct {
	Term, Status string
	N            string
	Where, Why   string
}

// remainderRows lists what has no price of its own: first what is missing in the total.
func remainderRows(b *hwmodel.Bill) []remainderRow {
	var rows []remainderRow
	add := func(status hwmodel.Status) {
		for _, r := range b.Without(status) {
			rows = append(rows, remainderRow{string(r.Term), status.String(), count(r.N), strings.Join(r.Layers, ", "), r.Reason})
		}
	}
	add(hwmodel.Unpriced)
	for _, m := range b.Missing {
		rows = append(rows, remainderRow{string(m.Term), "not counted", "?", m.Where, m.Why})
	}
	add(hwmodel.Included)
	add(hwmodel.Absent)
	return rows
}

// chipRow is a chip of the comparison.
type chipRow struct {
	Name, Title, Point              string
	Dynamic, Static, Total          string
	PerInference, PerEvent          string
	Grade, Lacks, Chips, Comparison string
	Warnings                        []string
}

// chipRows sets the chips side by side.
func (r *Report) chipRows() []chipRow {
	var rows []chipRow
	for _, b := range r.Compared {
		row := chipRow{
			Name: b.Profile.Name, Title: b.Profile.Title, Point: b.Profile.Point.String(), Dynamic: b.Dynamic().String(), Static: staticText(b),
			Total: b.Total().String(), PerInference: b.PerInference().String(), PerEvent: "–", Grade: "–",
			Lacks: strings.Join(lacks(b), ", "), Warnings: b.Warnings, Comparison: "–",
		}
		if len(b.Static) > 0 {
			row.Chips = fmt.Sprint(max(b.Conditions.Chips, 1))
		}
		if e, ok := b.PerSynapticEvent(); ok {
			row.PerEvent = e.String()
		}
		if g, ok := b.WeakestGrade(); ok {
			row.Grade = g.String()
		}
		if c, ok := r.conventionalFor(b); ok {
			row.Comparison = ratio(b, c.Bill) + " " + c.Name()
		}
		rows = append(rows, row)
	}
	return rows
}

// chipAssumptions are those of the compared bills that the bill itself does not have, behind the name of their profile.
func (r *Report) chipAssumptions() []string {
	var list []string
	for _, b := range r.Compared {
		for _, text := range b.Assumptions {
			if !slices.Contains(r.Bill.Assumptions, text) {
				list = append(list, b.Profile.Name+": "+text)
			}
		}
	}
	return list
}

// staticText is the static energy of a bill, with a mark if part of it is not billed.
func staticText(b *hwmodel.Bill) string {
	if len(b.Static) == 0 {
		return "–"
	}
	for _, s := range b.Static {
		if !s.Billed {
			if b.StaticEnergy().Sign() > 0 {
				return "> " + b.StaticEnergy().String()
			}
			return "?"
		}
	}
	return b.StaticEnergy().String()
}

// ratioRow is a conventional network beside spiking ones.
type ratioRow struct {
	Profile, Energy string
	Bill            string // dynamic energy of the bill over that of the conventional network
	Same, SameRatio string // dynamic energy of the spiking network with the same profile, and its ratio
}

// ratios sets the conventional network, by every profile that can price it, beside the spiking one.
func (r *Report) ratios() []ratioRow {
	var rows []ratioRow
	for _, c := range r.Conventional {
		row := ratioRow{Profile: c.Name(), Energy: c.PerInference().String(), Bill: ratio(r.Bill, c.Bill), Same: "–", SameRatio: "–"}
		for _, b := range append([]*hwmodel.Bill{r.Bill}, r.Compared...) {
			if b.Profile.Name == c.Profile.Name {
				row.Same, row.SameRatio = b.Dynamic().String(), ratio(b, c.Bill)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// ratio is the dynamic energy of a bill over that of another one.
func ratio(a, b *hwmodel.Bill) string { return times(a.Dynamic().Float() / b.Dynamic().Float()) }
