package hwmodel

import (
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/google/pprof/profile"
)

// EnergyUnit is the unit of the energies in a profile for pprof, which holds whole numbers of 63 bits.
type EnergyUnit uint8

// The units. Pprof writes numbers as they are, so that a report of a large run is easier to read in a
// larger unit.
const (
	Femtojoules EnergyUnit = iota // up to 9.2 kJ
	Picojoules
	Nanojoules
)

var (
	energyUnitNames = []string{"femtojoules", "picojoules", "nanojoules"}
	energyUnitAtto  = []int64{1e3, 1e6, 1e9}
)

// String is the unit's name in profiles.
func (u EnergyUnit) String() string { return energyUnitNames[min(int(u), len(energyUnitNames)-1)] }

// rounder turns exact energies into whole numbers of a unit. It rounds the running sum and not each
// energy, so that the numbers add up to the rounded sum, whatever part of them is taken from the
// beginning.
type rounder struct {
	unit    int64
	sum     Energy
	written *big.Int
}

func (r *rounder) next(e Energy) (int64, error) {
	r.sum = r.sum.Plus(e)
	whole := rounded(new(big.Rat).SetFrac(r.sum.int(), big.NewInt(r.unit)))
	if whole.Cmp(maxInt64) > 0 {
		return 0, fmt.Errorf("hwmodel: %s is too large for a profile; valid: a larger unit", r.sum)
	}
	step := new(big.Int).Sub(whole, r.written)
	r.written = whole
	return step.Int64(), nil
}

// Pprof makes a profile for go tool pprof: two measures, events and energy, and one sample for each item of
// the bill and each static power. A stack leads from the chip over core, population, projection and
// operation to the part of a price; every frame bears its full path as name, since pprof merges frames of
// the same name. The lines of the network file stand as source lines, so that pprof -list prints the file
// with the energy of each line.
//
// The energies add up to [Bill.Total], rounded once to the unit. What has no price is in the profile with
// its events and without energy, and says so in its name.
func (b *Bill) Pprof(unit EnergyUnit) (*profile.Profile, error) {
	if int(unit) >= len(energyUnitNames) {
		return nil, fmt.Errorf("hwmodel: unknown unit %d of energies; valid: femtojoules, picojoules, nanojoules", unit)
	}
	g := stacks{
		frames: map[frame]*profile.Location{}, places: b.populationPlaces(),
		rounder: rounder{unit: energyUnitAtto[unit], written: new(big.Int)},
		p: &profile.Profile{
			SampleType:        []*profile.ValueType{{Type: "events", Unit: "count"}, {Type: "energy", Unit: unit.String()}},
			DefaultSampleType: "energy",
			PeriodType:        &profile.ValueType{Type: "energy", Unit: unit.String()},
			Comments:          b.comments(),
		},
	}
	if d := rounded(new(big.Rat).SetFrac(b.Conditions.Duration.int(), big.NewInt(1e9))); d.IsInt64() {
		g.p.DurationNanos = d.Int64()
	}
	for _, i := range b.Items {
		if err := g.item(i); err != nil {
			return nil, err
		}
	}
	for _, s := range b.Static {
		if err := g.static(s); err != nil {
			return nil, err
		}
	}
	if err := g.p.CheckValid(); err != nil {
		return nil, fmt.Errorf("hwmodel: profile: %w", err)
	}
	return g.p, nil
}

// WritePprof writes the profile in the compressed form that go tool pprof reads.
func (b *Bill) WritePprof(w io.Writer, unit EnergyUnit) error {
	p, err := b.Pprof(unit)
	if err != nil {
		return err
	}
	return p.Write(w)
}

