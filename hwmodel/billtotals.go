package hwmodel

import (
	"cmp"
	"slices"
)

// Dynamic is the energy of everything that happened and has a price.
func (b *Bill) Dynamic() Energy {
	var sum Energy
	for _, i := range b.Items {
		sum = sum.Plus(i.Energy)
	}
	return sum
}

// StaticEnergy is the energy of static power over the duration, as far as it is billed.
func (b *Bill) StaticEnergy() Energy {
	var sum Energy
	for _, s := range b.Static {
		sum = sum.Plus(s.Energy)
	}
	return sum
}

// Total is dynamic plus static energy.
func (b *Bill) Total() Energy { return b.Dynamic().Plus(b.StaticEnergy()) }

// PerInference is the total divided by the number of inferences, rounded to an attojoule.
func (b *Bill) PerInference() Energy { return b.Total().per(max(b.Conditions.Inferences, 1)) }

// PerSynapticEvent is the total divided by the number of synaptic events, rounded to an attojoule; false if
// there are none.
func (b *Bill) PerSynapticEvent() (Energy, bool) { return b.Total().per(b.events), b.events > 0 }

// SynapticEvents is the number of synaptic events in the counts.
func (b *Bill) SynapticEvents() int64 { return b.events }

// MeanPower is the total divided by the duration; false if the duration is not known.
func (b *Bill) MeanPower() (Power, bool) {
	if b.Conditions.Duration.Sign() == 0 {
		return Power{}, false
	}
	inverse := b.Conditions.Duration.inverse()
	return quantityOf[Watt](b.Total().scaled(inverse).int()), true
}

// Band is the total with all prices at the lower and at the upper end of the ranges that sources
// give. Prices without a range are taken as they are.
func (b *Bill) Band() (least, most Energy) {
	static := b.StaticEnergy()
	least, most = static, static
	for _, i := range b.Items {
		least = least.Plus(i.Price.Least.Times(i.Operations()))
		most = most.Plus(i.Price.Most.Times(i.Operations()))
	}
	return least, most
}

// WeakestGrade is the weakest grade among the figures that were charged; false if there are none.
func (b *Bill) WeakestGrade() (Grade, bool) {
	weakest := Grade(0)
	for _, i := range b.Items {
		if i.Status == Priced {
			weakest = max(weakest, i.Price.Grade)
		}
	}
	for _, s := range b.Static {
		if s.Billed {
			weakest = max(weakest, s.Grade)
		}
	}
	return weakest, weakest > 0
}

// Line is a part of a bill, summed up.
type Line struct {
	Name   string
	Energy Energy
}

// sums adds up energies by name, names in order of appearance.
type sums struct {
	lines []Line
	place map[string]int
}

func (s *sums) add(name string, e Energy) {
	if s.place == nil {
		s.place = map[string]int{}
	}
	i, known := s.place[name]
	if !known {
		i = len(s.lines)
		s.place[name] = i
		s.lines = append(s.lines, Line{Name: name})
	}
	s.lines[i].Energy = s.lines[i].Energy.Plus(e)
}

// ByLayer adds up the items of each layer, layers in order of the counts.
func (b *Bill) ByLayer() []Line {
	var s sums
	for _, i := range b.Items {
		s.add(i.Count.layer(), i.Energy)
	}
	return s.lines
}

// ByTerm adds up the items of each counted term, in the order of [Terms].
func (b *Bill) ByTerm() []Line {
	var s sums
	for _, i := range b.Items {
		s.add(string(i.Count.Term), i.Energy)
	}
	slices.SortFunc(s.lines, func(x, y Line) int { return compareTerms(Term(x.Name), Term(y.Name)) })
	return s.lines
}

// ByPart adds up the items by what they are for: the parts of recipes, and terms that have a price of
// their own.
func (b *Bill) ByPart() []Line {
	var s sums
	for _, i := range b.Items {
		if i.Status == Priced {
			s.add(cmp.Or(i.Part, string(i.As)), i.Energy)
		}
	}
	return s.lines
}

