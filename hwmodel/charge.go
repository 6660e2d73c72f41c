package hwmodel

import "fmt"

// Status says what a profile says of a term.
type Status uint8

// The statuses.
const (
	Priced   Status = iota // by a price or a recipe
	Included               // another term's price contains it
	Absent                 // it does not happen on this chip
	Unpriced               // no source gives a price
)

var statusWords = []string{"priced", "included", "absent", "unpriced"}

// String is the word that tables and files use.
func (s Status) String() string { return statusWords[min(int(s), len(statusWords)-1)] }

// MarshalText writes the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// charge is what one event of a term costs: one line of a recipe, or the whole price.
type charge struct {
	part   string // "" for a price of its own
	term   Term   // the term whose price it is
	memory Memory
	times  int64
	price  UnitPrice
}

// verdict is what a profile says of a term.
type verdict struct {
	status  Status
	charges []charge // if priced
	reason  string   // if not
}

// nothing is the reason of terms that a profile does not mention.
const nothing = "the profile gives no figure"

// judge finds what a profile says of a term: of the term itself, or else of its nearest parent.
func (p *Profile) judge(t Term, m Memory) verdict {
	if info, _ := t.Info(); info.Sized {
		return p.judgeAccess(t, m)
	}
	for ; t != ""; t = t.parent() {
		if price, ok := p.Prices[t]; ok {
			return verdict{charges: []charge{{term: t, times: 1, price: price}}}
		}
		if recipe, ok := p.Recipes[t]; ok {
			return p.follow(recipe)
		}
		if i, ok := p.Included[t]; ok {
			reason := "in the price of " + string(i.In)
			if i.Note != "" {
				reason += ": " + i.Note
			}
			return verdict{status: Included, reason: reason}
		}
		if reason, ok := p.Absent[t]; ok {
			return verdict{status: Absent, reason: reason}
		}
		if reason, ok := p.Unpriced[t]; ok {
			return verdict{status: Unpriced, reason: reason}
		}
	}
	return verdict{status: Unpriced, reason: nothing}
}

// judgeAccess prices an access to a memory by its size and word width.
func (p *Profile) judgeAccess(t Term, m Memory) verdict {
	if p.Access == nil {
		return verdict{status: Unpriced, reason: nothing}
	}
	return verdict{charges: []charge{{term: t, memory: m, times: 1, price: p.Access.price(m)}}}
}

// price is the price of one access.
func (a *AccessCurve) price(m Memory) UnitPrice {
	e := a.Energy(m)
	return UnitPrice{Energy: e, Least: e, Most: e, Figure: a.Figure}
}

// follow prices the parts of a recipe. The reader has made sure that they have prices.
func (p *Profile) follow(recipe []Part) verdict {
	v := verdict{}
	for _, part := range recipe {
		c := charge{part: part.Name, term: part.Term, times: part.Times}
		if part.Memory != "" {
			c.memory, _ = p.memory(part.Memory)
			c.price = p.Access.price(c.memory)
		} else {
			c.price = p.Prices[part.Term]
		}
		v.charges = append(v.charges, c)
	}
	return v
}

// label names what is charged: "accumulate: add_int8", "weights: memory_read 8 bit of 32768 B".
func (c charge) label() string {
	text := string(c.term)
	if c.memory != (Memory{}) {
		text += fmt.Sprintf(" %d bit of %d B", c.memory.Bits, c.memory.Bytes)
	}
	if c.part != "" {
		text = c.part + ": " + text
	}
	return text
}
