package hwmodel

import (
	"strings"

	"couplet/internal/yamltree"
)

// maxTimes bounds the events that one event of a recipe may stand for. With [MaxEvents] it keeps all
// counts of a bill within 63 bits.
const maxTimes = 1000

func (r *profileReader) readMemories(c yamltree.Cursor) {
	f, ok := c.Field("memories")
	if !ok || !f.Mapping("names with {size: 32 KB, word: 8 bit}") {
		return
	}
	for name, e := range f.Fields() {
		m := Memory{Name: name}
		if e.Mapping("{size: 32 KB, word: 8 bit}") {
			e.OnlyKeys("size", "word")
			if s, ok := e.Field("size"); ok {
				m.Bytes, _ = readWhole(s, memorySizes, MaxMemoryBytes)
			} else {
				e.Missing("size", memorySizes.valid())
			}
			if w, ok := e.Field("word"); ok {
				bits, _ := readWhole(w, wordWidths, MaxMemoryBits)
				m.Bits = int(bits)
			} else {
				e.Missing("word", wordWidths.valid())
			}
		}
		r.p.Memories = append(r.p.Memories, m)
	}
}

// readAccess reads what an access to a memory costs.
func (r *profileReader) readAccess(c yamltree.Cursor) *AccessCurve {
	if !c.Mapping("{word: 64 bit, points: [{size: 8 KB, energy: 10 pJ}, …], grade: 2nd, source: …}") {
		return nil
	}
	c.OnlyKeys(append([]string{"word", "points"}, figureKeys...)...)
	a := &AccessCurve{Word: 1, Figure: r.readFigure(c)}
	if f, ok := c.Field("word"); ok {
		bits, _ := readWhole(f, wordWidths, MaxMemoryBits)
		a.Word = max(int(bits), 1)
	} else {
		c.Missing("word", "the width to which the energies belong, such as 64 bit")
	}
	f, ok := c.Field("points")
	if !ok {
		c.Missing("points", "a list of {size: 8 KB, energy: 10 pJ}")
		return a
	}
	if !f.Sequence("{size: 8 KB, energy: 10 pJ}, …") {
		return a
	}
	if f.Len() == 0 {
		f.Errorf("the list is empty; valid: at least one point")
	}
	for _, e := range f.Items() {
		p, ok := readAccessPoint(e)
		if k := len(a.Points); ok && k > 0 && p.Bytes <= a.Points[k-1].Bytes {
			e.Errorf("the size is not larger than that of the point before; valid: sizes in ascending order")
		}
		a.Points = append(a.Points, p)
	}
	if a.Grade == Average {
		c.Errorf("an access cannot have the grade avg; valid: the energy of one access")
	}
	return a
}

func readAccessPoint(c yamltree.Cursor) (p AccessPoint, ok bool) {
	if !c.Mapping("{size: 8 KB, energy: 10 pJ}") {
		return p, false
	}
	c.OnlyKeys("size", "energy")
	size, hasSize := c.Field("size")
	energy, hasEnergy := c.Field("energy")
	if !hasSize {
		c.Missing("size", memorySizes.valid())
	}
	if !hasEnergy {
		c.Missing("energy", energies.valid())
	}
	if !hasSize || !hasEnergy {
		return p, false
	}
	var sizeOK, energyOK bool
	p.Bytes, sizeOK = readWhole(size, memorySizes, MaxMemoryBytes)
	p.Energy, energyOK = readQuantity[Joule](energy, energies)
	return p, sizeOK && energyOK
}

// readRecipe reads what one event of a term consists of. It stands behind the prices, so that all terms
// that may be used are known.
func (r *profileReader) readRecipe(c yamltree.Cursor) []Part {
	const example = "a list of {part: accumulate, term: add_int8}"
	if !c.Sequence(example) {
		return nil
	}
	if c.Len() == 0 {
		c.Errorf("the recipe is empty; valid: %s", example)
	}
	var list []Part
	total := int64(0)
	for _, e := range c.Items() {
		p, ok := r.readPart(e)
		if total += p.Times; ok && total > maxTimes {
			e.Errorf("the recipe has more than %d operations; valid: fewer", maxTimes)
		}
		list = append(list, p)
	}
	return list
}

func (r *profileReader) readPart(c yamltree.Cursor) (Part, bool) {
	if !c.Mapping("{part: accumulate, term: add_int8}") {
		return Part{}, false
	}
	c.OnlyKeys("part", "term", "memory", "times")
	p := Part{Name: optional(c, "part", "what it is for"), Times: 1}
	if f, ok := c.Field("times"); ok {
		if p.Times, ok = f.Integer(1, maxTimes); !ok {
			return p, false
		}
	}
	f, ok := c.Field("term")
	if !ok {
		c.Missing("term", "a term with a price, or memory_read, memory_write")
		return p, false
	}
	p.Term = Term(f.Raw())
	info, known := p.Term.Info()
	memory, named := c.Field("memory")
	switch {
	case known && info.Sized:
		return p, r.readPartMemory(c, &p)
	case r.said[p.Term] != "prices":
		f.Errorf("%s has no price in this profile; valid: memory_read, memory_write, %s", f.Describe(), strings.Join(r.charged("prices"), ", "))
		return p, false
	case named:
		memory.KeyErrorf("%s is no access to a memory; valid: no memory, or term: memory_read", p.Term)
		return p, false
	}
	return p, true
}

// readPartMemory reads the memory of a part that is an access.
func (r *profileReader) readPartMemory(c yamltree.Cursor, p *Part) bool {
	if r.p.Access == nil {
		c.Errorf("%s has no price; valid: a profile with a section memory_access", p.Term)
		return false
	}
	f, ok := c.Field("memory")
	if !ok {
		c.Missing("memory", strings.Join(r.p.memoryNames(), ", "))
		return false
	}
	p.Memory, ok = f.Word("memory", r.p.memoryNames()...)
	return ok
}
