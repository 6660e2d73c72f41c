package manycore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"couplet/internal/yamltree"
)

// Bounds of a chip description. The largest chip described so far has 4096 cores.
const (
	maxSide     = 1 << 10 // tiles along one side of the mesh
	maxCores    = 1 << 17
	maxUnits    = 1 << 8 // of one kind in one core
	maxBuffer   = 1 << 30
	maxPerCore  = 1 << 40 // value of a limit
	maxFileSize = 4 << 20 // bytes of a chip or mapping file
)

// Read reads the description of a chip. The name stands in messages.
//
//	architecture:
//	  name: demo
//	  attributes: {width: 2, height: 1, link_buffer_size: 4}
//	  tile:
//	    - name: tile[0..1]
//	      attributes: {energy_north_hop: 2 pJ, latency_north_hop: 1.4 ns, …}
//	      core:
//	        - name: core[0..3]
//	          attributes: {buffer_position: soma, max_neurons_supported: 100}
//	          axon_in:  [{name: in, attributes: {energy_message_in: 0, latency_message_in: 0}}]
//	          synapse:  [{name: syn, attributes: {model: current_based, energy_process_spike: 20 pJ, …}}]
//	          dendrite: [{name: dend, attributes: {model: accumulator, energy_update: 0, …}}]
//	          soma:     [{name: lif, attributes: {model: leaky_integrate_fire, energy_access_neuron: 20 pJ, …}}]
//	          axon_out: [{name: out, attributes: {energy_message_out: 100 pJ, …}}]
//	limits: {neurons_per_core: {value: 100, source: …}}
//
// The keys under architecture are those of the many-core simulators that this format is shared with; a
// bare number is in joules or seconds there. Here an energy may carry its unit (fJ, pJ, nJ, uJ, mJ, J), a time
// too (ps, ns, us, ms, s), and the word "unpriced" says that no source gives a figure, as does leaving
// the key out. The keys limits, synapse_memory, sources and unchecked are ours.
//
// All faults are reported together, each with file, line, column and path, as *[yamltree.Errors].
func Read(name string, data []byte) (*Chip, error) {
	tree, err := yamltree.Parse(name, data, yamltree.Limits{Bytes: maxFileSize})
	if err != nil {
		return nil, err
	}
	root := tree.Root()
	if !root.Mapping("the keys architecture and limits") {
		return nil, tree.Err()
	}
	root.OnlyKeys("architecture", "limits", "synapse_memory", "sources", "unchecked")
	r := chipReader{chip: &Chip{LinkBuffer: 1}}
	if a, ok := root.Field("architecture"); ok {
		r.architecture(a)
	} else {
		root.Missing("architecture", "a mapping with name, attributes and tile")
	}
	r.extras(root)
	if err := tree.Err(); err != nil {
		return nil, err
	}
	return r.chip, nil
}

// chipReader fills a chip while it walks the tree.
type chipReader struct {
	chip *Chip
	full bool // too many tiles or cores were reported
}

func (r *chipReader) architecture(c yamltree.Cursor) {
	if !c.Mapping("name, attributes and tile") {
		return
	}
	c.OnlyKeys("name", "attributes", "tile")
	if n, ok := c.Field("name"); ok {
		r.chip.Name, _ = n.Name()
	} else {
		c.Missing("name", "the name of the chip")
	}
	if a, ok := c.Field("attributes"); ok {
		r.mesh(a)
	} else {
		c.Missing("attributes", "a mapping with width, height and link_buffer_size")
	}
	tiles, ok := c.Field("tile")
	if !ok {
		c.Missing("tile", "a list of tiles")
		return
	}
	for entry := range entries(tiles, "tiles") {
		r.tile(entry)
	}
	if n := r.chip.Width * r.chip.Height; n > 0 && len(r.chip.Tiles) > n {
		tiles.Errorf("%d tiles do not fit on a mesh of %d by %d; valid: at most %d tiles, or a larger width or height",
			len(r.chip.Tiles), r.chip.Width, r.chip.Height, n)
	}
}

// entries goes through a list, or through the one mapping that stands in its place.
func entries(c yamltree.Cursor, what string) func(yield func(yamltree.Cursor) bool) {
	return func(yield func(yamltree.Cursor) bool) {
		if c.Kind() == yamltree.Mapping {
			yield(c)
			return
		}
		if !c.Sequence("a list of " + what) {
			return
		}
		if c.Len() == 0 {
			c.Errorf("the list is empty; valid: at least one entry")
		}
		for _, e := range c.Items() {
			if !yield(e) {
				return
			}
		}
	}
}

// mesh reads the attributes of the whole chip.
func (r *chipReader) mesh(c yamltree.Cursor) {
	if !c.Mapping("width, height, link_buffer_size, sync_model and latency_sync") {
		return
	}
	c.OnlyKeys("width", "height", "link_buffer_size", "topology", "sync_model", "latency_sync")
	r.chip.Width = required(c, "width", 1, maxSide, "tiles from west to east")
	r.chip.Height = required(c, "height", 1, maxSide, "tiles from south to north")
	r.chip.LinkBuffer = required(c, "link_buffer_size", 1, maxBuffer, "messages that one link can buffer")
	model := "fixed"
	if m, ok := c.Field("sync_model"); ok {
		model, _ = m.Word("sync model", "fixed", "table")
	}
	s, ok := c.Field("latency_sync")
	switch {
	case !ok && model == "table":
		c.Missing("latency_sync", "a list or a mapping of times by the number of tiles in use")
	case ok && model == "table":
		r.chip.Sync = syncTable(s)
	case ok && model == "fixed":
		if p := price(s, timeUnits, "time"); p.Known {
			r.chip.Sync = []SyncLatency{{0, p.Value}}
		}
	}
}

