package hwmodel

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// Comparison is the same counts on several chips.
type Comparison struct{ Bills []*Bill }

// Compare prices counts with several profiles. Nothing is run again.
func Compare(c Counts, profiles []*Profile, cond Conditions) (*Comparison, error) {
	x := &Comparison{}
	for _, p := range profiles {
		b, err := Price(c, p, cond)
		if err != nil {
			return nil, err
		}
		x.Bills = append(x.Bills, b)
	}
	return x, nil
}

// WriteText writes one line for each chip, and below it what has no price where. Totals of bills that
// lack something are marked; they must not be read as the smaller ones.
func (x *Comparison) WriteText(w io.Writer) error {
	t := newColumns("profile", "operating point", ">dynamic", ">static", ">total", ">per inference", ">per synaptic event", "grade", "")
	var notes text
	for _, b := range x.Bills {
		perEvent := "-"
		if e, ok := b.PerSynapticEvent(); ok {
			perEvent = e.String()
		}
		grade := "-"
		if g, ok := b.WeakestGrade(); ok {
			grade = g.String()
		}
		t.row(b.Profile.Name, b.Profile.Point.String(), b.Dynamic().String(), b.staticText(), b.Total().String(), b.PerInference().String(), perEvent, grade, b.incomplete())
		notes.list(b.Profile.Name+": unpriced", remainders(b.Without(Unpriced)))
		notes.list(b.Profile.Name+": warnings", b.Warnings)
	}
	_, err := io.WriteString(w, t.String()+notes.String())
	return err
}

// staticText is the static energy, "-" for a profile without static power and "?" if it is not billed.
func (b *Bill) staticText() string {
	if len(b.Static) == 0 {
		return "-"
	}
	for _, s := range b.Static {
		if !s.Billed {
			return "?"
		}
	}
	return b.StaticEnergy().String()
}

// WriteJSON writes the bills as a list.
func (x *Comparison) WriteJSON(w io.Writer) error {
	return writeJSON(w, struct {
		Format string  `json:"format"`
		Bills  []*Bill `json:"bills"`
	}{"couplet-comparison/1", x.Bills})
}

// WriteCSV writes one row for each chip, energies in whole attojoules.
func (x *Comparison) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"profile", "node", "voltage", "dynamic_aJ", "static_aJ", "total_aJ", "per_inference_aJ", "synaptic_events",
		"per_synaptic_event_aJ", "least_aJ", "most_aJ", "weakest_grade", "unpriced_terms", "uncounted_terms", "static_not_billed", "warnings"}); err != nil {
		return err
	}
	for _, b := range x.Bills {
		if err := c.Write(b.comparisonRow()); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (b *Bill) comparisonRow() []string {
	unbilled := 0
	for _, s := range b.Static {
		if !s.Billed {
			unbilled++
		}
	}
	perEvent, grade := "", ""
	if e, ok := b.PerSynapticEvent(); ok {
		perEvent = e.int().String()
	}
	if g, ok := b.WeakestGrade(); ok {
		grade = g.String()
	}
	least, most := b.Band()
	return []string{b.Profile.Name, b.Profile.Point.Node, b.Profile.Point.Voltage, b.Dynamic().int().String(), b.StaticEnergy().int().String(),
		b.Total().int().String(), b.PerInference().int().String(), strconv.FormatInt(b.events, 10), perEvent, least.int().String(), most.int().String(),
		grade, strconv.Itoa(len(b.Without(Unpriced))), strconv.Itoa(len(b.Missing)), strconv.Itoa(unbilled), fmt.Sprint(len(b.Warnings))}
}
