package hwmodel

import (
	"cmp"
	"fmt"
	"slices"
)

// Conditions are what a bill needs to know beside the counts. The zero value prices what happened and
// leaves static power open.
type Conditions struct {
	// Duration is how long the chip was on for what was counted; 0 if it is not known, and then static
	// power is not billed. For a chip with a real-time tick it is ticks × tick.
	Duration Time
	// Clock is the frequency of clocked chips; 0 if it is not known.
	Clock Frequency
	// Chips and Cores are how many were powered; 0 means as many as the counts name, at least one chip.
	Chips, Cores int
	// Inferences is how many results were computed in what was counted; 0 means one.
	Inferences int64
}

func (c Conditions) check() error {
	if c.Duration.Sign() < 0 || c.Clock.Sign() < 0 || c.Chips < 0 || c.Cores < 0 || c.Inferences < 0 {
		return fmt.Errorf("hwmodel: conditions must not be negative (duration %s, clock %s, %d chips, %d cores, %d inferences)",
			c.Duration, c.Clock, c.Chips, c.Cores, c.Inferences)
	}
	return nil
}

// Bill is what counts cost with a profile. Its energies are exact: the items, added up in any order, by
// layers, terms or places, give [Bill.Dynamic].
type Bill struct {
	Profile    *Profile
	Conditions Conditions
	// Items are one line for each count and part of its price, in the order of the counts.
	Items  []Item
	Static []StaticItem
	// Missing and Assumptions are those of the counts; assumptions of the profile follow.
	Missing     []Missing
	Assumptions []string
	// Warnings say which figures are used in a way that needs care.
	Warnings []string

	events int64 // synaptic events
}

// Item is one line of a bill: a count, and what one part of its price makes of it.
type Item struct {
	Count  Count
	Status Status
	Reason string // why there is no price
	Part   string // part of a recipe; "" if the term has a price of its own
	As     Term   // the term whose price is charged
	Memory Memory
	Times  int64 // operations per event
	Price  UnitPrice
	Energy Energy // Count.N × Times × Price.Energy; 0 without a price
}

// Operations is the number of operations that the item charges.
func (i Item) Operations() int64 { return i.Count.N * i.Times }

// Label names what is charged: the term and, of a recipe, the part.
func (i Item) Label() string {
	if i.Status != Priced {
		return fmt.Sprintf("%s (%s)", i.Count.Term, i.Status)
	}
	return charge{part: i.Part, term: i.As, memory: i.Memory}.label()
}

// time is what the item takes if nothing happens at the same time.
func (i Item) time() Time { return i.Price.Time.Times(i.Operations()) }

// StaticItem is the energy of a static power over the duration.
type StaticItem struct {
	StaticPower
	Units  int // chips or cores
	Billed bool
	Reason string // why it is not billed
	Energy Energy
}

// Price makes the bill of counts with a profile.
func Price(c Counts, p *Profile, cond Conditions) (*Bill, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if err := cond.check(); err != nil {
		return nil, err
	}
	b := &Bill{
		Profile: p, Conditions: cond, Missing: c.Missing,
		Assumptions: appendNew(slices.Clone(c.Assumptions), p.Assumptions...),
		events:      c.Total(SynapticOp),
	}
	for _, one := range c.List {
		if one.N > 0 {
			b.add(one)
		}
	}
	chips, cores := powered(c, cond)
	for _, s := range p.Static {
		b.Static = append(b.Static, cond.bill(s, chips, cores))
	}
	b.warn()
	return b, nil
}

// add charges a count.
func (b *Bill) add(one Count) {
	v := b.Profile.judge(one.Term, one.Memory)
	if v.status != Priced {
		b.Items = append(b.Items, Item{Count: one, Status: v.status, Reason: v.reason, As: one.Term, Memory: one.Memory, Times: 1})
		return
	}
	for _, c := range v.charges {
		item := Item{Count: one, Part: c.part, As: c.term, Memory: c.memory, Times: c.times, Price: c.price}
		item.Energy = c.price.Energy.Times(item.Operations())
		b.Items = append(b.Items, item)
	}
}

// powered counts the chips and cores that the counts name, unless the conditions say how many there are.
func powered(c Counts, cond Conditions) (chips, cores int) {
	seenChips, seenCores := map[string]bool{}, map[[2]string]bool{}
	for _, one := range c.List {
		if p := one.Path; p.Chip != "" {
			seenChips[p.Chip] = true
		}
		if p := one.Path; p.Core != "" {
			seenCores[[2]string{p.Chip, p.Core}] = true
		}
	}
	return cmp.Or(cond.Chips, len(seenChips), 1), cmp.Or(cond.Cores, len(seenCores))
}

// bill charges a static power.
func (c Conditions) bill(s StaticPower, chips, cores int) StaticItem {
	item := StaticItem{StaticPower: s, Units: chips, Billed: true}
	if s.Per == perCore {
		item.Units = cores
	}
	switch {
	case c.Duration.Sign() == 0:
		item.Billed, item.Reason = false, "the duration is not known"
	case s.Clocked && c.Clock.Sign() == 0:
		item.Billed, item.Reason = false, "the clock frequency is not known"
	case item.Units == 0:
		item.Billed, item.Reason = false, "the number of cores is not known"
	case s.Clocked:
		item.Energy = cycles(s.PerCycle, c.Clock, c.Duration).Times(int64(item.Units))
	default:
		item.Energy = dissipated(s.Power, c.Duration).Times(int64(item.Units))
	}
	return item
}

// warn collects what a reader of the total must know.
func (b *Bill) warn() {
	if !b.Profile.EventDriven && b.events > 0 {
		b.Warnings = append(b.Warnings, "the device is not event-driven: it computes every connection at every inference, so that counts of events are too low for it")
	}
	for _, i := range b.Items {
		if i.Status == Priced && i.Price.Grade == Average {
			b.Warnings = appendNew(b.Warnings, fmt.Sprintf(
				"%s: %s is an average at one activity (%s) and contains static power; it is no price of one more event, and wrong at other activities",
				i.As, i.Price.Energy, i.Price.Activity))
		}
	}
	for _, s := range b.Static {
		if !s.Billed {
			b.Warnings = append(b.Warnings, fmt.Sprintf("static %s is not billed: %s", s.Name, s.Reason))
		}
	}
}
