package manycore

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"couplet/internal/yamltree"
)

// ReadMapping reads a mapping made by hand, in the form that other many-core simulators use too:
//
//	mappings:
//	  - exc.0..511: {core: 0.0}
//	  - exc.512..1023: {core: 0.1, soma: loihi_lif}
//	  - inh: [core: 1.0]
//
// A key is a population, a neuron of one (exc.7) or a range with both ends included; a core is its
// tile and its number there. The order of the entries is that in which a core goes through its neurons. soma,
// synapse and dendrite name units of the core.
//
// Whether populations exist, every neuron has a core and all limits are kept is up to [Check]; what is
// wrong with the file itself is reported with file, line, column and path, as *[yamltree.Errors].
func ReadMapping(name string, data []byte, c *Chip, d *Description) ([]Part, error) {
	tree, err := yamltree.Parse(name, data, yamltree.Limits{Bytes: maxFileSize})
	if err != nil {
		return nil, err
	}
	root := tree.Root()
	if !root.Mapping("the key mappings") {
		return nil, tree.Err()
	}
	root.OnlyKeys("chip", "mappings")
	if f, ok := root.Field("chip"); ok {
		if word, ok := f.Name(); ok && word != c.Name {
			f.Errorf("the mapping is for chip %q, not for %q; valid: the chip that it is used with", word, c.Name)
		}
	}
	list, ok := root.Field("mappings")
	if !ok {
		root.Missing("mappings", "a list of entries such as exc.0..9: {core: 0.0}")
		return nil, tree.Err()
	}
	r := mappingReader{chip: c, sizes: map[string]int{}, file: name}
	for _, p := range d.Populations {
		r.sizes[p.Name] = p.Size
		r.names = append(r.names, p.Name)
	}
	for entry := range entries(list, "entries such as exc.0..9: {core: 0.0}") {
		if entry.Mapping("exc.0..9: {core: 0.0}") {
			for key, target := range entry.Fields() {
				r.part(key, target)
			}
		}
	}
	return r.parts, tree.Err()
}

type mappingReader struct {
	chip  *Chip
	file  string
	sizes map[string]int
	names []string
	parts []Part
}

// neuronRange is the end of a key that names neurons: ".7" or ".0..511".
var neuronRange = regexp.MustCompile(`^(.+?)\.([0-9]+)(?:\.\.([0-9]+))?$`)

// part reads one entry.
func (r *mappingReader) part(key string, c yamltree.Cursor) {
	at := c.At()
	p := Part{Place: Place{File: r.file, Line: int(at.Line), Column: int(at.Column), Path: c.Path()}}
	if !r.neurons(key, c, &p) {
		return
	}
	found := false
	for field, value := range attributes(c) {
		switch field {
		case "core":
			found = true
			p.Core = r.core(value)
		case "soma":
			p.Soma, _ = value.Name()
		case "synapse":
			p.Synapse, _ = value.Name()
		case "dendrite":
			p.Dendrite, _ = value.Name()
		default:
			value.KeyErrorf("unknown key %q%s; valid: core, soma, synapse, dendrite", field, yamltree.Suggest(field, []string{"core", "soma", "synapse", "dendrite"}))
		}
	}
	if !found {
		c.Missing("core", "tile.core, such as 0.1")
		return
	}
	r.parts = append(r.parts, p)
}

// neurons reads which neurons an entry is about.
func (r *mappingReader) neurons(key string, c yamltree.Cursor, p *Part) bool {
	if size, ok := r.sizes[key]; ok {
		p.Population, p.Lo, p.Hi = key, 0, size
		return true
	}
	m := neuronRange.FindStringSubmatch(key)
	if m == nil || r.sizes[m[1]] == 0 {
		name := key
		if m != nil {
			name = m[1]
		}
		c.KeyErrorf("unknown population %q%s; valid: %s", name, yamltree.Suggest(name, r.names), strings.Join(r.names, ", "))
		return false
	}
	size := r.sizes[m[1]]
	lo, err := strconv.Atoi(m[2])
	hi := lo
	if err == nil && m[3] != "" {
		hi, err = strconv.Atoi(m[3])
	}
	if err != nil || lo > hi || hi >= size {
		c.KeyErrorf("%q is not a range of neurons of population %q; valid: numbers from 0 to %d, the first not above the last", key, m[1], size-1)
		return false
	}
	p.Population, p.Lo, p.Hi = m[1], lo, hi+1
	return true
}

// attributes goes through a mapping, or through a list of mappings with one key each.
func attributes(c yamltree.Cursor) func(yield func(string, yamltree.Cursor) bool) {
	return func(yield func(string, yamltree.Cursor) bool) {
		if c.Kind() != yamltree.Sequence {
			if c.Mapping("core, and units by name") {
				c.Fields()(yield)
			}
			return
		}
		for _, e := range c.Items() {
			if !e.Mapping("core, and units by name") {
				continue
			}
			for key, value := range e.Fields() {
				if !yield(key, value) {
					return
				}
			}
		}
	}
}

// core reads "tile.core".
func (r *mappingReader) core(c yamltree.Cursor) int {
	first, second, dotted := strings.Cut(c.Raw(), ".")
	tile, err1 := strconv.ParseUint(first, 10, 31)
	offset, err2 := strconv.ParseUint(second, 10, 31)
	if c.Kind() != yamltree.Scalar || !dotted || err1 != nil || err2 != nil {
		c.Errorf("%s is not a core; valid: tile.core, such as 0.1", c.Describe())
		return 0
	}
	if int(tile) >= len(r.chip.Tiles) {
		c.Errorf("tile %d does not exist on chip %q; valid: 0 to %d", tile, r.chip.Name, len(r.chip.Tiles)-1)
		return 0
	}
	t := &r.chip.Tiles[tile]
	if int(offset) >= t.Cores {
		c.Errorf("core %d of tile %d does not exist on chip %q; valid: 0 to %d", offset, tile, r.chip.Name, t.Cores-1)
		return 0
	}
	return t.First + int(offset)
}

// WriteMapping writes a placement in the form that [ReadMapping] reads, so that an automatic mapping can
// be edited.
func WriteMapping(w io.Writer, p *Placement) error {
	var b strings.Builder
	fmt.Fprintf(&b, "chip: %s\nmappings:\n", yamltree.Quote(p.Chip))
	names := map[int]string{}
	for _, u := range p.Cores {
		names[u.Core] = u.Name
	}
	for _, part := range p.Parts {
		key := fmt.Sprintf("%s.%d..%d", part.Population, part.Lo, part.Hi-1)
		fmt.Fprintf(&b, "  - %s: {core: %s", yamltree.Quote(key), names[part.Core])
		for _, u := range []struct{ key, name string }{{"soma", part.Soma}, {"synapse", part.Synapse}, {"dendrite", part.Dendrite}} {
			if u.name != "" {
				fmt.Fprintf(&b, ", %s: %s", u.key, yamltree.Quote(u.name))
			}
		}
		b.WriteString("}\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
