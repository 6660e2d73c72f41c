package manycore_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/manycore"
)

func TestReadMapping(t *testing.T) {
	c := limited(t, 2, 1, 2, func(*manycore.Chip) {})
	parts, err := manycore.ReadMapping("map.yaml", []byte(`
chip: uniform
mappings:
  - layer1.0..1: {core: 0.1, soma: lif, synapse: syn, dendrite: dendrite}
  - layer2: [core: 1.0, soma: src]
    layer1.2: {core: 0.0}
`), c, layers(2, 3, 4))
	require.NoError(t, err)
	at := func(line int, path string) manycore.Place {
		return manycore.Place{File: "map.yaml", Line: line, Column: 5, Path: path}
	}
	require.Equal(t, []manycore.Part{
		{Population: "layer1", Lo: 0, Hi: 2, Core: 1, Soma: "lif", Synapse: "syn", Dendrite: "dendrite", Place: at(4, `mappings[0]."layer1.0..1"`)},
		{Population: "layer2", Lo: 0, Hi: 4, Core: 2, Soma: "src", Place: at(5, "mappings[1].layer2")},
		{Population: "layer1", Lo: 2, Hi: 3, Core: 0, Place: at(6, `mappings[1]."layer1.2"`)},
	}, parts)
	p, err := manycore.Check(c, layers(2, 3, 4), parts)
	require.NoError(t, err)
	core, ok := p.Locate("layer1", 2)
	require.True(t, ok)
	require.Zero(t, core)
}

func TestMappingErrors(t *testing.T) {
	c := limited(t, 2, 1, 2, func(*manycore.Chip) {})
	for text, want := range map[string]string{
		"mappings: [{layer3: {core: 0.0}}]":                      `map.yaml:1:13: mappings[0].layer3: unknown population "layer3" (did you mean "layer0"?); valid: layer0, layer1`,
		"mappings: [{layre1.0: {core: 0.0}}]":                    `unknown population "layre1" (did you mean "layer1"?)`,
		"mappings: [{layer1.0..3: {core: 0.0}}]":                 `"layer1.0..3" is not a range of neurons of population "layer1"; valid: numbers from 0 to 2`,
		"mappings: [{layer1.2..1: {core: 0.0}}]":                 "is not a range of neurons",
		"mappings: [{layer1.99999999999999999999: {core: 0.0}}]": "is not a range of neurons",
		"mappings: [{layer1: {core: 5}}]":                        `map.yaml:1:28: mappings[0].layer1.core: "5" is not a core; valid: tile.core, such as 0.1`,
		"mappings: [{layer1: {core: 2.0}}]":                      `tile 2 does not exist on chip "uniform"; valid: 0 to 1`,
		"mappings: [{layer1: {core: 1.2}}]":                      `core 2 of tile 1 does not exist on chip "uniform"; valid: 0 to 1`,
		"mappings: [{layer1: {soma: lif}}]":                      `"core" is missing; valid: core: tile.core`,
		"mappings: [{layer1: {core: 0.0, sma: lif}}]":            `unknown key "sma" (did you mean "soma"?)`,
		"mappings: [{layer1: 0.0}]":                              `"0.0" is not a mapping`,
		"mappings: [layer1]":                                     `"layer1" is not a mapping`,
		"mappings: []":                                           "the list is empty",
		"chip: loihi\nmappings: [{layer1: {core: 0.0}}]":         `the mapping is for chip "loihi", not for "uniform"`,
		"maps: []": `unknown key "maps"`,
		"":         "nothing is given where a mapping is due",
	} {
		_, err := manycore.ReadMapping("map.yaml", []byte(text), c, layers(2, 3))
		require.ErrorContains(t, err, want, text)
	}
}

// TestMappingRoundTrip writes automatic mappings and reads them back.
func TestMappingRoundTrip(t *testing.T) {
	c := limited(t, 2, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(6) })
	rapid.Check(t, func(rt *rapid.T) {
		d := drawDescription(rt, false)
		for i := range d.Populations { // names that have to be quoted, or look like ranges
			old := d.Populations[i].Name
			d.Populations[i].Name = rapid.SampledFrom([]string{"", "a b: ", "x.1..", `"q`}).Draw(rt, "prefix") + old
			for k := range d.Projections {
				for _, v := range []*manycore.View{&d.Projections[k].From, &d.Projections[k].To} {
					if v.Population == old {
						v.Population = d.Populations[i].Name
					}
				}
			}
		}
		p, err := manycore.Map(c, d, manycore.MapOptions{})
		require.NoError(rt, err)
		if len(p.Parts) == 0 {
			return
		}
		for i := range p.Parts {
			p.Parts[i].Soma = rapid.SampledFrom([]string{"", "lif"}).Draw(rt, "soma")
		}
		var text strings.Builder
		require.NoError(rt, manycore.WriteMapping(&text, p))
		parts, err := manycore.ReadMapping("map.yaml", []byte(text.String()), c, d)
		require.NoError(rt, err, text.String())
		for i := range parts {
			parts[i].Place = manycore.Place{}
		}
		require.Equal(rt, p.Parts, parts, text.String())
	})
}

func TestTable(t *testing.T) {
	c := limited(t, 2, 1, 2, func(c *manycore.Chip) {
		c.Limits.NeuronsPerCore, c.Limits.AxonsInPerCore = limit(4), limit(10)
		c.Unchecked = []string{"taste"}
	})
	d := layers(2, 3, 2)
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, p.WriteTable(&text, c))
	require.Equal(t, `chip uniform: 2 of 4 cores on 1 of 2 tiles
core  neurons  synapses  bytes  axons in  axons out  fan-in  fan-out  cores/neuron  holds
0.0   4/4      9/-       11/-   5/10      6/-        3/-     2/-      2/-           layer1[0..2], layer2[0..0]
0.1   1/4      3/-       4/-    3/10      0/-        3/-     0/-      0/-           layer2[1..1]
not checked: taste
`, text.String())

	d.Projections[0].Wiring, d.Projections[0].FanIn, d.Projections[0].FanOut = nil, 2, 3
	p, err = manycore.Check(c, d, p.Parts)
	require.NoError(t, err)
	text.Reset()
	require.NoError(t, p.WriteTable(&text, c))
	require.Contains(t, text.String(), "worst cases")
}

// FuzzMapping looks for mapping files that break the reader or the check.
func FuzzMapping(f *testing.F) {
	c := limited(f, 2, 1, 2, func(*manycore.Chip) {})
	d := layers(2, 3, 4)
	f.Add("mappings:\n  - layer1: {core: 0.0}\n  - layer2.0..3: [core: 1.1, soma: lif]\n")
	f.Add("chip: uniform\nmappings: []")
	f.Add("mappings: [{layer1.0..18446744073709551616: {core: 0.99999999999}}]")
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := manycore.ReadMapping("map.yaml", []byte(text), c, d)
		if err != nil {
			return
		}
		if p, err := manycore.Check(c, d, parts); err == nil {
			require.NotEmpty(t, p.Cores)
		}
	})
}