// required reads a whole number that must be there.
func required(c yamltree.Cursor, key string, lo, hi int64, what string) int {
	f, ok := c.Field(key)
	if !ok {
		c.Missing(key, fmt.Sprintf("a whole number from %d to %d: %s", lo, hi, what))
		return 0
	}
	n, _ := f.Integer(lo, hi)
	return int(n)
}

// syncTable reads barrier latencies: a list, indexed from 0, or a mapping from numbers of tiles.
func syncTable(c yamltree.Cursor) []SyncLatency {
	var table []SyncLatency
	switch c.Kind() {
	case yamltree.Sequence:
		for i, e := range c.Items() {
			table = append(table, SyncLatency{i, price(e, timeUnits, "time").Value})
		}
	case yamltree.Mapping:
		for key, e := range c.Fields() {
			tiles, err := strconv.Atoi(key)
			if err != nil || tiles < 0 {
				e.KeyErrorf("key %q is not a number of tiles; valid: a whole number from 0", key)
			}
			table = append(table, SyncLatency{tiles, price(e, timeUnits, "time").Value})
		}
	default:
		table = append(table, SyncLatency{0, price(c, timeUnits, "time").Value})
	}
	slices.SortFunc(table, func(a, b SyncLatency) int { return cmp.Compare(a.Tiles, b.Tiles) })
	return table
}

// tile reads one entry of the list of tiles, which may stand for a range of them.
func (r *chipReader) tile(c yamltree.Cursor) {
	if !c.Mapping("name, attributes and core") {
		return
	}
	c.OnlyKeys("name", "attributes", "core")
	names := expand(c)
	var hop [directions]Cost
	if a, ok := c.Field("attributes"); ok && a.Mapping("energy and latency of a hop in every direction") {
		hop = hops(a)
	} else if !ok {
		c.Missing("attributes", "energy and latency of a hop in every direction")
	}
	var template []Core
	if k, ok := c.Field("core"); ok {
		template = r.cores(k)
	} else {
		c.Missing("core", "a list of cores")
	}
	for _, name := range names {
		if r.full = r.full || len(r.chip.Tiles) >= maxSide*maxSide || len(r.chip.Cores)+len(template) > maxCores; r.full {
			c.Errorf("the chip is too large; valid: at most %d cores", maxCores)
			return
		}
		r.addTile(name, hop, template)
	}
}

func (r *chipReader) addTile(name string, hop [directions]Cost, template []Core) {
	number, height := len(r.chip.Tiles), max(r.chip.Height, 1)
	r.chip.Tiles = append(r.chip.Tiles, Tile{
		Name: name, X: number / height, Y: number % height,
		First: len(r.chip.Cores), Cores: len(template), Hop: hop,
	})
	for offset, core := range template {
		core.Tile, core.Offset = number, offset
		r.chip.Cores = append(r.chip.Cores, core)
	}
}

// hops reads the prices of leaving a tile.
func hops(c yamltree.Cursor) (hop [directions]Cost) {
	var keys []string
	for d := range directions {
		keys = append(keys, "energy_"+Direction(d).String()+"_hop", "latency_"+Direction(d).String()+"_hop")
	}
	c.OnlyKeys(keys...)
	for d := range directions {
		event := Direction(d).String() + "_hop"
		for _, prefix := range []string{"energy_", "latency_"} {
			if _, ok := c.Field(prefix + event); !ok {
				c.Missing(prefix+event, "a figure with its unit, or unpriced")
			}
		}
		hop[d] = cost(c, event)
	}
	return hop
}

// expand reads a name that may end with a range: "core[0..3]" is core[0], core[1], core[2], core[3].
func expand(c yamltree.Cursor) []string {
	n, ok := c.Field("name")
	if !ok {
		c.Missing("name", "a text, or name[a..b] for several of a kind")
		return nil
	}
	text, ok := n.Name()
	if !ok {
		return nil
	}
	base, inner, found := strings.Cut(text, "[")
	if !found || !strings.Contains(inner, "..") {
		return []string{text}
	}
	inner, closed := strings.CutSuffix(inner, "]")
	first, last, _ := strings.Cut(inner, "..")
	lo, err1 := strconv.Atoi(first)
	hi, err2 := strconv.Atoi(last)
	if !closed || err1 != nil || err2 != nil || lo < 0 || hi < lo || hi-lo >= maxCores {
		n.Errorf("%q does not end with a range; valid: name[a..b] with 0 <= a <= b and at most %d members", text, maxCores)
		return nil
	}
	names := make([]string, 0, hi-lo+1)
	for i := lo; i <= hi; i++ {
		names = append(names, fmt.Sprintf("%s[%d]", base, i))
	}
	return names
}

// baseName is the name of a kind: without the number in brackets that a range gave it.
func baseName(name string) string {
	base, _, _ := strings.Cut(name, "[")
	return base
}