// comments say what the numbers are.
func (b *Bill) comments() []string {
	list := []string{
		"simulated energy, not measured: counts x prices of profile " + b.Profile.Name + " (" + b.Profile.Title + ")",
		"operating point: " + b.Profile.Point.String(),
	}
	for _, r := range b.Without(Unpriced) {
		list = append(list, fmt.Sprintf("unpriced: %s (%d): %s", r.Term, r.N, r.Reason))
	}
	for _, w := range b.Warnings {
		list = append(list, "warning: "+w)
	}
	return list
}

// populationPlaces finds the lines of populations: those of what happened to their neurons.
func (b *Bill) populationPlaces() map[string]Place {
	places := map[string]Place{}
	for _, i := range b.Items {
		if p := i.Count.Path; p.Projection == "" && i.Count.Place != (Place{}) {
			places[p.Population] = i.Count.Place
		}
	}
	return places
}

// frame is one level of a stack.
type frame struct {
	name  string
	place Place
}

// stacks builds a profile.
type stacks struct {
	p       *profile.Profile
	frames  map[frame]*profile.Location
	places  map[string]Place // of populations
	rounder rounder
}

func (g *stacks) item(i Item) error {
	p := i.Count.Path
	stack := g.path(p, i.Count.Place)
	leaf := operation(i.Count)
	if i.Status != Priced {
		leaf += " (" + i.Status.String() + ")"
	}
	stack = append(stack, frame{join(stack, leaf), i.Count.Place})
	if i.Part != "" {
		stack = append(stack, frame{join(stack, i.Part+" "+string(i.As)), i.Count.Place})
	}
	labels := map[string][]string{"term": {string(i.Count.Term)}, "layer": {i.Count.layer()}, "status": {i.Status.String()}}
	if p.Chip != "" {
		labels["chip"] = []string{p.Chip}
	}
	if p.Core != "" {
		labels["core"] = []string{core(i.Count)}
	}
	if i.Status == Priced {
		labels["grade"] = []string{i.Price.Grade.String()}
	}
	return g.sample(stack, labels, i.Operations(), i.Energy)
}

func (g *stacks) static(s StaticItem) error {
	if !s.Billed {
		return nil
	}
	stack := []frame{{name: "static"}, {name: "static/" + s.Name}}
	return g.sample(stack, map[string][]string{"term": {"static"}, "grade": {s.Grade.String()}}, int64(s.Units), s.Energy)
}

// path makes the frames from the chip down to the projection. Levels that are not given are left out.
func (g *stacks) path(p Path, place Place) []frame {
	var stack []frame
	for _, level := range []frame{{name: p.Chip}, {name: p.Core}, {p.Population, g.places[p.Population]}, {p.Projection, place}} {
		if level.name != "" {
			stack = append(stack, frame{join(stack, level.name), level.place})
		}
	}
	return stack
}

// join is the full name of a frame below a stack.
func join(stack []frame, name string) string {
	if len(stack) == 0 {
		return name
	}
	return strings.Join([]string{stack[len(stack)-1].name, name}, "/")
}

// sample adds a sample; the stack begins at the root.
func (g *stacks) sample(stack []frame, labels map[string][]string, events int64, e Energy) error {
	energy, err := g.rounder.next(e)
	if err != nil {
		return err
	}
	s := &profile.Sample{Value: []int64{events, energy}, Label: labels}
	for k := len(stack) - 1; k >= 0; k-- {
		s.Location = append(s.Location, g.location(stack[k]))
	}
	g.p.Sample = append(g.p.Sample, s)
	return nil
}

// location is that of a frame, made once.
func (g *stacks) location(f frame) *profile.Location {
	if l, known := g.frames[f]; known {
		return l
	}
	id := uint64(len(g.frames) + 1)
	fn := &profile.Function{ID: id, Name: f.name, SystemName: f.name, Filename: f.place.File, StartLine: int64(f.place.Line)}
	l := &profile.Location{ID: id, Line: []profile.Line{{Function: fn, Line: int64(f.place.Line)}}}
	g.p.Function = append(g.p.Function, fn)
	g.p.Location = append(g.p.Location, l)
	g.frames[f] = l
	return l
}
