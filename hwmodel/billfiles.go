package hwmodel

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// The JSON form of a bill. Energies have both their exact value and a float, see [Quantity.MarshalJSON].
type billJSON struct {
	Format           string          `json:"format"`
	Profile          string          `json:"profile"`
	Title            string          `json:"title"`
	Point            Point           `json:"operating_point"`
	EventDriven      bool            `json:"event_driven"`
	Conditions       conditionsJSON  `json:"conditions"`
	Dynamic          Energy          `json:"dynamic"`
	StaticEnergy     Energy          `json:"static_energy"`
	Total            Energy          `json:"total"`
	PerInference     Energy          `json:"per_inference"`
	SynapticEvents   int64           `json:"synaptic_events"`
	PerSynapticEvent *Energy         `json:"per_synaptic_event,omitempty"`
	MeanPower        *Power          `json:"mean_power,omitempty"`
	Least            Energy          `json:"least"`
	Most             Energy          `json:"most"`
	WeakestGrade     Grade           `json:"weakest_grade,omitempty"`
	Latency          *latencyJSON    `json:"latency,omitempty"`
	Layers           []lineJSON      `json:"layers"`
	Terms            []lineJSON      `json:"terms"`
	Items            []itemJSON      `json:"items"`
	Static           []staticJSON    `json:"static"`
	Unpriced         []remainderJSON `json:"unpriced"`
	Included         []remainderJSON `json:"included"`
	Absent           []remainderJSON `json:"absent"`
	NotCounted       []Missing       `json:"not_counted"`
	Warnings         []string        `json:"warnings"`
	Assumptions      []string        `json:"assumptions"`
	Notes            []string        `json:"notes"`
	Sources          []Source        `json:"sources"`
}

type conditionsJSON struct {
	Duration   *Time      `json:"duration,omitempty"`
	Clock      *Frequency `json:"clock,omitempty"`
	Chips      int        `json:"chips,omitempty"`
	Cores      int        `json:"cores,omitempty"`
	Inferences int64      `json:"inferences"`
}

type latencyJSON struct {
	Serial  Time   `json:"serial"`
	Busiest Time   `json:"busiest_core"`
	Core    string `json:"core,omitempty"`
	Untimed []Term `json:"untimed,omitempty"`
}

type lineJSON struct {
	Name   string `json:"name"`
	Energy Energy `json:"energy"`
}

type itemJSON struct {
	Chip       string  `json:"chip,omitempty"`
	Core       string  `json:"core,omitempty"`
	Layer      string  `json:"layer"`
	Population string  `json:"population,omitempty"`
	Projection string  `json:"projection,omitempty"`
	Operation  string  `json:"operation"`
	Place      *Place  `json:"place,omitempty"`
	Term       Term    `json:"term"`
	N          int64   `json:"events"`
	Status     Status  `json:"status"`
	Reason     string  `json:"reason,omitempty"`
	Part       string  `json:"part,omitempty"`
	As         Term    `json:"charged_as"`
	Memory     *Memory `json:"memory,omitempty"`
	Times      int64   `json:"times"`
	Price      *Energy `json:"price,omitempty"`
	Energy     *Energy `json:"energy,omitempty"` // absent, not 0, without a price
	Grade      Grade   `json:"grade,omitempty"`
	Source     string  `json:"source,omitempty"`
	Point      *Point  `json:"operating_point,omitempty"`
}

type staticJSON struct {
	Name     string  `json:"name"`
	Power    *Power  `json:"power,omitempty"`
	PerCycle *Energy `json:"per_cycle,omitempty"`
	Per      string  `json:"per"`
	Units    int     `json:"units"`
	Energy   *Energy `json:"energy,omitempty"`
	Reason   string  `json:"reason,omitempty"`
	Grade    Grade   `json:"grade"`
	Source   string  `json:"source"`
	Point    Point   `json:"operating_point"`
}

type remainderJSON struct {
	Term   Term     `json:"term"`
	N      int64    `json:"events"`
	Layers []string `json:"layers"`
	Reason string   `json:"reason"`
}

// billFormat names the JSON form.
const billFormat = "couplet-bill/1"