// ByCore adds up the items of each core, "chip/core"; items without a core stand under "".
func (b *Bill) ByCore() []Line {
	var s sums
	for _, i := range b.Items {
		s.add(core(i.Count), i.Energy)
	}
	return s.lines
}

func core(c Count) string { return Path{Chip: c.Path.Chip, Core: c.Path.Core}.String() }

// Row is one line of the table of a bill: a term in a layer, with one part of its price.
type Row struct {
	Layer  string
	Term   Term
	Status Status
	Label  string // what is charged
	Events int64
	Item   Item // an item of the row, for price, grade and source
	Energy Energy
}

// Rows adds up the items by layer, term and part: layers in order of the counts, in them terms in the order
// of [Terms].
func (b *Bill) Rows() []Row {
	type key struct {
		layer string
		term  Term
		label string
		price string
	}
	var rows []Row
	place, layers := map[key]int{}, map[string]int{}
	for _, i := range b.Items {
		layer := i.Count.layer()
		if _, known := layers[layer]; !known {
			layers[layer] = len(layers)
		}
		k := key{layer, i.Count.Term, i.Label(), i.Price.Energy.int().String()}
		at, known := place[k]
		if !known {
			at = len(rows)
			place[k] = at
			rows = append(rows, Row{Layer: layer, Term: i.Count.Term, Status: i.Status, Label: i.Label(), Item: i})
		}
		rows[at].Events += i.Count.N
		rows[at].Energy = rows[at].Energy.Plus(i.Energy)
	}
	slices.SortStableFunc(rows, func(x, y Row) int {
		return cmp.Or(cmp.Compare(layers[x.Layer], layers[y.Layer]), compareTerms(x.Term, y.Term))
	})
	return rows
}

// Remainder is a term that happened and has no price of its own.
type Remainder struct {
	Term   Term
	N      int64
	Layers []string // where it happened
	Reason string
}

// Without lists the terms of a status other than [Priced], in the order of [Terms].
func (b *Bill) Without(status Status) []Remainder {
	var list []Remainder
	for _, i := range b.Items {
		if i.Status != status || status == Priced {
			continue
		}
		at := slices.IndexFunc(list, func(r Remainder) bool { return r.Term == i.Count.Term && r.Reason == i.Reason })
		if at < 0 {
			at = len(list)
			list = append(list, Remainder{Term: i.Count.Term, Reason: i.Reason})
		}
		list[at].N += i.Count.N
		list[at].Layers = appendNew(list[at].Layers, i.Count.layer())
	}
	slices.SortStableFunc(list, func(x, y Remainder) int { return compareTerms(x.Term, y.Term) })
	return list
}

// Latency is what the priced events take, as far as the profile has times.
type Latency struct {
	// Serial is the time if nothing happened at the same time: an upper bound.
	Serial Time
	// Busiest is the time of the core that has most to do, the cores working side by side, and Core its name; it
	// is the serial time if the network is not mapped on cores.
	Busiest Time
	Core    string
	// Untimed are terms whose time no source gives; the times do not contain them.
	Untimed []Term
}

// Latency adds up times; false if the profile has none for what happened.
func (b *Bill) Latency() (Latency, bool) {
	var l Latency
	var cores []string
	times := map[string]Time{}
	timed := false
	for _, i := range b.Items {
		switch {
		case i.Status == Included || i.Status == Absent:
		case !i.Price.Timed:
			l.Untimed = appendNew(l.Untimed, i.As)
		default:
			timed = true
			name := core(i.Count)
			cores = appendNew(cores, name)
			times[name] = times[name].Plus(i.time())
			l.Serial = l.Serial.Plus(i.time())
		}
	}
	for _, name := range cores {
		if times[name].Cmp(l.Busiest) > 0 {
			l.Busiest, l.Core = times[name], name
		}
	}
	slices.SortFunc(l.Untimed, compareTerms)
	return l, timed
}