// MarshalJSON writes the whole bill.
func (b *Bill) MarshalJSON() ([]byte, error) {
	j := billJSON{
		Format: billFormat, Profile: b.Profile.Name, Title: b.Profile.Title, Point: b.Profile.Point, EventDriven: b.Profile.EventDriven,
		Conditions: conditionsJSON{
			Duration: nonzero(b.Conditions.Duration), Clock: nonzero(b.Conditions.Clock),
			Chips: b.Conditions.Chips, Cores: b.Conditions.Cores, Inferences: max(b.Conditions.Inferences, 1),
		},
		Dynamic: b.Dynamic(), StaticEnergy: b.StaticEnergy(), Total: b.Total(), PerInference: b.PerInference(), SynapticEvents: b.events,
		Layers: linesJSON(b.ByLayer()), Terms: linesJSON(b.ByTerm()), Items: []itemJSON{}, Static: []staticJSON{},
		Unpriced: remaindersJSON(b.Without(Unpriced)), Included: remaindersJSON(b.Without(Included)), Absent: remaindersJSON(b.Without(Absent)),
		NotCounted: notNil(b.Missing), Warnings: notNil(b.Warnings), Assumptions: notNil(b.Assumptions), Notes: notNil(b.notes()), Sources: notNil(b.UsedSources()),
	}
	j.Least, j.Most = b.Band()
	j.WeakestGrade, _ = b.WeakestGrade()
	if e, ok := b.PerSynapticEvent(); ok {
		j.PerSynapticEvent = &e
	}
	if p, ok := b.MeanPower(); ok {
		j.MeanPower = &p
	}
	if l, ok := b.Latency(); ok {
		j.Latency = &latencyJSON{l.Serial, l.Busiest, l.Core, l.Untimed}
	}
	for _, i := range b.Items {
		j.Items = append(j.Items, i.json())
	}
	for _, s := range b.Static {
		j.Static = append(j.Static, s.json())
	}
	return json.Marshal(j)
}

// WriteJSON writes the bill as indented JSON.
func (b *Bill) WriteJSON(w io.Writer) error { return writeJSON(w, b) }

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func nonzero[U Unit](q Quantity[U]) *Quantity[U] {
	if q.Sign() == 0 {
		return nil
	}
	return &q
}

// notNil makes an empty list of nil, as readers of JSON expect.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func linesJSON(lines []Line) []lineJSON {
	list := make([]lineJSON, len(lines))
	for i, l := range lines {
		list[i] = lineJSON(l)
	}
	return list
}

func remaindersJSON(rest []Remainder) []remainderJSON {
	list := make([]remainderJSON, len(rest))
	for i, r := range rest {
		list[i] = remainderJSON(r)
	}
	return list
}

func (i Item) json() itemJSON {
	p := i.Count.Path
	j := itemJSON{
		Chip: p.Chip, Core: p.Core, Layer: i.Count.layer(), Population: p.Population, Projection: p.Projection, Operation: operation(i.Count),
		Term: i.Count.Term, N: i.Count.N, Status: i.Status, Reason: i.Reason, Part: i.Part, As: i.As, Times: i.Times,
	}
	if i.Count.Place != (Place{}) {
		j.Place = &i.Count.Place
	}
	if i.Memory != (Memory{}) {
		j.Memory = &i.Memory
	}
	if i.Status == Priced {
		j.Price, j.Energy, j.Grade, j.Source, j.Point = &i.Price.Energy, &i.Energy, i.Price.Grade, i.Price.Source, &i.Price.Point
	}
	return j
}

func (s StaticItem) json() staticJSON {
	j := staticJSON{Name: s.Name, Per: s.Per, Units: s.Units, Reason: s.Reason, Grade: s.Grade, Source: s.Source, Point: s.Point}
	if s.Clocked {
		j.PerCycle = &s.PerCycle
	} else {
		j.Power = &s.Power
	}
	if s.Billed {
		j.Energy = &s.Energy
	}
	return j
}

// csvHeading names the columns of WriteCSV.
var csvHeading = []string{"chip", "core", "layer", "population", "projection", "operation", "file", "line", "term", "events", "status",
	"part", "charged_as", "memory_bytes", "memory_bits", "times", "price_aJ", "energy_aJ", "grade", "source", "node", "voltage", "reason"}

// WriteCSV writes one row for each item and each static power, energies in whole attojoules. The
// cells of what has no price are empty.
func (b *Bill) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeading); err != nil {
		return err
	}
	for _, i := range b.Items {
		if err := c.Write(i.csv()); err != nil {
			return err
		}
	}
	for _, s := range b.Static {
		if err := c.Write(s.csv()); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (i Item) csv() []string {
	p := i.Count.Path
	price, energy, grade := "", "", ""
	if i.Status == Priced {
		price, energy, grade = i.Price.Energy.int().String(), i.Energy.int().String(), i.Price.Grade.String()
	}
	return []string{p.Chip, p.Core, i.Count.layer(), p.Population, p.Projection, operation(i.Count),
		i.Count.Place.File, positive(int64(i.Count.Place.Line)), string(i.Count.Term), fmt.Sprint(i.Count.N), i.Status.String(),
		i.Part, string(i.As), positive(i.Memory.Bytes), positive(int64(i.Memory.Bits)), fmt.Sprint(i.Times), price, energy, grade,
		i.Price.Source, i.Price.Point.Node, i.Price.Point.Voltage, i.Reason}
}

func (s StaticItem) csv() []string {
	status, energy := Priced, s.Energy.int().String()
	if !s.Billed {
		status, energy = Unpriced, ""
	}
	row := make([]string, len(csvHeading))
	copy(row[5:], []string{"static: " + s.Name})
	copy(row[10:], []string{status.String()})
	copy(row[15:], []string{fmt.Sprint(s.Units), "", energy, s.Grade.String(), s.Source, s.Point.Node, s.Point.Voltage, s.Reason})
	return row
}

// positive writes a number, nothing for 0.
func positive(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
